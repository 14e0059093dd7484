import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { watchFor } from './canaries.ts';
import { mayHoldSecrets } from './canary-search.ts';
import { createFolder } from './git-remote.ts';
import { readOutput } from './program-output.ts';

/** A private key in a file, and what others need to verify what it signs. */
export interface KeyPair {
	readonly format: 'ssh' | 'gpg';
	readonly privateFile: string;
	/** A line of an allowed-signers file, or an armored public key. */
	readonly publicHalf: string;
	/** As git's gpg.format, user.signingkey and so on: what `git commit-tree -S` needs. */
	readonly git: readonly string[];
	/** GNUPGHOME, where there is one. */
	readonly home?: string;
}

/** Whether the program is installed; where it is not, the test says so and is done. */
export function hasProgram(t: ExecutionContext, program: 'ssh-keygen' | 'gpg'): boolean {
	const { error } = spawnSync(program, ['--version']);
	if (error === undefined) return true;
	t.log(`${program} is not installed: nothing was tried`);
	t.pass();
	return false;
}

export interface SshKeyOptions {
	readonly passphrase?: string;
	/** `valid-before="20260101"`, before the key in the allowed-signers line. */
	readonly allowedOptions?: string;
}

export async function makeSshKey(t: ExecutionContext, options: SshKeyOptions = {}): Promise<KeyPair> {
	const privateFile = mayHoldSecrets(join(await createFolder(t), 'id'));
	const { passphrase = '', allowedOptions = 'namespaces="git"' } = options;
	await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', privateFile]);
	watchFor('signing-key', await readFile(privateFile, 'utf8'));
	const publicKey = (await readFile(`${privateFile}.pub`, 'utf8')).trim();
	// ssh-keygen holds against it what it finds here after the private key was replaced.
	await rename(`${privateFile}.pub`, `${privateFile}-public`);
	return {
		format: 'ssh',
		privateFile,
		publicHalf: `ada@example.com ${allowedOptions} ${publicKey}\n`,
		git: ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${privateFile}`],
	};
}

export interface GpgKeyOptions {
	readonly passphrase?: string;
	/** `seconds=60`, `1y`; default: never. */
	readonly expires?: string;
	/** When it is made, as `--faked-system-time` takes it. */
	readonly madeAt?: string;
}

export async function makeGpgKey(t: ExecutionContext, options: GpgKeyOptions = {}): Promise<KeyPair> {
	const folder = await createFolder(t);
	const home = join(folder, 'h');
	await mkdir(home, { mode: 0o700 });
	t.teardown(() => run('gpgconf', ['--homedir', home, '--kill', 'all']));
	const { passphrase = '', expires = 'never', madeAt } = options;
	const time = madeAt === undefined ? [] : [`--faked-system-time=${madeAt}`];
	const gpg = (...args: readonly string[]) =>
		run('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode=loopback', ...time, ...args]);
	const secret = [`--passphrase=${passphrase}`];
	await gpg(...secret, '--quick-generate-key', 'Ada <ada@example.com>', 'ed25519', 'sign', expires);
	const privateFile = mayHoldSecrets(join(folder, 'key.asc'));
	const key = await gpg(...secret, '--armor', '--export-secret-keys');
	await writeFile(privateFile, watchFor('signing-key', key), { mode: 0o600 });
	const program = join(folder, 'gpg');
	const command = ['exec gpg --homedir', home, '--batch', ...time, '"$@"'].join(' ');
	await writeFile(program, `#!/bin/sh\n${command}\n`);
	await chmod(program, 0o755);
	return {
		format: 'gpg',
		privateFile,
		publicHalf: await gpg('--armor', '--export'),
		git: ['-c', `gpg.program=${program}`, '-c', 'user.signingkey=ada@example.com'],
		home,
	};
}

/** Revokes the key and returns its public half as it is then. */
export async function revokeGpgKey({ home = '' }: KeyPair): Promise<string> {
	const gpg = (...args: readonly string[]) => run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
	const listed = await gpg('--with-colons', '--list-keys');
	const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? '';
	const file = join(home, 'openpgp-revocs.d', `${fingerprint}.rev`);
	const revocation = (await readFile(file, 'utf8')).replace(/^:(?=-----BEGIN)/m, '');
	await writeFile(file, revocation);
	await gpg('--import', file);
	return await gpg('--armor', '--export');
}

async function run(program: string, args: readonly string[]): Promise<string> {
	return (await readOutput(program, args)).toString();
}
