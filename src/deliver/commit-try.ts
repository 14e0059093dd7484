// One try to commit a batch of changes: on the tip that is held at first, on the server's once that is in doubt.

import type { EditChange } from '../model/change.ts';
import { DeadlineError, withinDeadline } from '../model/deadline.ts';
import type { CommitSettings } from '../model/policy.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { CommitId, Identity, PushOutcome, Repository } from '../model/ports/repository.ts';
import { ProblemError, problem } from '../model/problem.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Milliseconds } from '../model/time.ts';
import { dateAfter } from './commit-date.ts';
import type { Contention } from './contention.ts';
import { always, type MayWrite } from './deliver.ts';
import { createEditSource } from './edit-source.ts';
import { rejected, retryOfCommit } from './rejection.ts';
import { type Edited, type EditSource, editOnTip, type TipEdit } from './tip-edit.ts';

export interface TryParts {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly clock: Clock;
	readonly author: Identity;
	readonly settings?: () => CommitSettings;
	readonly mayWrite?: MayWrite;
	/** Told how a push was answered, how long after its try began, and when. */
	readonly onAnswer?: Contention['note'];
	/** For each call to the server, and for a signature. */
	readonly patience: Milliseconds;
}

/** One try. A result for each change, in order; `undefined` where the branch has to be looked at again. */
export type CommitTry = (
	changes: readonly EditChange[],
	signal: AbortSignal,
) => Promise<readonly (Receipt | undefined)[]>;

interface Session extends TryParts, EditSource {
	readonly mayWrite: MayWrite;
	/** Whether the tip that is held is good enough to build on: so it is until a push says otherwise. */
	isSure: boolean;
	/** The last commit whose push was not answered, and what it carries. */
	lost?: { readonly commit: CommitId; readonly changes: ReadonlySet<EditChange> };
}

/** Tries that know of each other: after a lost race the branch is read before anything else. */
export function createCommitTries(parts: TryParts): CommitTry {
	const session: Session = { mayWrite: always, ...parts, ...createEditSource(parts), isSure: true };
	return (changes, signal) => attempt(session, changes, signal);
}

/** A batch on a tip. */
interface Draft extends TipEdit {
	readonly tip: CommitId;
	/** Read from the server just now, and not only what was there last. */
	readonly isNew: boolean;
	readonly edited: readonly EditChange[];
}

