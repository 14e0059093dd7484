import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How git is to reach the server beyond what the URL says. */
export interface GitAccess {
	/** Runs in place of `ssh`, as git's core.sshCommand. */
	readonly sshCommand?: string;
	/** Asked for a name and a password over HTTP, as git's credential.helper. */
	readonly credentialHelper?: string;
}

/** What a mirror keeps on disk. */
export interface MirrorFolder {
	/** The bare repository. */
	readonly gitdir: string;
	/** An empty folder: git's HOME. */
	readonly home: string;
}

/** ssh must neither ask for a password nor for trust in an unknown host: nobody would answer. */
const defaultSshCommand = 'ssh -o BatchMode=yes';

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
 * Every fetch adds a pack; housekeeping joins them now and then, inside a fetch. It leaves the first, large pack as
 * it is, and spares what a commit in the making may need.
 */
function composeConfig({ sshCommand = defaultSshCommand, credentialHelper }: GitAccess): string {
	const lines = [
		'[core]',
		'repositoryFormatVersion = 0',
		'bare = true',
		'hooksPath = /dev/null',
		`sshCommand = ${quoteValue(sshCommand)}`,
		'[transfer]',
		'fsckObjects = true',
		'[gc]',
		'autoDetach = false',
		'bigPackThreshold = 8m',
		'pruneExpire = 1.hour.ago',
	];
	if (credentialHelper !== undefined) lines.push('[credential]', `helper = ${quoteValue(credentialHelper)}`);
	return `${lines.join('\n')}\n`;
}

function quoteValue(value: string): string {
	return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
