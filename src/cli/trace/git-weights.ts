import { indexManifests } from '../../deliver/manifest-index.ts';
import { describeTarget, type TargetRef } from '../../model/names.ts';
import type { ManifestEditor } from '../../model/ports/manifest-editor.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import { problem } from '../../model/problem.ts';
import type { GitWeights } from './trace-facts.ts';

export interface GitWeightsSource {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
}

/** What a commit says of the target's weights, in the file below the folder that a move would edit. */
export async function readGitWeights(
	{ repository, editor }: GitWeightsSource,
	commit: CommitId,
	{ target, folder }: { readonly target: TargetRef; readonly folder: string },
	signal: AbortSignal,
): Promise<GitWeights> {
	const source = { repository, editor, cache: new Map() };
	const search = (await indexManifests(source, commit, folder, signal)).find(target);
	if (search.kind !== 'found') return { kind: 'unclear', problem: search.problem };
	const { path, text } = search.file;
	const weights = editor.weights(text, target);
	if (weights !== undefined) return { kind: 'weights', path, weights };
	const where = { kind: 'named', name: path } as const;
	const message = `the weights of ${describeTarget(target)} cannot be read`;
	return { kind: 'unclear', problem: problem('E_MANIFEST_WEIGHT', { where, message }) };
}
