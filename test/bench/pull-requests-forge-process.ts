// The forge of a bench, in a process of its own: it speaks as Gitea does, over a real Git repository.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/cli/system-clock.ts';
import { type EmbeddedForge, startEmbeddedForge } from '../../src/simulator/forge/embedded-forge.ts';
import { runGit } from './git-child.ts';
import { composeImport, type RepositoryShape } from './git-dataset.ts';
import { answerCalls } from './process-calls.ts';

/** Where it is, and how Spillway is let in. */
export interface ForgeAccess {
	readonly origin: string;
	readonly owner: string;
	readonly name: string;
	readonly user: string;
	readonly token: string;
}

/** What became of a branch's pull requests. */
export interface BranchFacts {
	/** That the base has not. */
	readonly commits: number;
	/** Files that they change. */
	readonly files: number;
	readonly pulls: number;
}

const owner = 'shop';
const name = 'config';
const user = 'spillway';
const token = 'token-of-spillway';

const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
let forge: EmbeddedForge | undefined;

answerCalls({ open, look }, async () => {
	await forge?.stop();
	await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function open(shape: RepositoryShape): Promise<ForgeAccess> {
	forge = await startEmbeddedForge({
		clock: systemClock,
		folder,
		environment: { PATH: process.env['PATH'] },
		users: [
			{ login: owner, token: 'token-of-shop' },
			{ login: user, token },
		],
		repository: { owner, name, files: new Map([['README.md', 'bench\n']]), rights: { [user]: 'write' } },
	});
	const { path, hosted } = forge.repository;
	await git('config', 'gc.auto', '0');
	await git('config', 'receive.autogc', 'false');
	const fastImport = ['--git-dir', path, 'fast-import', '--quiet', '--force'];
	await runGit(fastImport, { input: composeImport(shape) });
	await hosted.look();
	return { origin: forge.url, owner, name, user, token };
}

async function look(branch: string): Promise<BranchFacts> {
	const range = `main...refs/heads/${branch}`;
	const pulls = [...(forge?.repository.hosted.state.pulls.values() ?? [])];
	return {
		commits: Number(await git('rev-list', '--count', '--right-only', range)),
		files: (await git('diff', '--name-only', range)).trim().split('\n').length,
		pulls: pulls.filter(({ head }) => head === branch).length,
	};
}

async function git(...args: readonly string[]): Promise<string> {
	const path = forge?.repository.path ?? '';
	return (await runGit(['--git-dir', path, ...args])).toString();
}
