import { createHash } from 'node:crypto';
import type { CommitId, Repository } from '../../src/model/ports/repository.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';

/** Contents by path. */
export type Files = Readonly<Record<string, string>>;

export interface Tip {
	readonly repository: Repository;
	/** Replaces the whole tree. */
	commit(files: Files): CommitId;
	setReachable(on: boolean): void;
}

/** The readable side of a repository whose tip a test replaces at will. */
export function createTip(files: Files): Tip {
	const blobs = new Map<string, Uint8Array>();
	const trees = new Map<string, Files>();
	const hash = (text: string) => createHash('sha1').update(text).digest('hex');
	const unsupported = () => Promise.reject(new Error('a syncer only reads'));
	let tip = '';
	let reachable = true;
	const commit = (next: Files) => {
		tip = hash(JSON.stringify(next));
		trees.set(tip, next);
		for (const text of Object.values(next)) blobs.set(hash(text), new TextEncoder().encode(text));
		return tip;
	};
	commit(files);
	const repository: Repository = {
		url: 'https://git.example/shop.git',
		branch: 'main',
		held: () => tip,
		history: unsupported,
		ancestry: unsupported,
		differences: unsupported,
		refresh() {
			if (reachable) return Promise.resolve(tip);
			const where = { kind: 'named', name: 'https://git.example/shop.git' } as const;
			return Promise.reject(
				new ProblemError(problem('E_GIT_UNREACHABLE', { where, message: 'no route to host' })),
			);
		},
		files(id, folder) {
			const inside = Object.entries(trees.get(id) ?? {})
				.filter(([path]) => path.startsWith(`${folder}/`))
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([path, text]) => ({ path, blob: hash(text), mode: 'file' as const }));
			return Promise.resolve(inside.length === 0 ? undefined : inside);
		},
		file: unsupported,
		read: (blob) => Promise.resolve(blobs.get(blob) ?? new Uint8Array()),
		commit: unsupported,
		push: unsupported,
	};
	return {
		repository,
		commit,
		setReachable: (on: boolean) => {
			reachable = on;
		},
	};
}

/** One file with these documents: JSON is YAML. */
export function formatManifests(...objects: readonly object[]): string {
	return objects.map((object) => `${JSON.stringify(object, undefined, 2)}\n`).join('---\n');
}
