// What a pull request changes, and whether policies are among it.
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { ProblemError } from '../../model/problem.ts';
import { type CommitFiles, createPolicyFiles } from '../../observe/policy-files.ts';
import { configFile } from '../../observe/policy-reader.ts';
import type { HeadChange } from './merged-view.ts';

/** How far back the commit is looked for at which a head left the base, in steps: each one may be a fetch. */
const searchedDepths = [16, 64, 256];

/** Compares a head that was fetched with where it left the base. Throws ProblemError. */
export async function readHeadChange(
	repository: Repository,
	{ base, head }: Pick<HeadChange, 'base' | 'head'>,
	signal: AbortSignal,
): Promise<HeadChange> {
	const from = (await findForkPoint(repository, base, head, signal)) ?? base;
	return { base, head, files: await repository.differences(from, head, signal) };
}

/** Whether it changes `spillway.yaml`, or anything in a folder with policies. */
export async function touchesPolicies(
	repository: Repository,
	{ base, files }: HeadChange,
	signal: AbortSignal,
): Promise<boolean> {
	// What makes other folders count changes spillway.yaml.
	if (files.some(({ path }) => path === configFile)) return true;
	const folders = await readFolders(repository, base, signal);
	// While nobody can tell where policies are, each document may be one.
	if (folders === undefined) return files.some(({ path }) => isDocument(path));
	return files.some(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));
}

/** Where a commit says that policies are; `undefined` while it says it wrongly, or not at all. */
export async function readFolders(
	repository: CommitFiles,
	commit: CommitId,
	signal: AbortSignal,
): Promise<readonly string[] | undefined> {
	const { files = [] } = await createPolicyFiles(repository).readFile(commit, configFile, signal);
	return files.flatMap(({ parsed }) => parsed.configs)[0]?.config.policies;
}

export function isDocument(path: string): boolean {
	return /\.(ya?ml|json)$/i.test(path);
}

/**
 * The newest commit of the base that the head has, along the first parents of both and what was merged into the head;
 * `undefined` where it is further back, or nobody can tell.
 */
async function findForkPoint(
	repository: Repository,
	base: CommitId,
	head: CommitId,
	signal: AbortSignal,
): Promise<CommitId | undefined> {
	const [tip] = await repository.history(head, 1, signal);
	if (head === base || tip?.parents.includes(base)) return base;
	try {
		for (const depth of searchedDepths) {
			const trunk = new Set((await repository.history(base, depth, signal)).map(({ id }) => id));
			const branch = await repository.history(head, depth, signal);
			const found = branch.flatMap(({ id, parents }) => [id, ...parents.slice(1)]);
			const fork = found.find((commit) => trunk.has(commit));
			if (fork !== undefined || (trunk.size < depth && branch.length < depth)) return fork;
		}
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof ProblemError)) throw error;
	}
	return undefined;
}
