// Tells a person's edit of weights from a state that is merely old, by the commit that last changed them.
import type { EditChange } from '../model/change.ts';
import { parseTrailers } from '../model/commit-trailers.ts';
import type { ManualEdit, ManualEditRule } from '../model/manual-edit.ts';
import type { PolicyKey, ServiceName } from '../model/names.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type {
	CommitFacts,
	CommitId,
	FileDifference,
	Repository,
	TreeFile,
} from '../model/ports/repository.ts';
import { messagesWithin } from '../model/squashed-message.ts';
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
	const last = await findLastChange(search, suspected);
	if (last === undefined) return undefined;
	const { commit } = last.step;
	const { rule, found, change } = suspected;
	if (search.editor.isOurs(commit.message) || commit.id === rule.released) return undefined;
	const isTakenBack = await isRevertOfOurs(search, commit);
	if (!isTakenBack && (await bringsOurs(search, suspected, last))) return undefined;
	if (!isTakenBack && !(await changesWeightsOnly(search, last.step))) return undefined;
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

/** A commit, and where it has the target's manifest. */
interface LastChange {
	readonly step: HistoryStep;
	readonly path: string;
}

/** The newest commit after which the target's weights are what they are now. */
async function findLastChange(
	search: EditSearch,
	{ change: { target, shift }, path, found }: Suspect,
): Promise<LastChange | undefined> {
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
		if (before === undefined) return { step, path: at };
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

async function isRevertOfOurs(search: EditSearch, { message }: CommitFacts): Promise<boolean> {
	for (const [, id = ''] of message.matchAll(revert)) {
		const reverted = await search.history.find(id);
		if (reverted === undefined) continue;
		if (search.editor.isOurs(reverted.message) || messagesWithin(reverted.message).some(search.editor.isOurs))
			return true;
		if ((await findMerged(search, reverted)) !== undefined) return true;
	}
	return false;
}

/** Whether a person merged or squashed what we proposed, and left the weights as we had them. */
async function bringsOurs(
	search: EditSearch,
	{ change: { policy, target, shift }, found }: Suspect,
	{ step: { commit }, path }: LastChange,
): Promise<boolean> {
	if (messagesWithin(commit.message).some(search.editor.isOurs)) {
		return proposedWeights(commit.message, policy, [...found.keys()]).every((each) => sameRatio(each, found));
	}
	const merged = await findMerged(search, commit);
	if (merged === undefined) return false;
	const file = await search.repository.file(merged, path, search.signal);
	const text = await readText(search, file);
	if (text === undefined) return false;
	const weights = search.editor.weights(text, target, shift.to.keys());
	return weights !== undefined && sameRatio(weights, found);
}

/** The commit of ours that a merge brings; `undefined` where it brings none. */
async function findMerged(
	{ repository, editor, signal }: EditSearch,
	{ parents }: CommitFacts,
): Promise<CommitId | undefined> {
	for (const parent of parents.slice(1)) {
		const [facts] = await repository.history(parent, 1, signal);
		if (facts !== undefined && editor.isOurs(facts.message)) return parent;
	}
	return undefined;
}

/** The newest weights that the trailers in a message give a policy; none where they do not name it. */
function proposedWeights(
	message: string,
	policy: PolicyKey,
	services: readonly ServiceName[],
): readonly Weights[] {
	const last = messagesWithin(message)
		.flatMap(parseTrailers)
		.findLast((each) => each.policy === policy);
	const written = last?.changeId.slice(last.changeId.lastIndexOf(':') + 1).split('/') ?? [];
	if (written.length !== services.length) return [];
	return [new Map(services.map((service, index) => [service, Number(written[index])]))];
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
