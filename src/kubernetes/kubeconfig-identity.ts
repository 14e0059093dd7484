import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Unstructured } from '../model/unstructured.ts';
import type { AuthHeaders, TlsSettings } from './connection.ts';
import { type ContextEntry, readText } from './kubeconfig-entry.ts';
import { readReplacedFile } from './replaced-file.ts';

/** Fields of a user that only client-node knows what to do with. */
const foreignFields = ['auth-provider', 'as-uid', 'as-groups', 'as-user-extra'];

/** Unstructured that name a file or a program of this machine. */
const localFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile', 'exec'];

/** The first field of a user that cannot be acted on here. */
export function findForeignField({ user }: ContextEntry): string | undefined {
	return foreignFields.find((field) => isGiven(user, field));
}

/** The first field that would read a file or run a program of this machine. */
export function findLocalField({ cluster, user }: ContextEntry): string | undefined {
	return localFields.find((field) => isGiven(user, field) || isGiven(cluster, field));
}

function isGiven(fields: Unstructured, name: string): boolean {
	return fields[name] !== undefined && fields[name] !== null;
}

/** Whom we trust, and our certificate where we have one. Relative paths are of `folder`. */
export async function readTls({ cluster, user }: ContextEntry, folder: string): Promise<TlsSettings> {
	const servername = readText(cluster, 'tls-server-name');
	const ca = await readMaterial(cluster, 'certificate-authority', folder);
	const cert = await readMaterial(user, 'client-certificate', folder);
	const key = await readMaterial(user, 'client-key', folder);
	return {
		rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
		...(servername === undefined ? {} : { servername }),
		...(ca === undefined ? {} : { ca }),
		...(cert === undefined ? {} : { cert }),
		...(key === undefined ? {} : { key }),
	};
}

/** As kubectl: what stands in the kubeconfig itself goes before a file. */
async function readMaterial(fields: Unstructured, name: string, folder: string): Promise<Buffer | undefined> {
	const data = readText(fields, `${name}-data`);
	if (data !== undefined) return Buffer.from(data, 'base64');
	const path = readText(fields, name);
	return path === undefined ? undefined : await readFile(resolve(folder, path));
}

/** What the user authenticates with besides a certificate. A token's file goes before a token. */
export async function readHeaders({ user }: ContextEntry, folder: string): Promise<AuthHeaders> {
	const path = readText(user, 'tokenFile');
	const token = path === undefined ? readText(user, 'token') : await readReplacedFile(resolve(folder, path));
	const name = readText(user, 'username');
	const other = readText(user, 'as');
	return {
		...(name === undefined ? {} : { Authorization: basic(name, readText(user, 'password') ?? '') }),
		...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
		...(other === undefined ? {} : { 'Impersonate-User': other }),
	};
}

function basic(name: string, password: string): string {
	return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
