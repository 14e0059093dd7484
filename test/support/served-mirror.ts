import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { MirrorRepository, RepositoryOptions } from '../../src/git/mirror.ts';
import type { CommitId, Repository } from '../../src/model/ports/repository.ts';
import { type GitHttpServer, serveGit } from './git-http-server.ts';
import { openMirror } from './git-mirror.ts';
import { type BareRepository, createBareRepository, createFolder } from './git-remote.ts';
import { aCommit } from './repository-under-test.ts';

const { signal } = new AbortController();

/** A repository on a server, and a mirror of it. */
export interface ServedMirror {
	readonly bare: BareRepository;
	readonly server: GitHttpServer;
	readonly folder: string;
	readonly gitdir: string;
	readonly repository: MirrorRepository;
}

/** Serves files `a` and `b` over HTTP. */
export async function serveMirrored(
	t: ExecutionContext,
	options: Partial<RepositoryOptions> = {},
): Promise<ServedMirror> {
	const bare = await createBareRepository(t, { a: '1', b: '1' });
	const server = await serveGit(t, bare);
	const folder = await createFolder(t);
	const repository = await openMirror(t, server.url, { folder, ...options });
	return { bare, server, folder, repository, gitdir: join(folder, 'mirror.git') };
}

/** A commit that gives `a` this text. */
export function commitChange(repository: Repository, parent: CommitId, text: string): Promise<CommitId> {
	return repository.commit(aCommit({ parent, files: { a: text } }), signal);
}

/** Gives `a` this text on what is held, and pushes. */
export async function pushChange(
	t: ExecutionContext,
	repository: Repository,
	text: string = 'ours',
): Promise<CommitId> {
	const parent = repository.held() ?? (await repository.refresh(signal));
	const commit = await commitChange(repository, parent, text);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	return commit;
}

/** What no git that ended well leaves in a mirror. */
export async function listLeftovers(gitdir: string): Promise<readonly string[]> {
	const names = await readdir(gitdir, { recursive: true });
	return names.filter((name) => /\.lock$|tmp_/.test(name));
}
