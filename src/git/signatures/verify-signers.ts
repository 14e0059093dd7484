import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem, showText } from '../../model/problem.ts';
import { checkGpgSignature, gpgOptions } from './verify-gpg.ts';
import type { SignatureDesk, SignatureVerdict } from './verify-signature.ts';
import type { SignedCommit } from './verify-signed-commit.ts';
import { checkSshSignature } from './verify-ssh.ts';

/** Whose signatures count, as one reading of the file said. */
export interface Signers {
	judge(commit: SignedCommit, signal: AbortSignal): Promise<SignatureVerdict>;
	close(): Promise<void>;
}

export interface SignersText {
	/** For messages. */
	readonly file: string;
	readonly text: string;
}

const armoredKey =
	/^-----BEGIN PGP PUBLIC KEY BLOCK-----\s*$[\s\S]*?^-----END PGP PUBLIC KEY BLOCK-----\s*$/gm;
const allowedSigner =
	/^(?:"[^"]+"|\S)+ +(?:\S.* +)?(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ +[A-Za-z0-9+/]+={0,3}(?: .*)?$/;

/**
 * Reads lines of an allowed-signers file (ssh-keygen(1)) and armored OpenPGP public keys, both where there are both.
 * Throws ProblemError (E_SIGNERS) for a file without any, or with anything else in it.
 */
export async function openSigners(
	{ run, folder }: SignatureDesk,
	{ file, text }: SignersText,
	signal: AbortSignal,
): Promise<Signers> {
	const blocks = text.match(armoredKey) ?? [];
	// Blank lines take the place of keys, so that a line keeps its number.
	const lines = text.replace(armoredKey, (block) => block.replace(/[^\n]+/g, '')).split('\n');
	const signerLines = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
	checkLines(file, lines);
	if (blocks.length + signerLines.length === 0) throw fail(file, 'no allowed signer and no public key in it');

	const own = await mkdtemp(join(folder, 'v-'));
	const desk = { run, folder: own };
	const close = (): Promise<void> => rm(own, { recursive: true, force: true, maxRetries: 3 });
	const allowedSigners = join(own, 'allowed-signers');
	const keyring = join(own, 'keyring');
	try {
		await writeFile(allowedSigners, lines.join('\n'));
		await mkdir(keyring, { mode: 0o700 });
		if (blocks.length > 0) await importKeys(desk, keyring, { file, blocks, signal });
	} catch (error) {
		await close();
		throw error;
	}
	return {
		async judge({ signatures, payload, at }, caller) {
			const [signature] = signatures;
			if (signature === undefined) return { kind: 'bad', reason: 'is not signed' };
			if (signatures.length > 1) return { kind: 'bad', reason: 'carries more than one signature' };
			const content = { payload, signature, at };
			switch (/^-----BEGIN (SSH|PGP) SIGNATURE-----\n/.exec(signature)?.[1]) {
				case 'SSH':
					return await checkSshSignature(desk, allowedSigners, content, caller);
				case 'PGP':
					if (blocks.length === 0) return { kind: 'bad', reason: `${byPgp}, and ${file} has no such key` };
					return await checkGpgSignature(desk, keyring, content, caller);
				default:
					return { kind: 'bad', reason: 'has a signature that is neither SSH nor OpenPGP' };
			}
		},
		close,
	};
}

const byPgp = 'is signed with an OpenPGP key';

function checkLines(file: string, lines: readonly string[]): void {
	for (const [index, raw] of lines.entries()) {
		const line = raw.trim();
		if (line === '' || line.startsWith('#')) continue;
		if (/PRIVATE KEY/.test(line)) throw fail(file, 'a private key, which has no place here');
		if (!allowedSigner.test(line)) throw fail(file, `line ${index + 1} is no allowed signer`, line);
	}
}

interface Keys {
	readonly file: string;
	readonly blocks: readonly string[];
	readonly signal: AbortSignal;
}

/** One after the other: gpg takes one block at a time. */
async function importKeys(
	{ run }: SignatureDesk,
	keyring: string,
	{ file, blocks, signal }: Keys,
): Promise<void> {
	for (const [index, block] of blocks.entries()) {
		const options = [...gpgOptions, '--no-autostart', '--status-fd=1'];
		const args = ['--homedir', keyring, ...options, '--import'];
		const { stdout, stderr, status } = await run('gpg', { args, input: Buffer.from(block) }, signal);
		if (/^\[GNUPG:\] IMPORT_OK /m.test(stdout)) continue;
		const cause = status === null ? showText(stderr) : 'gpg cannot read it';
		throw fail(file, `public key ${index + 1} of ${blocks.length} is of no use: ${cause}`);
	}
}

function fail(file: string, message: string, got?: string): ProblemError {
	const where = { kind: 'named', name: file } as const;
	const shown = got === undefined ? undefined : showText(got);
	return new ProblemError(problem('E_SIGNERS', { where, message, got: shown }));
}
