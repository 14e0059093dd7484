import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { watchFor } from './canaries.ts';
import { mayHoldSecrets } from './canary-search.ts';
import { createFolder } from './git-remote.ts';

const program = '/usr/sbin/sshd';

/** Whether this machine has a real SSH server. */
export const hasSshServer: boolean = existsSync(program);

export interface SshServer {
	readonly port: number;
	/** What goes before the path of a repository. */
	readonly address: string;
	/** The server's key, as a line of known_hosts. */
	readonly knownHosts: string;
	/** Lets the owner of this public key in. */
	authorize(publicKey: string): Promise<void>;
}

export interface KeyPair {
	readonly identity: string;
	readonly publicKey: string;
	readonly fingerprint: string;
}

/** An ed25519 key pair, made by ssh-keygen. */
export async function makeKeyPair(t: ExecutionContext, passphrase: string = ''): Promise<KeyPair> {
	const file = mayHoldSecrets(join(await createFolder(t), 'key'));
	execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', file]);
	const fingerprint = String(execFileSync('ssh-keygen', ['-lf', `${file}.pub`])).split(' ')[1] ?? '';
	return {
		identity: watchFor('ssh-key', await readFile(file, 'utf8')),
		publicKey: await readFile(`${file}.pub`, 'utf8'),
		fingerprint,
	};
}

/** A real sshd on loopback, with a host key of its own, for this user. */
export async function startSshServer(
	t: ExecutionContext,
	hostKey: KeyPair,
	port?: number,
): Promise<SshServer> {
	const folder = await createFolder(t);
	const own = port ?? (await findFreePort());
	const [key, authorized] = [mayHoldSecrets(join(folder, 'host_key')), join(folder, 'authorized_keys')];
	await writeFile(key, hostKey.identity, { mode: 0o600 });
	await writeFile(authorized, '');
	// sshd separates its privileges in this folder when root runs it.
	if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
	const options = [
		'ListenAddress=127.0.0.1',
		`Port=${own}`,
		`HostKey=${key}`,
		`AuthorizedKeysFile=${authorized}`,
		'StrictModes=no',
		'UsePAM=no',
		'PasswordAuthentication=no',
		'PermitRootLogin=prohibit-password',
		'PidFile=none',
	];
	const args = ['-D', '-e', '-f', '/dev/null', ...options.flatMap((each) => ['-o', each])];
	const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
	t.teardown(async () => {
		if (server.exitCode !== null) return;
		server.kill();
		await once(server, 'exit');
	});
	await untilListening(server.stderr);
	return {
		port: own,
		address: `ssh://${userInfo().username}@127.0.0.1:${own}`,
		knownHosts: `[127.0.0.1]:${own} ${hostKey.publicKey}`,
		authorize: (publicKey) => writeFile(authorized, publicKey),
	};
}

async function untilListening(stderr: NodeJS.ReadableStream): Promise<void> {
	let said = '';
	for await (const chunk of stderr) {
		said += chunk;
		if (said.includes('Server listening')) {
			stderr.resume();
			return;
		}
	}
	throw new Error(`sshd ended: ${said}`);
}

async function findFreePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
