// Tells a person's edit of weights from a state that is merely old, by the commit that last changed them.
import type { EditChange } from '../model/change.ts';
import type { ManualEdit, ManualEditRule } from '../model/manual-edit.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { CommitFacts, FileDifference, Repository, TreeFile } from '../model/ports/repository.ts';
import type { Instant } from '../model/time.ts';
import { sameRatio, type Weights } from '../model/weights.ts';
import type { BranchHistory, HistoryStep } from './branch-history.ts';
import { isRegular, readContent } from './manifest-content.ts';
import type { ManifestFile } from './manifest-index.ts';

/** A change of weights that nobody of ours left in Git, as far as is known. */
export interface Suspect {
	readonly change: EditChange;
	readonly rule: ManualEditRule;
	readonly path: string;
	/** The weights in Git. */
	readonly found: Weights;
}

/** Whether the weights in Git may be a person's. Where they are what is expected there, nothing is looked up. */
export function suspect(
	editor: ManifestEditor,
	change: EditChange,
	{ path, text }: ManifestFile,
): Suspect | undefined {
	const { manualEdits: rule, shift, target } = change;
	if (rule === undefined) return undefined;
	const found = editor.weights(text, target, shift.to.keys());
	if (found === undefined) return undefined;
	const isExpected = [shift.to, ...rule.expected].some((weights) => sameRatio(weights, found));
	return isExpected ? undefined : { change, rule, path, found };
}

export interface EditSearch {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly history: BranchHistory;
	readonly now: Instant;
	readonly signal: AbortSignal;
}

/** The person's edit that is to stay, if there is one. */
export async function findManualEdit(
	search: EditSearch,
	suspected: Suspect,
): Promise<ManualEdit | undefined> {
	const step = await findLastChange(search, suspected);
	if (step === undefined) return undefined;
	const { commit } = step;
	const { rule, found, change } = suspected;
	if (search.editor.isOurs(commit.message) || commit.id === rule.released) return undefined;
	if (!(await isRevertOfOurs(search, commit)) && !(await changesWeightsOnly(search, step))) return undefined;
	const edit = {
		commit: commit.id,
		author: `${commit.author.name} <${commit.author.email}>`,
		found,
		against: change.shift.to,
	};
	if (rule.action === 'Adopt') return edit;
	const until = Math.min(commit.at, search.now) + rule.hold;
	return until > search.now ? { ...edit, hold: rule.hold, until } : undefined;
}

/** The newest commit after which the target's weights are what they are now. */
async function findLastChange(
	search: EditSearch,
	{ change: { target, shift }, path, found }: Suspect,
): Promise<HistoryStep | undefined> {
	let at = path;
	for (let back = 0; ; back += 1) {
		const step = await search.history.step(back);
		if (step === undefined) return undefined;
		const difference = step.differences.get(at);
		if (difference === undefined) continue;
		const before = await findBefore(search, step, difference, (text) => {
			const weights = search.editor.weights(text, target, shift.to.keys());
			return weights !== undefined && sameRatio(weights, found);
		});
		if (before === undefined) return step;
		at = before;
	}
}

/** The path at which the same weights stood before: the same one, or that of a file which was moved. */
async function findBefore(
	search: EditSearch,
	{ differences }: HistoryStep,
	difference: FileDifference,
	isSame: (text: string) => boolean,
): Promise<string | undefined> {
	const gone = [...differences.values()].filter(({ after }) => after === undefined);
	for (const { path, before } of difference.before === undefined ? gone : [difference]) {
		const text = await readText(search, before);
		if (text !== undefined && isSame(text)) return path;
	}
	return undefined;
}

/** As `git revert` and the forges word it. */
const revert = /^This reverts commit ([0-9a-f]{7,64})\b/gm;

async function isRevertOfOurs({ history, editor }: EditSearch, { message }: CommitFacts): Promise<boolean> {
	for (const [, id = ''] of message.matchAll(revert)) {
		const reverted = await history.find(id);
		if (reverted !== undefined && editor.isOurs(reverted.message)) return true;
	}
	return false;
}

/** Larger commits are no edits of weights, and need not be read to the end. */
const mostFiles = 100;

async function changesWeightsOnly(search: EditSearch, { differences }: HistoryStep): Promise<boolean> {
	if (differences.size > mostFiles) return false;
	for (const { before, after } of differences.values()) {
		if (before?.mode !== after?.mode) return false;
		const [old, next] = [await readText(search, before), await readText(search, after)];
		if (old === undefined || next === undefined) return false;
		if (!search.editor.differInWeightsOnly(old, next)) return false;
	}
	return true;
}

async function readText(
	{ repository, signal }: EditSearch,
	file: TreeFile | undefined,
): Promise<string | undefined> {
	if (file === undefined || !isRegular(file)) return undefined;
	const content = await readContent(repository, file.blob, signal);
	return content.kind === 'text' ? content.text : undefined;
}
