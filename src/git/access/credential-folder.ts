import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	type CredentialKey,
	type CredentialSource,
	credentialKeys,
	credentialsError,
	pickCredentials,
} from './credentials.ts';

/** More than a Secret can hold. */
const largestFile = 1024 * 1024;

/**
 * Credentials in a folder with one file per key, as Kubernetes mounts a Secret. It is read each time, so that a
 * rotated Secret counts from the next run of git on.
 */
export function openCredentialFolder(folder: string): CredentialSource {
	const place = `the folder ${folder}`;
	return {
		async read() {
			const names = await listNames(folder, place);
			const keys = credentialKeys.filter((key) => names.has(key));
			if (keys.length === 0) {
				throw credentialsError(place, 'it holds no file with a name of a credential', describeKeys());
			}
			const texts = new Map<CredentialKey, string>();
			for (const key of keys) texts.set(key, await readText(join(folder, key), place));
			const values = pickCredentials((key) => texts.get(key));
			return { place, values, ...(texts.has('identity') ? { identityFile: join(folder, 'identity') } : {}) };
		},
	};
}

async function listNames(folder: string, place: string): Promise<ReadonlySet<string>> {
	try {
		return new Set(await readdir(folder));
	} catch (error) {
		const remedy = 'mount it, or correct the path';
		throw credentialsError(place, `it cannot be read: ${codeOf(error)}`, remedy, { cause: error });
	}
}

async function readText(file: string, place: string): Promise<string> {
	try {
		const bytes = await readFile(file);
		if (bytes.length <= largestFile) return bytes.toString('utf8');
	} catch (error) {
		const message = `${file} cannot be read: ${codeOf(error)}`;
		throw credentialsError(place, message, 'let this user read it', { cause: error });
	}
	throw credentialsError(place, `${file} is larger than any Secret`);
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function describeKeys(): string {
	return 'name the files as the keys of a Secret of Flux: username and password, bearerToken, or identity';
}