async function attempt(
	session: Session,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<readonly (Receipt | undefined)[]> {
	const begun = session.clock.now();
	const draft = await draftOnTip(session, changes, signal);
	if (draft.edited.length === 0) return draft.results.map((result) => receiptOf(session, result, draft.tip));
	const commit = await makeCommit(session, draft, signal);
	if (typeof commit !== 'string') return spread(session, draft, () => commit);
	if (!draft.edited.every(session.mayWrite)) return await attemptPermitted(session, changes, signal);
	const outcome = await push(session, { commit, expected: draft.tip }, signal);
	const now = session.clock.now();
	if (outcome.kind !== 'unknown') session.onAnswer?.(outcome.kind, now - begun, now);
	switch (outcome.kind) {
		case 'pushed':
			return draft.results.map((result) => receiptOf(session, result, commit));
		case 'refused': {
			const refusal = rejected(outcome.problem, retryOfCommit(outcome.problem));
			return spread(session, draft, () => refusal);
		}
		case 'unknown':
			session.lost = { commit, changes: new Set(draft.edited) };
			session.isSure = false;
			return changes.map(() => undefined);
		case 'raced':
			session.isSure = false;
			return changes.map(() => undefined);
	}
}

/** Where nothing differs from the tip that is held, only the server's can say so. */
async function draftOnTip(
	session: Session,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<Draft> {
	const held = session.isSure ? session.repository.held() : undefined;
	const first = await draftOn(session, held ?? (await refresh(session, signal)), changes, signal);
	if (held === undefined || first.edited.length > 0) return { ...first, isNew: held === undefined };
	const tip = await refresh(session, signal);
	const newest = tip === held ? first : await draftOn(session, tip, changes, signal);
	return { ...newest, isNew: true };
}

async function draftOn(
	session: Session,
	tip: CommitId,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<Omit<Draft, 'isNew'>> {
	const edit = await editOnTip(session, tip, changes, signal);
	return {
		...edit,
		tip,
		edited: edit.results.filter(({ kind }) => kind === 'edited').map(({ change }) => change),
	};
}

/** Some of a batch may not be written any more: the others are committed without them. */
async function attemptPermitted(
	session: Session,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<readonly (Receipt | undefined)[]> {
	const permitted = changes.filter(session.mayWrite);
	const receipts = permitted.length === 0 ? [] : await attempt(session, permitted, signal);
	return changes.map((change): Receipt | undefined => {
		const index = permitted.indexOf(change);
		return index === -1 ? { kind: 'withheld' } : receipts[index];
	});
}

/** The commit, or why there is none. */
async function makeCommit(
	{ repository, editor, clock, patience, settings, ...usual }: Session,
	{ tip, files, edited }: Draft,
	signal: AbortSignal,
): Promise<CommitId | Receipt> {
	const { author = usual.author, committer = author } = settings?.() ?? {};
	try {
		return await withinDeadline(clock, patience, signal, async (life) => {
			const decided = edited.map(({ decidedAt }) => decidedAt);
			const at = await dateAfter(repository, tip, decided, life);
			const message = editor.message(edited);
			return await repository.commit({ parent: tip, files, message, at, author, committer }, life);
		});
	} catch (error) {
		if (error instanceof ProblemError) return rejected(error.problem, retryOfCommit(error.problem));
		if (error instanceof DeadlineError) return rejected(noAnswer(repository, error), 'later');
		throw error;
	}
}

async function refresh(session: Session, signal: AbortSignal): Promise<CommitId> {
	const { repository, clock, patience } = session;
	try {
		const tip = await withinDeadline(clock, patience, signal, (life) => repository.refresh(life));
		session.isSure = true;
		return tip;
	} catch (error) {
		if (error instanceof DeadlineError) throw new ProblemError(noAnswer(repository, error), { cause: error });
		throw error;
	}
}

async function push(
	{ repository, clock, patience }: Session,
	{ commit, expected }: { readonly commit: CommitId; readonly expected: CommitId },
	signal: AbortSignal,
): Promise<PushOutcome> {
	try {
		return await withinDeadline(clock, patience, signal, (life) => repository.push(commit, expected, life));
	} catch (error) {
		if (error instanceof DeadlineError) return { kind: 'unknown', message: error.message };
		throw error;
	}
}

function noAnswer({ url }: Repository, { message }: DeadlineError) {
	return problem('E_GIT_UNREACHABLE', { where: { kind: 'named', name: url }, message });
}

/** No commit came about: what was edited gets this receipt; what the rest comes to, only the newest tip tells. */
function spread(
	session: Session,
	{ results, tip, isNew }: Draft,
	ofEdited: () => Receipt,
): readonly (Receipt | undefined)[] {
	if (!isNew) session.isSure = false;
	return results.map((result) => {
		if (result.kind === 'edited') return ofEdited();
		return isNew ? receiptOf(session, result, tip) : undefined;
	});
}

/** `at` is the commit that has the weights. */
function receiptOf({ lost }: Session, result: Edited, at: CommitId): Receipt {
	const evidence = { kind: 'committed', commit: at } as const;
	switch (result.kind) {
		case 'edited':
			return { kind: 'delivered', evidence };
		case 'same':
			// A push whose answer was lost, and that went through after all.
			return lost?.commit === at && lost.changes.has(result.change)
				? { kind: 'delivered', evidence }
				: { kind: 'unchanged', evidence };
		case 'held':
			return { kind: 'held', manual: result.manual };
		case 'refused':
			return rejected(result.problem, 'on-change');
	}
}
