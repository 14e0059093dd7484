import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../model/ports/clock.ts';
import type { Milliseconds } from '../model/time.ts';
import type { CredentialSource } from './access/credentials.ts';

/** How git is to reach the server beyond what the URL says. */
export interface GitAccess {
	/** Runs in place of `ssh`, as git's core.sshCommand. */
	readonly sshCommand?: string;
	/** Asked for a name and a password over HTTP, as git's credential.helper; what it says may be a secret. */
	readonly credentialHelper?: string;
	/** Read for each run of git that asks the server. */
	readonly credentials?: CredentialSource;
	/** Says how long a refused login has rested; the machine's where it is absent. */
	readonly clock?: Pick<Clock, 'now'>;
}

/** What a mirror keeps on disk. */
export interface MirrorFolder {
	/** The bare repository. */
	readonly gitdir: string;
	/** An empty folder: git's HOME. */
	readonly home: string;
}

/** ssh must neither ask for a password nor for trust in an unknown host: nobody would answer. */
const defaultSshCommand = 'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes';

/** A connection on which nothing moves for this long is given up. Servers that work send a byte every 5 s. */
const patience: Milliseconds = 30_000;

/** Makes what is missing of an empty bare repository in `folder`, and writes its configuration anew. */
export async function prepareMirror(folder: string, access: GitAccess): Promise<MirrorFolder> {
	const gitdir = nameGitdir(folder);
	const home = join(folder, 'home');
	for (const path of [home, join(gitdir, 'objects', 'pack'), join(gitdir, 'refs')]) {
		await mkdir(path, { recursive: true });
	}
	await writeFile(join(gitdir, 'HEAD'), 'ref: refs/heads/none\n');
	await writeFile(join(gitdir, 'config'), composeConfig(access));
	return { gitdir, home };
}

/** Starts over with an empty repository; what is lost can be fetched or computed again. */
export async function remakeMirror(folder: string, access: GitAccess): Promise<void> {
	await rm(nameGitdir(folder), { recursive: true, force: true, maxRetries: 3 });
	await prepareMirror(folder, access);
}

function nameGitdir(folder: string): string {
	return join(folder, 'mirror.git');
}

/**
 * Every fetch adds a pack and a shallow boundary, every commit some loose objects. Housekeeping joins and sweeps them
 * when it is called, never inside a fetch. It leaves the first, large pack as it is, and spares what a commit in the
 * making may need. Large blobs pass through git without being held.
 */
function composeConfig({ sshCommand = defaultSshCommand }: GitAccess): string {
	const lines = [
		'[core]',
		'repositoryFormatVersion = 0',
		'bare = true',
		'hooksPath = /dev/null',
		'fsmonitor = false',
		'bigFileThreshold = 1m',
		`sshCommand = ${quoteValue(sshCommand)}`,
		'[http]',
		'lowSpeedLimit = 1',
		`lowSpeedTime = ${patience / 1_000}`,
		'followRedirects = initial',
		'[transfer]',
		'fsckObjects = true',
		'[maintenance]',
		'auto = false',
		'[gc]',
		'auto = 500',
		'autoPackLimit = 20',
		'autoDetach = false',
		'bigPackThreshold = 8m',
		'pruneExpire = 1.hour.ago',
	];
	return `${lines.join('\n')}\n`;
}

function quoteValue(value: string): string {
	return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
