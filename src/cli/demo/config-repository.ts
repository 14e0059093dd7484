import { join } from 'node:path';
import { openRepository } from '../../git/mirror.ts';
import { createGitProgram, type Environment } from '../../git/program/git-program.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { createGitRemote, type GitRemote } from '../../simulator/git-remote.ts';
import { systemClock } from '../system-clock.ts';
import type { Lifetime } from './lifetime.ts';
import { createSightings, type Sightings } from './sightings.ts';

/** The bare repository that everybody in the story reads and pushes to. */
export interface ConfigRepository {
	readonly remote: GitRemote;
	/** A clone, for the syncers and for the person in the story. */
	readonly clone: Repository;
	/** Each commit that `main` moved to. */
	readonly tips: Sightings<CommitId>;
	/** Commits new contents of files, as a person would, and pushes. */
	push(files: ReadonlyMap<string, string>, message: string): Promise<CommitId>;
	/** `git show`: id and subject, then the diff from the first file on. */
	show(commit: CommitId): Promise<ShownCommit>;
}

export interface ShownCommit {
	readonly subject: string;
	readonly diff: readonly string[];
}

export interface ConfigRepositoryOptions {
	readonly folder: string;
	readonly files: ReadonlyMap<string, string>;
	readonly environment: Environment;
}

const author = { name: 'Platform Team', email: 'platform@example.com' };

/** How often `main` is looked at: the error of what is measured. */
const lookInterval = 15;

export async function createConfigRepository(
	{ folder, files, environment }: ConfigRepositoryOptions,
	lifetime: Lifetime,
): Promise<ConfigRepository> {
	const remote = await createGitRemote({
		folder: join(folder, 'config.git'),
		files,
		message: 'Run emojivoto in east and west',
		author,
		at: systemClock.now(),
	});
	const clone = await openRepository(
		{
			url: remote.url,
			branch: 'main',
			folder: join(folder, 'clone'),
			environment,
			allowInsecure: true,
		},
		lifetime.signal,
	);
	const git = createGitProgram({ gitdir: remote.path, home: folder, environment, protocols: 'file' });
	const tips = createSightings<CommitId>();
	lifetime.attend(followTip(remote, tips, lifetime.signal));

	return {
		remote,
		clone,
		tips,
		async push(changed, message) {
			const parent = await clone.refresh(lifetime.signal);
			const contents = new Map([...changed].map(([path, text]) => [path, Buffer.from(text)]));
			const commit = { parent, files: contents, message, author, at: systemClock.now() };
			const id = await clone.commit(commit, lifetime.signal);
			const outcome = await clone.push(id, parent, lifetime.signal);
			if (outcome.kind !== 'pushed') throw new Error(`the push came to this: ${outcome.kind}`);
			return id;
		},
		async show(commit) {
			const args = ['show', '--format=%h %s', '--unified=1', '--no-color', commit];
			const { stdout } = await git.run(args, lifetime.signal);
			const [subject = '', ...lines] = stdout.trimEnd().split('\n');
			return { subject, diff: lines.slice(lines.findIndex((line) => line.startsWith('--- '))) };
		},
	};
}

async function followTip(remote: GitRemote, tips: Sightings<CommitId>, signal: AbortSignal): Promise<void> {
	let known: CommitId | undefined;
	while (!signal.aborted) {
		const tip = await remote.tip();
		if (tip !== known) tips.add(tip);
		known = tip;
		await systemClock.sleep(lookInterval, signal).catch(() => undefined);
	}
}
