// What a batch of changes comes to on one tip: the files' new contents, and each change's own result.
import type { EditChange } from '../model/change.ts';
import type { ManualEdit } from '../model/manual-edit.ts';
import type { EditResult } from '../model/ports/manifest-editor.ts';
import type { CommitId } from '../model/ports/repository.ts';
import { problem } from '../model/problem.ts';
import {
	indexManifests,
	type ManifestFile,
	type ManifestIndex,
	type ManifestSource,
} from './manifest-index.ts';
import { type Suspect, suspect } from './manual-edits.ts';

/** What one change comes to. */
export type Edited = { readonly change: EditChange } & (
	| EditResult
	/** A person set other weights, which stay. */
	| { readonly kind: 'held'; readonly manual: ManualEdit }
);

export interface TipEdit {
	/** In the order of the changes. */
	readonly results: readonly Edited[];
	/** New contents of the files that differ. */
	readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Which of the suspects are a person's edits that stay. */
export type FindHeld = (
	tip: CommitId,
	suspects: readonly Suspect[],
	signal: AbortSignal,
) => Promise<ReadonlyMap<EditChange, ManualEdit>>;

export interface EditSource extends ManifestSource {
	readonly findHeld: FindHeld;
}

/** Applies every change to the tip's files; a target that cannot be edited is left out of the batch alone. */
export async function editOnTip(
	source: EditSource,
	tip: CommitId,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<TipEdit> {
	const { placed, results } = await placeChanges(source, tip, changes, signal);
	const first = await editFiles(source, placed, signal);
	const suspects: Suspect[] = [];
	for (const { change, file, isNew } of placed) {
		await source.yieldTurn?.(signal);
		if (isNew || first.results.get(change)?.kind !== 'edited') continue;
		const found = suspect(source.editor, change, file);
		if (found !== undefined) suspects.push(found);
	}
	const held =
		suspects.length === 0 ? new Map<EditChange, ManualEdit>() : await source.findHeld(tip, suspects, signal);
	const edited =
		held.size === 0
			? first
			: await editFiles(
					source,
					placed.filter(({ change }) => !held.has(change)),
					signal,
				);
	return {
		results: changes.flatMap((change): Edited | readonly Edited[] => {
			const manual = held.get(change);
			if (manual !== undefined) return { change, kind: 'held', manual };
			const result = edited.results.get(change) ?? results.get(change);
			return result === undefined ? [] : { ...result, change };
		}),
		files: edited.files,
	};
}

interface Placed {
	readonly change: EditChange;
	readonly file: ManifestFile;
	/** Spillway's own, and not in the repository yet. */
	readonly isNew: boolean;
}

interface Placing {
	readonly placed: readonly Placed[];
	/** Of the changes that have no place. */
	readonly results: ReadonlyMap<EditChange, EditResult>;
}

async function placeChanges(
	source: EditSource,
	tip: CommitId,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<Placing> {
	const indexes = new Map<string, ManifestIndex>();
	const placed: Placed[] = [];
	const results = new Map<EditChange, EditResult>();
	const taken = new Set<string>();
	for (const change of changes) {
		const { folder, target, owned } = change;
		const index = indexes.get(folder) ?? (await indexManifests(source, tip, folder, signal));
		indexes.set(folder, index);
		const found = index.find(target);
		if (found.kind === 'found') {
			placed.push({ change, file: found.file, isNew: false });
		} else if (found.kind === 'missing' && owned !== undefined) {
			const made = composeFile(source, change, index, taken);
			if (made.kind === 'refused') results.set(change, made);
			else placed.push({ change, file: made.file, isNew: true });
		} else {
			results.set(change, { kind: 'refused', problem: found.problem });
		}
	}
	return { placed, results };
}

type Composed =
	| { readonly kind: 'composed'; readonly file: ManifestFile }
	| Extract<EditResult, { kind: 'refused' }>;

/** A manifest that Spillway owns is made where it is missing, and never in the place of another file. */
function composeFile(
	{ editor }: EditSource,
	change: EditChange,
	index: ManifestIndex,
	taken: Set<string>,
): Composed {
	const { path: name, text } = editor.compose(change);
	const path = change.folder === '' ? name : `${change.folder}/${name}`;
	const obstacle = taken.has(path) ? path : index.obstacle(path);
	if (obstacle !== undefined) {
		const where = { kind: 'named', name: obstacle } as const;
		const message = `this file stands where the manifest of policy ${change.policy} is to be made`;
		return { kind: 'refused', problem: problem('E_MANIFEST_TAKEN', { where, message }) };
	}
	taken.add(path);
	return { kind: 'composed', file: { path, text } };
}

interface FilesEdited {
	readonly results: ReadonlyMap<EditChange, EditResult>;
	readonly files: ReadonlyMap<string, Uint8Array>;
}

async function editFiles(
	source: EditSource,
	placed: readonly Placed[],
	signal: AbortSignal,
): Promise<FilesEdited> {
	const results = new Map<EditChange, EditResult>();
	const files = new Map<string, Uint8Array>();
	for (const [path, group] of Map.groupBy(placed, ({ file }) => file.path)) {
		await source.yieldTurn?.(signal);
		const edited = editFile(source, path, group);
		for (const [change, result] of edited.results) results.set(change, result);
		if (edited.text !== undefined) files.set(path, new TextEncoder().encode(edited.text));
	}
	return { results, files };
}

/** All changes of one file at once: it is parsed as often for one as for a thousand. */
function editFile({ editor }: EditSource, path: string, group: readonly Placed[]) {
	const [first] = group;
	const [text, isNew] = [first?.file.text ?? '', first?.isNew ?? false];
	const edits = group.map(({ change: { target, shift } }) => ({ ...target, weights: shift.to }));
	const outcome = editor.edit(path, text, edits);
	const results = group.flatMap(({ change }, index): readonly (readonly [EditChange, EditResult])[] => {
		const result = outcome.results[index];
		if (result === undefined) return [];
		// A file that is made has the weights from the start.
		return [[change, isNew && result.kind === 'same' ? { kind: 'edited' } : result]];
	});
	const isWorthless = isNew && results.some(([, { kind }]) => kind === 'refused');
	const differs = (isNew || outcome.text !== text) && !isWorthless;
	return { results, text: differs ? outcome.text : undefined };
}
