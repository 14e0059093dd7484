import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import type { Environment } from '../program/git-program.ts';
import { createTurns } from '../turns.ts';
import { openGpgKey } from './sign-gpg.ts';
import { describeSigningFault, type SigningKey } from './sign-key.ts';
import { createSignaturePrograms, findSystemCode } from './sign-program.ts';
import { openSshKey } from './sign-ssh.ts';
import type { SignatureDesk } from './verify-signature.ts';

export type SigningFormat = 'ssh' | 'gpg';

export interface SigningOptions {
	/** An SSH or OpenPGP private key without a passphrase. */
	readonly keyFile: string;
	/** Default: what the file's content says. */
	readonly format?: SigningFormat | undefined;
	/** An existing folder with a short path, private to this process. */
	readonly folder: string;
	/** The process's own; the programs see only its PATH. */
	readonly environment: Environment;
}

/** Signs commits, or fails: there is no commit without a signature. */
export interface CommitSigner {
	/** What those who verify need, of the key as it was last read. */
	publicHalf(): string;
	/**
	 * The armored signature of a commit object's content without one. A key file that has changed is read anew.
	 * Throws ProblemError (E_SIGNING) where it cannot be signed.
	 */
	sign(content: Uint8Array, signal: AbortSignal): Promise<string>;
	/** Ends gpg's agent and leaves nothing of the key behind. */
	close(): Promise<void>;
}

/** Throws ProblemError (E_SIGNING) unless the key signs and the signature can be verified. */
export async function openCommitSigner(options: SigningOptions, signal: AbortSignal): Promise<CommitSigner> {
	const folder = await mkdtemp(join(options.folder, 's-'));
	const run = createSignaturePrograms({ environment: options.environment, home: folder });
	const desk = { run, folder };
	const takeTurn = createTurns();
	let current: LoadedKey | undefined;

	const load = async (caller: AbortSignal): Promise<SigningKey> => {
		const content = await readFile(options.keyFile);
		const digest = createHash('sha256').update(content).digest('hex');
		if (current?.digest === digest) return current.key;
		const key = await openKey(desk, options, content, caller);
		await current?.key.close();
		current = { digest, key };
		return key;
	};
	const close = async (): Promise<void> => {
		await current?.key.close();
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	};

	const explained = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			const code = findSystemCode(error);
			if (code === undefined) throw error;
			const fault = describeSigningFault(options.keyFile, `cannot sign: ${code}`);
			throw new ProblemError(fault, { cause: error });
		}
	};

	try {
		await explained(() => load(signal));
	} catch (error) {
		await close();
		throw error;
	}
	return {
		publicHalf: () => current?.key.publicHalf ?? '',
		sign: (content, caller) =>
			takeTurn(() => explained(async () => (await load(caller)).sign(content, caller)), caller),
		close,
	};
}

interface LoadedKey {
	/** Of the file's content. */
	readonly digest: string;
	readonly key: SigningKey;
}

/** A key counts once it has signed something. */
async function openKey(
	desk: SignatureDesk,
	{ keyFile, format }: SigningOptions,
	content: Uint8Array,
	signal: AbortSignal,
): Promise<SigningKey> {
	const kind = format ?? recogniseKey(content);
	if (kind === undefined) {
		const message = 'neither an SSH nor an armored OpenPGP private key';
		throw new ProblemError(describeSigningFault(keyFile, message));
	}
	const key =
		kind === 'ssh'
			? await openSshKey(desk, keyFile, signal)
			: await openGpgKey(desk, { keyFile, content }, signal);
	try {
		await key.sign(Buffer.from('a trial\n'), signal);
		return key;
	} catch (error) {
		await key.close();
		throw error;
	}
}

function recogniseKey(content: Uint8Array): SigningFormat | undefined {
	const text = Buffer.from(content).toString('latin1');
	if (/^-----BEGIN PGP PRIVATE KEY BLOCK-----/m.test(text)) return 'gpg';
	return /^-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/m.test(text) ? 'ssh' : undefined;
}
