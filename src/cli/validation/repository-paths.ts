import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { Findings } from './findings.ts';

/** Tells how a forge calls a file. */
export type PathNames = (path: string) => string;

/**
 * Paths from the top of the repository that `folder` is in, with slashes. A file outside of it is told from the top of
 * its own repository; without one from `folder`, or by its absolute path where it is not below that either.
 */
export function repositoryPaths(folder: string): PathNames {
	const home = findTop(folder);
	const tops = new Map<string, string | undefined>();
	const ownTop = (parent: string): string | undefined => {
		if (!tops.has(parent)) tops.set(parent, findTop(parent));
		return tops.get(parent);
	};
	return (path) => {
		const absolute = resolve(folder, path);
		const candidates = [home, ownTop(dirname(absolute)), folder];
		const top = candidates.find((each) => each !== undefined && isBelow(absolute, each));
		return top === undefined ? absolute : relative(top, absolute).replaceAll(sep, '/');
	};
}

/** The nearest folder with a `.git` in it: a folder, or a file in linked work trees and submodules. */
function findTop(folder: string): string | undefined {
	for (let at = folder; ; at = dirname(at)) {
		if (existsSync(join(at, '.git'))) return at;
		if (at === dirname(at)) return undefined;
	}
}

export function isBelow(path: string, folder: string): boolean {
	const way = relative(folder, path);
	return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

/** The same findings, with other names for the files. */
export function renameFiles(findings: Findings, nameOf: PathNames): Findings {
	const names = new Map(findings.files.map((file) => [file, nameOf(file)]));
	return {
		...findings,
		files: [...names.values()],
		problems: findings.problems.map((found) => ({ ...found, where: renamePlace(found.where, names) })),
	};
}

function renamePlace(where: Problem['where'], names: ReadonlyMap<string, string>): Problem['where'] {
	switch (where.kind) {
		case 'text':
			return { ...where, file: names.get(where.file) ?? where.file };
		case 'named':
			return { ...where, name: names.get(where.name) ?? where.name };
	}
}
