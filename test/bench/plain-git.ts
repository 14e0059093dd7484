// The peers: one weight of one file, changed with nothing but git.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from './git-child.ts';
import { editTraffic, type Flip, type RepositoryShape, trafficPath } from './git-dataset.ts';
import { nameTree, readPrinted, writeTree } from './printed-trees.ts';

export interface PlainOptions {
	readonly url: string;
	readonly branch: string;
	/** Of its own; made where it is missing. */
	readonly folder: string;
	readonly shape: RepositoryShape;
}

/** A way to commit and push one change. */
export interface PlainWay {
	readonly name: string;
	/** What is done once. */
	open(options: PlainOptions): Promise<PlainClone>;
}

/** Resolves once the change is pushed. */
export type PlainClone = (flip: Flip) => Promise<void>;

const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];
const message = 'failover: primary 1 → 0, fallback 0 → 1';

/** Those that keep what they have fetched. */
export const warmWays: readonly PlainWay[] = [
	{ name: 'full bare mirror, fast-import', open: openFullMirror },
	{ name: 'bare blob:none mirror, mktree', open: openPartialMirror },
	{ name: 'kept clone', open: openKeptClone },
];

/** Nothing is kept. */
export const coldWay: PlainWay = { name: 'clone --depth=1, edit, commit, push', open: openNothing };

/** Makes a bare repository with the branch's tip alone. */
async function openBare({ url, branch, folder }: PlainOptions, ...options: readonly string[]) {
	await runGit(['init', '--quiet', '--bare', folder]);
	const git = (args: readonly string[], input: readonly (string | Uint8Array)[] = []) =>
		runGit(['--git-dir', folder, ...quiet, ...args], { input });
	await git(['remote', 'add', 'origin', url]);
	const refspec = `+refs/heads/${branch}:refs/heads/${branch}`;
	await git(['fetch', '--quiet', '--no-tags', '--depth=1', ...options, 'origin', refspec]);
	return {
		git,
		fetch: () => git(['fetch', '--quiet', '--no-tags', 'origin', refspec]),
		push: (commit: string) => git(['push', '--quiet', 'origin', `${commit}:refs/heads/${branch}`]),
	};
}

/** fetch, read, commit, push: four processes. */
async function openFullMirror(options: PlainOptions): Promise<PlainClone> {
	const { branch, shape } = options;
	const { git, fetch, push } = await openBare(options);
	return async (flip) => {
		await fetch();
		const path = trafficPath(shape, flip.split);
		const text = editTraffic(String(await git(['cat-file', 'blob', `${branch}:${path}`])), flip);
		const committer = `committer Bench <bench@example.com> ${Math.floor(Date.now() / 1000)} +0000`;
		const commit = `commit refs/heads/ours\n${committer}\ndata ${Buffer.byteLength(message)}\n${message}\n`;
		const file = `from refs/heads/${branch}^0\nM 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
		await git(['fast-import', '--quiet', '--force'], [commit, file]);
		await push('refs/heads/ours');
	};
}

/** fetch, read the trees and the file, write the file, the trees, the commit, push: six processes. */
async function openPartialMirror(options: PlainOptions): Promise<PlainClone> {
	const { branch, shape } = options;
	const { git, fetch, push } = await openBare(options, '--filter=blob:none');
	return async (flip) => {
		await fetch();
		const path = trafficPath(shape, flip.split);
		const folders = path.split('/').map((_, depth, names) => names.slice(0, depth).join('/'));
		const asked = [branch, ...folders.map((each) => `${branch}:${each}`), `${branch}:${path}`];
		const answers = readPrinted(await git(['cat-file', '--batch'], [`${asked.join('\n')}\n`]));
		const [tip, ...objects] = answers;
		const text = editTraffic(String(objects.pop()?.content), flip);
		let id = String(await git(['hash-object', '-w', '--stdin'], [text])).trim();
		const trees: string[] = [];
		for (const [index, name] of [...path.split('/').entries()].toReversed()) {
			const tree = writeTree(objects[index]?.content ?? Buffer.alloc(0), name, id);
			trees.push(tree.text);
			id = nameTree(tree.raw);
		}
		await git(['mktree', '--batch', '--missing'], [trees.join('\n')]);
		const commit = await git(['commit-tree', id, '-p', tip?.id ?? '', '-m', message]);
		await push(String(commit).trim());
	};
}

/** fetch, reset, edit, add, commit, push, with a work tree. */
async function openKeptClone({ url, branch, folder, shape }: PlainOptions): Promise<PlainClone> {
	await runGit(['clone', '--quiet', '--depth=1', '--branch', branch, url, folder]);
	const git = (...args: readonly string[]) => runGit([...quiet, ...args], { cwd: folder });
	return async (flip) => {
		await git('fetch', '--quiet', '--no-tags', 'origin', branch);
		await git('reset', '--quiet', '--hard', 'FETCH_HEAD');
		await editFile(folder, trafficPath(shape, flip.split), flip);
		await git('add', trafficPath(shape, flip.split));
		await git('commit', '--quiet', '--message', message);
		await git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
	};
}

function openNothing({ url, branch, folder, shape }: PlainOptions): Promise<PlainClone> {
	const git = (...args: readonly string[]) => runGit([...quiet, ...args], { cwd: folder });
	return Promise.resolve(async (flip) => {
		await runGit(['clone', '--quiet', '--depth=1', '--branch', branch, url, folder]);
		await editFile(folder, trafficPath(shape, flip.split), flip);
		await git('add', trafficPath(shape, flip.split));
		await git('commit', '--quiet', '--message', message);
		await git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
		await rm(folder, { recursive: true });
	});
}

async function editFile(folder: string, path: string, flip: Flip): Promise<void> {
	const file = join(folder, path);
	await writeFile(file, editTraffic(await readFile(file, 'utf8'), flip));
}
