// What a group's wishes come to on one tip of the base: the contents of the one commit, and what is there already.
import type { PullRequestChange } from '../../model/change.ts';
import type { PolicyKey } from '../../model/names.ts';
import type { RestingPolicy } from '../../model/ports/pull-requests.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { LateMerge } from '../../model/pull-request.ts';
import { sameRatio, type Weights } from '../../model/weights.ts';
import { indexManifests } from '../manifest-index.ts';
import { type Edited, type EditSource, editOnTip } from '../tip-edit.ts';

export interface Draft {
	readonly base: CommitId;
	/** New contents of the files that differ from the base's. */
	readonly files: ReadonlyMap<string, Uint8Array>;
	/** The changes that make them. */
	readonly edited: readonly PullRequestChange[];
	/** What each change comes to. */
	readonly results: ReadonlyMap<PolicyKey, Edited>;
}

/** Computes the edit; the same changes on the same base are not computed twice in a row. */
export type DraftOn = (
	base: CommitId,
	changes: readonly PullRequestChange[],
	signal: AbortSignal,
) => Promise<Draft>;

export function createDrafts(source: EditSource): DraftOn {
	let last: { readonly changes: readonly PullRequestChange[]; readonly draft: Draft } | undefined;
	return async (base, changes, signal) => {
		if (last?.draft.base === base && isSameList(last.changes, changes)) return last.draft;
		const edits = changes.map(({ edit }) => edit);
		const { results, files } = await editOnTip(source, base, edits, signal);
		const of = new Map(results.map((result) => [result.change.policy, result]));
		const edited = changes.filter(({ policy }) => of.get(policy)?.kind === 'edited');
		const draft = { base, files, edited, results: of };
		last = { changes, draft };
		return draft;
	};
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
	return a.length === b.length && a.every((each, index) => each === b[index]);
}

/** The weights that the base has for a policy's target, where they are others than those it rests on. */
export async function findOtherWeights(
	source: EditSource,
	base: CommitId,
	{ target, folder, weights }: RestingPolicy & { readonly weights: Weights },
	signal: AbortSignal,
): Promise<LateMerge['to'] | undefined> {
	const index = await indexManifests(source, base, folder, signal);
	const found = index.find(target);
	if (found.kind !== 'found') return undefined;
	const there = source.editor.weights(found.file.text, target, weights.keys());
	return there === undefined || sameRatio(there, weights) ? undefined : there;
}
