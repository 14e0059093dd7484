// Reads policy files out of a commit: only regular files with printable names, each parsed once per blob.
import type { CommitId, Repository, TreeFile } from '../model/ports/repository.ts';
import { type Problem, problem, showText } from '../model/problem.ts';
import { maxFileBytes } from '../policy/decode-text.ts';
import { type ParsedFile, parsePolicyFile } from '../policy/parse-file.ts';

/** A file as it was read; one that cannot be is a file whose only content is that problem. */
export interface PolicyFile {
	readonly path: string;
	readonly parsed: ParsedFile;
}

/** What stands at a path of a commit; `files` is undefined when nothing does. */
export interface PathReading {
	readonly files: readonly PolicyFile[] | undefined;
	readonly problems: readonly Problem[];
}

export interface PolicyFiles {
	readFile(commit: CommitId, path: string, signal: AbortSignal): Promise<PathReading>;
	/** Every YAML and JSON file below a folder. */
	readFolder(commit: CommitId, folder: string, signal: AbortSignal): Promise<PathReading>;
}

/** What is read of a repository: the files of its commits. */
export type CommitFiles = Pick<Repository, 'file' | 'files' | 'read'>;

/** How many parsed files are kept for the next commit. */
const maxParsed = 20_000;

export function createPolicyFiles(repository: CommitFiles): PolicyFiles {
	const parsedByBlob = new Map<string, ParsedFile>();

	const read = async (file: TreeFile, signal: AbortSignal): Promise<PolicyFile> => {
		const key = `${file.blob} ${file.path}`;
		const parsed =
			parsedByBlob.get(key) ??
			parsePolicyFile(file.path, await repository.read(file.blob, signal, maxFileBytes));
		parsedByBlob.delete(key);
		parsedByBlob.set(key, parsed);
		const [oldest] = parsedByBlob.keys();
		if (parsedByBlob.size > maxParsed && oldest !== undefined) parsedByBlob.delete(oldest);
		return { path: file.path, parsed };
	};

	const readAll = async (files: readonly TreeFile[], signal: AbortSignal): Promise<PathReading> => {
		const found: PolicyFile[] = [];
		for (const file of files) {
			const refused = refuseFile(file);
			found.push(refused === undefined ? await read(file, signal) : unreadable(file.path, refused));
		}
		return { files: found, problems: found.flatMap(({ parsed }) => parsed.problems) };
	};

	return {
		async readFile(commit, path, signal) {
			const file = await repository.file(commit, path, signal);
			return file === undefined ? missing(path, commit) : await readAll([file], signal);
		},
		async readFolder(commit, folder, signal) {
			const files = await repository.files(commit, folder, signal);
			if (files === undefined) return missing(folder, commit);
			return await readAll(
				files.filter(({ path }) => /\.(ya?ml|json)$/i.test(path)),
				signal,
			);
		},
	};
}

function unreadable(path: string, refused: Problem): PolicyFile {
	return { path, parsed: { policies: [], configs: [], problems: [refused] } };
}

function missing(path: string, commit: CommitId): PathReading {
	const where = { kind: 'named', name: path } as const;
	const message = `not found in commit ${commit.slice(0, 12)}`;
	return { files: undefined, problems: [problem('E_GIT_PATH', { where, message })] };
}

const oddName = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function refuseFile({ path, mode }: TreeFile): Problem | undefined {
	const where = { kind: 'named', name: showText(path) } as const;
	if (oddName.test(path)) return problem('E_GIT_PATH', { where, message: 'unsupported file name' });
	if (mode === 'file' || mode === 'executable') return undefined;
	return problem('E_GIT_MODE', { where, message: `a ${mode}` });
}
