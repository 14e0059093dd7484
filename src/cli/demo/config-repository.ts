import { join } from 'node:path';
import { openRepository } from '../../git/mirror.ts';
import { createGitProgram, type Environment } from '../../git/program/git-program.ts';
import { checkGitVersion } from '../../git/program/git-version.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { systemClock } from '../system-clock.ts';
import type { DemoForge, ForgeAccount, ForgeKit } from './forge.ts';
import type { Lifetime } from './lifetime.ts';
import { createSightings, type Sightings } from './sightings.ts';

/** The repository at the forge that everybody in the story reads and pushes to. */
export interface ConfigRepository {
	readonly forge: DemoForge;
	/** For git, without credentials. */
	readonly url: string;
	/** A clone, for the syncers and for the person in the story. */
	readonly clone: Repository;
	/** Each commit that `main` moved to. */
	readonly tips: Sightings<CommitId>;
	/** Where `main` stands now. */
	tip(): Promise<CommitId>;
	/** Commits new contents of files, as a person would, and pushes. */
	push(files: ReadonlyMap<string, string>, message: string): Promise<CommitId>;
	/** `git show`: id and subject, then the diff from the first file on; of a merge there is none. */
	show(commit: CommitId): Promise<ShownCommit>;
}

export interface ShownCommit {
	readonly subject: string;
	readonly diff: readonly string[];
}

export interface ConfigRepositoryOptions {
	readonly kit: ForgeKit;
	readonly folder: string;
	readonly files: ReadonlyMap<string, string>;
	readonly environment: Environment;
}

const author = { name: 'Ada', email: 'ada@example.com' };

/** How often `main` is looked at: the error of what is measured. */
const lookInterval = 15;

/** Starts the forge, with the files in a first commit. */
export async function createConfigRepository(
	{ kit, folder, files, environment }: ConfigRepositoryOptions,
	lifetime: Lifetime,
): Promise<ConfigRepository> {
	const { signal } = lifetime;
	const gitdir = join(folder, 'history.git');
	const git = createGitProgram({ gitdir, home: folder, environment, protocols: 'http' });
	await checkGitVersion(git, signal);
	await git.run(['init', '--quiet', '--bare'], signal);
	const forge = await kit.start({ folder: join(folder, 'forge'), files, environment }, lifetime);
	const url = forge.repositoryUrl;
	const clone = await openRepository(
		{
			url,
			branch: 'main',
			folder: join(folder, 'clone'),
			environment,
			allowInsecure: true,
			credentials: credentialsOf(forge.person),
		},
		signal,
	);
	const tips = createSightings<CommitId>();
	lifetime.attend(followTip(forge, tips, signal));

	return {
		forge,
		url,
		clone,
		tips,
		tip: forge.tip,
		async push(changed, message) {
			const parent = await clone.refresh(signal);
			const contents = new Map([...changed].map(([path, text]) => [path, Buffer.from(text)]));
			const commit = { parent, files: contents, message, author, at: systemClock.now() };
			const id = await clone.commit(commit, signal);
			const outcome = await clone.push(id, parent, signal);
			if (outcome.kind !== 'pushed') throw new Error(`the push came to this: ${outcome.kind}`);
			return id;
		},
		async show(commit) {
			await git.run(['fetch', '--quiet', '--no-tags', url, '+refs/heads/main:refs/heads/main'], signal);
			const args = ['show', '--format=%h %s', '--unified=1', '--no-color', commit];
			const { stdout } = await git.run(args, signal);
			const [subject = '', ...lines] = stdout.trimEnd().split('\n');
			const first = lines.findIndex((line) => line.startsWith('--- '));
			return { subject, diff: first === -1 ? [] : lines.slice(first) };
		},
	};
}

function credentialsOf({ login: username, token: password }: ForgeAccount) {
	const credentials = { place: 'the demo', values: { username, password } };
	return { read: () => Promise.resolve(credentials) };
}

async function followTip(forge: DemoForge, tips: Sightings<CommitId>, signal: AbortSignal): Promise<void> {
	let known: CommitId | undefined;
	while (!signal.aborted) {
		const tip = await forge.tip();
		if (tip !== known) tips.add(tip);
		known = tip;
		await systemClock.sleep(lookInterval, signal).catch(() => undefined);
	}
}
