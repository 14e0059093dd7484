import { spawn } from 'node:child_process';
import type { Dirent } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { findCanary, hasCanaries, longestCanary } from './canaries.ts';

/** Paths where secrets belong. */
const places = new Set<string>();

/** Declares a file that nobody else may read, or a folder with all that is in it, to be where secrets belong. */
export function mayHoldSecrets(path: string): string {
	places.add(path);
	return path;
}

/** Removes a temporary folder. Throws, after that, where a file or a commit in it holds a secret of the tests. */
export async function clearFolder(folder: string): Promise<void> {
	const found = await findCanariesIn(folder);
	await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	if (found.length > 0) throw new Error(`a secret got out: ${found.join('; ')}`);
}

/** What holds which secret: `a/b holds the git-password`. Names count, and what the repositories below it store. */
export async function findCanariesIn(folder: string): Promise<readonly string[]> {
	return hasCanaries() ? await searchFolder(folder, folder) : [];
}

/** Nothing that a test writes is larger and not an object of Git. */
const largest = 1024 * 1024;

async function searchFolder(root: string, folder: string): Promise<readonly string[]> {
	if (places.has(folder)) return [];
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	const isRepository = ['HEAD', 'objects', 'refs'].every((name) =>
		entries.some((each) => each.name === name),
	);
	const found: string[] = [];
	const note = (path: string, what: string | undefined) => {
		if (what !== undefined) found.push(`${relative(root, path) || path} holds the ${what}`);
	};
	for (const entry of entries) {
		const path = join(folder, entry.name);
		if (places.has(path)) {
			found.push(...(await checkPrivacy(entry, path)));
			continue;
		}
		note(`${path} (its name)`, findCanary(entry.name));
		if (isRepository && entry.name === 'objects') note(path, await searchObjects(folder));
		else if (entry.isDirectory()) found.push(...(await searchFolder(root, path)));
		else note(path, await searchFile(entry, path));
	}
	return found;
}

/** A secret is at home in a file that is its owner's alone. */
async function checkPrivacy(entry: Dirent, path: string): Promise<readonly string[]> {
	if (!entry.isFile()) return [];
	const { mode } = await stat(path);
	return (mode & 0o077) === 0 ? [] : [`others may read ${entry.name}`];
}

async function searchFile(entry: Dirent, path: string): Promise<string | undefined> {
	// What a process that still ends removes meanwhile is no artefact.
	const size = entry.isFile()
		? await stat(path).then(
				(stats) => stats.size,
				() => 0,
			)
		: 0;
	if (size === 0 || size > largest) return undefined;
	return findCanary(await readFile(path).catch(() => ''));
}

/** Every commit, tag, tree and file that a repository stores, reachable or not. */
async function searchObjects(gitdir: string): Promise<string | undefined> {
	const child = spawn(
		'git',
		['--git-dir', gitdir, 'cat-file', '--batch', '--batch-all-objects', '--unordered', '--buffer'],
		{
			env: {
				PATH: process.env['PATH'],
				GIT_CONFIG_GLOBAL: '/dev/null',
				GIT_CONFIG_NOSYSTEM: '1',
				GIT_NO_LAZY_FETCH: '1',
			},
			stdio: ['ignore', 'pipe', 'ignore'],
		},
	);
	let rest = Buffer.alloc(0);
	let found: string | undefined;
	// A repository that a test has damaged says what it can.
	for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
		rest = Buffer.concat([rest.subarray(Math.max(0, rest.length - longestCanary())), chunk]);
		found ??= findCanary(rest);
	}
	return found;
}
