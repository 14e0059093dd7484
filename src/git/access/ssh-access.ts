import { stat } from 'node:fs/promises';
import { ProblemError } from '../../model/problem.ts';
import type { GitExtras } from '../program/git-program.ts';
import type { RepositoryServer } from '../repository-url.ts';
import type { AccessFiles } from './access-files.ts';
import type { Credentials } from './credentials.ts';
import { composeForgeKnownHosts, forgeHostKeys } from './forge-host-keys.ts';
import { describeUnknownHost } from './host-key.ts';
import type { Login } from './login.ts';
import { normaliseKey } from './private-key.ts';

export interface SshAccessParts {
	readonly server: RepositoryServer;
	readonly login: Login;
	/** Absent: the user's own keys, agent and known hosts. */
	readonly credentials?: Credentials;
	readonly files: AccessFiles;
}

/** Asks nobody, trusts nobody unknown, runs nothing else, and notices a server that is gone. */
const always = [
	'StrictHostKeyChecking=yes',
	'UpdateHostKeys=no',
	'ConnectTimeout=10',
	'ServerAliveInterval=10',
	'ServerAliveCountMax=3',
	'ControlPath=none',
	'ForwardAgent=no',
	'ClearAllForwardings=yes',
	'PermitLocalCommand=no',
] as const;

/** Prints what ssh asks for; it holds no secret itself. */
const askPass = '#!/bin/sh\nprintf "%s\\n" "$SPILLWAY_PASSPHRASE"\n';

/**
 * What git is told for an ssh URL. With credentials, neither the user's configuration nor the user's known hosts
 * count. Throws ProblemError where nothing says which key the server has.
 */
export async function composeSshAccess(parts: SshAccessParts): Promise<GitExtras> {
	const { credentials, login } = parts;
	if (credentials === undefined) return await composeUsersAccess(parts);
	const knownHosts = await placeKnownHosts(parts, credentials);
	const options = [
		...always,
		option('UserKnownHostsFile', knownHosts),
		'GlobalKnownHostsFile=/dev/null',
		'PreferredAuthentications=publickey',
	];
	if (login.kind !== 'key') return { config: sshCommand(['-F', '/dev/null'], [...options, 'BatchMode=yes']) };
	const identity = await placeKey(login.key, credentials, parts.files);
	options.push('IdentitiesOnly=yes', 'IdentityAgent=none', option('IdentityFile', identity));
	if (login.passphrase === undefined) {
		return { config: sshCommand(['-F', '/dev/null'], [...options, 'BatchMode=yes']) };
	}
	// In batch mode ssh would not even ask the program.
	options.push('BatchMode=no', 'NumberOfPasswordPrompts=1');
	return {
		config: sshCommand(['-F', '/dev/null'], options),
		environment: {
			SSH_ASKPASS: await parts.files.place('askpass', askPass, 'program'),
			SSH_ASKPASS_REQUIRE: 'force',
			SPILLWAY_PASSPHRASE: login.passphrase,
		},
	};
}

/** As the user's own ssh would, and besides with the keys that forges publish. */
async function composeUsersAccess({ files }: SshAccessParts): Promise<GitExtras> {
	const forges = await files.place('forge_known_hosts', composeForgeKnownHosts());
	const global = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2', forges];
	const options = [...always, option('GlobalKnownHostsFile', ...global), 'BatchMode=yes'];
	return { config: sshCommand([], options) };
}

async function placeKnownHosts(
	{ server, files }: SshAccessParts,
	{ place, values }: Credentials,
): Promise<string> {
	const given = values.known_hosts?.trim();
	if (given !== undefined && given !== '') return await files.place('known_hosts', `${given}\n`);
	const isForge = Object.hasOwn(forgeHostKeys, server.host) && (server.port ?? '22') === '22';
	if (isForge) return await files.place('known_hosts', composeForgeKnownHosts());
	const message = 'known_hosts is missing, so nothing says which key the server has';
	throw new ProblemError(describeUnknownHost(place, message, server));
}

/** The file that was mounted where ssh takes it as it is, else a copy that it takes. */
async function placeKey(
	key: string,
	{ values, identityFile }: Credentials,
	files: AccessFiles,
): Promise<string> {
	const text = normaliseKey(key);
	const isUsable = values.identity === text && identityFile !== undefined && (await isPrivate(identityFile));
	if (isUsable) return identityFile;
	return await files.place('identity', text);
}

/** ssh takes no key that others can read. */
async function isPrivate(path: string): Promise<boolean> {
	const { mode } = await stat(path);
	return (mode & 0o077) === 0;
}

function sshCommand(words: readonly string[], options: readonly string[]): Readonly<Record<string, string>> {
	const all = ['ssh', ...words, ...options.flatMap((each) => ['-o', each])];
	return { 'core.sshCommand': all.map(quoteForShell).join(' ') };
}

/** ssh splits paths at spaces, and reads `%` as the start of a placeholder. */
function option(name: string, ...paths: readonly string[]): string {
	const quoted = paths.map((path) => `"${path.replace(/["\\]/g, '\\$&').replaceAll('%', '%%')}"`);
	return `${name}=${quoted.join(' ')}`;
}

function quoteForShell(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
