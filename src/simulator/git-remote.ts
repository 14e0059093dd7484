import * as files from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import git, { type TreeEntry } from 'isomorphic-git';
import type { CommitId, Identity } from '../model/ports/repository.ts';
import type { Instant } from '../model/time.ts';

export interface GitRemoteOptions {
	/** Where the bare repository is made. */
	readonly folder: string;
	/** Texts by path: `clusters/east/split.yaml`. */
	readonly files: ReadonlyMap<string, string>;
	readonly message: string;
	readonly author: Identity;
	readonly at: Instant;
}

/** A bare repository on disk, as a Git server keeps one; anybody's git can clone it and push to it. */
export interface GitRemote {
	readonly path: string;
	/** A file:// URL. */
	readonly url: string;
	/** Where `main` stands now. */
	tip(): Promise<CommitId>;
}

const fs = { promises: files };
const branch = 'main';

/** Makes the repository, with the files in a first commit on `main`. Forks no git. */
export async function createGitRemote(options: GitRemoteOptions): Promise<GitRemote> {
	const { folder: gitdir, message, author, at } = options;
	const ref = `refs/heads/${branch}`;
	await git.init({ fs, gitdir, bare: true, defaultBranch: branch });
	const tree = await writeTree(gitdir, options.files);
	const who = { ...author, timestamp: Math.floor(at / 1000), timezoneOffset: 0 };
	const commit = { message: `${message}\n`, tree, parent: [], author: who, committer: who };
	const oid = await git.writeCommit({ fs, gitdir, commit });
	await git.writeRef({ fs, gitdir, ref, value: oid });
	return {
		path: gitdir,
		url: pathToFileURL(gitdir).href,
		tip: () => git.resolveRef({ fs, gitdir, ref }),
	};
}

/** `texts` by their paths below this tree. */
async function writeTree(gitdir: string, texts: GitRemoteOptions['files']): Promise<string> {
	const tree: TreeEntry[] = [];
	const folders = new Map<string, Map<string, string>>();
	for (const [path, text] of texts) {
		const [name = '', ...below] = path.split('/');
		if (below.length === 0) {
			const oid = await git.writeBlob({ fs, gitdir, blob: Buffer.from(text) });
			tree.push({ mode: '100644', path: name, oid, type: 'blob' });
			continue;
		}
		const folder = folders.get(name) ?? new Map<string, string>();
		folders.set(name, folder.set(below.join('/'), text));
	}
	for (const [path, inside] of folders) {
		tree.push({ mode: '040000', path, oid: await writeTree(gitdir, inside), type: 'tree' });
	}
	return git.writeTree({ fs, gitdir, tree });
}
