import { serveGit } from '../support/git-http-server.ts';
import { createBareRepository } from '../support/git-remote.ts';
import { runGit } from './git-child.ts';
import { composeForeign, composeImport, type RepositoryShape } from './git-dataset.ts';
import type { Owner } from './owner.ts';

/** A generated repository behind git's own http-backend, on loopback. */
export interface BenchServer {
	readonly shape: RepositoryShape;
	readonly url: string;
	/** Makes a branch of everybody's start. */
	branch(name: string): Promise<void>;
	/** Has somebody else commit to a branch, right on the server. */
	commitForeign(branch: string): Promise<void>;
	/** Commits of a branch that its start has not. */
	count(branch: string): Promise<number>;
	/** The commit that a branch, or another way to name one, means. */
	tip(name: string): Promise<string>;
	/** Paths of `main`. */
	files(): Promise<readonly string[]>;
	/** A file at a branch's tip. */
	show(branch: string, path: string): Promise<string>;
}

/** Goes with its owner. Housekeeping is left out, on the server as with everybody who asks it. */
export async function startBenchServer(
	owner: Pick<Owner, 'teardown'>,
	shape: RepositoryShape,
): Promise<BenchServer> {
	const repository = await createBareRepository(owner);
	const options = ['gc.auto=0', 'receive.autogc=false', 'uploadpack.allowFilter=true'];
	for (const option of options) await repository.git('config', ...option.split('='));
	const fastImport = ['--git-dir', repository.path, 'fast-import', '--quiet'];
	await runGit(fastImport, { input: composeImport(shape) });
	const { url } = await serveGit(owner, repository);
	let foreign = 0;
	return {
		shape,
		url,
		async branch(name) {
			await repository.git('branch', name, 'main');
		},
		async commitForeign(branch) {
			foreign += 1;
			await runGit(fastImport, { input: [composeForeign(branch, foreign)] });
		},
		async count(branch) {
			return Number(await repository.git('rev-list', '--count', `main..${branch}`));
		},
		tip: async (name) => (await repository.git('rev-parse', name)).trim(),
		files: async () => (await repository.git('ls-tree', '-r', '--name-only', 'main')).trim().split('\n'),
		show: (branch, path) => repository.git('cat-file', 'blob', `${branch}:${path}`),
	};
}
