// What a batch of changes comes to on one tip: the files' new contents, and each change's own result.
import type { EditChange } from '../model/change.ts';
import type { EditResult, ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { CommitId, Repository } from '../model/ports/repository.ts';
import {
	indexManifests,
	type ManifestCache,
	type ManifestFile,
	type ManifestIndex,
} from './manifest-index.ts';

export interface EditSource {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly cache: ManifestCache;
}

/** What one change comes to. */
export type Edited = EditResult & { readonly change: EditChange };

export interface TipEdit {
	/** In the order of the changes. */
	readonly results: readonly Edited[];
	/** New contents of the files that differ. */
	readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Applies every change to the tip's files; a target that cannot be edited is left out of the batch alone. */
export async function editOnTip(
	source: EditSource,
	tip: CommitId,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<TipEdit> {
	const indexes = await indexFolders(source, tip, changes, signal);
	const results = new Map<EditChange, EditResult>();
	const placed: Placed[] = [];
	for (const change of changes) {
		const found = indexes.get(change.folder)?.find(change.target);
		if (found?.kind === 'found') placed.push({ change, file: found.file });
		else if (found !== undefined) results.set(change, found);
	}
	const files = new Map<string, Uint8Array>();
	for (const group of Map.groupBy(placed, ({ file }) => file.path).values()) {
		const outcome = editFile(source.editor, group);
		for (const { change, result } of outcome.results) results.set(change, result);
		if (outcome.edited !== undefined) files.set(outcome.path, new TextEncoder().encode(outcome.edited));
	}
	return { results: inOrder(changes, results), files };
}

interface Placed {
	readonly change: EditChange;
	readonly file: ManifestFile;
}

/** All changes of one file at once: it is parsed as often for one as for a thousand. */
function editFile(editor: ManifestEditor, group: readonly Placed[]) {
	const { path, text } = group[0]?.file ?? { path: '', text: '' };
	const edits = group.map(({ change: { target, shift } }) => ({ ...target, weights: shift.to }));
	const outcome = editor.edit(path, text, edits);
	const results = group.flatMap(({ change }, index) => {
		const result = outcome.results[index];
		return result === undefined ? [] : { change, result };
	});
	return { path, edited: outcome.text === text ? undefined : outcome.text, results };
}

async function indexFolders(
	source: EditSource,
	tip: CommitId,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, ManifestIndex>> {
	const indexes = new Map<string, ManifestIndex>();
	for (const folder of new Set(changes.map((change) => change.folder))) {
		indexes.set(folder, await indexManifests(source, tip, folder, signal));
	}
	return indexes;
}

function inOrder(
	changes: readonly EditChange[],
	results: ReadonlyMap<EditChange, EditResult>,
): readonly Edited[] {
	return changes.flatMap((change) => {
		const result = results.get(change);
		return result === undefined ? [] : { ...result, change };
	});
}
