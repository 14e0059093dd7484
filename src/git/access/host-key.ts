import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Problem, problem, showText } from '../../model/problem.ts';
import type { RepositoryServer } from '../repository-url.ts';

/** Nothing says which key the server has: what to do about it. */
export function describeUnknownHost(name: string, message: string, server: RepositoryServer): Problem {
	return problem('E_GIT_HOST_KEY', {
		where: { kind: 'named', name },
		message,
		remedy: `run: ${scanCommand(server)} and, once its fingerprint is the one that the server’s operator publishes, put what it prints into known_hosts`,
	});
}

/** `undefined` unless ssh says that it does not know the server, or knows it by another key. */
export async function explainHostKey(
	stderr: string,
	display: string,
	server: RepositoryServer,
): Promise<Problem | undefined> {
	const text = stderr.replaceAll('\r', '');
	if (!/^Host key verification failed\.$/m.test(text)) return undefined;
	const [, type, sent] =
		/^The fingerprint for the (\S+) key sent by the remote host is\n(\S+?)\.$/m.exec(text) ?? [];
	if (sent === undefined) return describeUnknownHost(display, 'the server’s SSH key is not known', server);
	const [, file = '', line] = /^Offending \S+ key in (.*):(\d+)$/m.exec(text) ?? [];
	return problem('E_GIT_HOST_KEY', {
		where: { kind: 'named', name: display },
		message: 'the server’s SSH key is not the one that is known',
		got: showText(`${type} ${sent}`),
		expected: await readFingerprint(file, Number(line)),
		remedy: `somebody may be listening in; if the server’s operator published the new key, run: ${scanCommand(server)} and put what it prints into known_hosts`,
	});
}

/** SHA-256 of a public key, as ssh shows it. */
export function fingerprintOf(base64: string): string {
	const digest = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
	return `SHA256:${digest.replace(/=+$/, '')}`;
}

async function readFingerprint(file: string, line: number): Promise<string | undefined> {
	const lines = await readFile(file, 'utf8').then(
		(text) => text.split('\n'),
		() => [],
	);
	const key = /(?:^|\s)(?:ssh|ecdsa|sk)-\S+\s+([A-Za-z0-9+/=]+)/.exec(lines[line - 1] ?? '')?.[1];
	return key === undefined ? undefined : fingerprintOf(key);
}

function scanCommand({ host, port }: RepositoryServer): string {
	return `ssh-keyscan ${port === undefined ? '' : `-p ${port} `}${host}`;
}
