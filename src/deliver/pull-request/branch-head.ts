// What a group's branch holds: our one commit, and whether it still says what it should; or somebody else's work.
import type { CommitId, FileDifference, Repository } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';
import { isSealed } from './seal.ts';

export interface BranchHead {
	readonly commit: CommitId;
	/** Spillway made it, and nobody has touched it since. */
	readonly isOurs: boolean;
	readonly at: Instant;
	/** The commit of the base it was made on. */
	readonly parent?: CommitId;
	/** Of ours: what it changes. */
	readonly changes: readonly FileChange[];
}

interface FileChange extends FileDifference {
	readonly content: Uint8Array;
}

/** Ours change a few manifests; what changes more is not read to the end. */
const mostFiles = 2_000;

/** Reads the commit a branch is at. Throws ProblemError where it cannot be had. */
export async function readBranchHead(
	repository: Repository,
	commit: CommitId,
	signal: AbortSignal,
): Promise<BranchHead> {
	const [facts] = await repository.history(commit, 2, signal);
	const { at = 0, parents = [], message = '' } = facts ?? {};
	const [parent] = parents;
	const foreign: BranchHead = { commit, at, isOurs: false, changes: [], ...(parent && { parent }) };
	if (facts === undefined || parent === undefined || parents.length > 1) return foreign;
	if (!message.includes('\nFailover-Seal: ')) return foreign;
	const differences = await repository.differences(parent, commit, signal);
	if (differences.length > mostFiles) return foreign;
	const changes: FileChange[] = [];
	for (const difference of differences) {
		const { after } = difference;
		if (after === undefined || after.mode === 'symlink' || after.mode === 'submodule') return foreign;
		changes.push({ ...difference, content: await repository.read(after.blob, signal) });
	}
	const files = new Map(changes.map(({ path, content }) => [path, content]));
	const isOurs = isSealed({ parent, author: facts.author, at, message, files });
	return isOurs ? { ...foreign, isOurs, changes } : foreign;
}

/**
 * Whether the branch says just these contents, and the base has not changed the same files meanwhile. Other commits on
 * the base are no reason to make it anew: approvals and checks would start over.
 */
export async function isUpToDate(
	repository: Repository,
	{ changes }: BranchHead,
	{ base, files }: { readonly base: CommitId; readonly files: ReadonlyMap<string, Uint8Array> },
	signal: AbortSignal,
): Promise<boolean> {
	if (changes.length !== files.size) return false;
	for (const { path, before, content } of changes) {
		const wanted = files.get(path);
		if (wanted === undefined || !sameBytes(wanted, content)) return false;
		const onBase = await repository.file(base, path, signal);
		if (onBase?.blob !== before?.blob || onBase?.mode !== before?.mode) return false;
	}
	return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
