// One look at a group: it is tended, its policies get their answers, and it is said when to look again.
import { backOff } from '../../model/backoff.ts';
import type { Random } from '../../model/ports/clock.ts';
import { ForgeError } from '../../model/ports/forge.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Milliseconds } from '../../model/time.ts';
import { tellApplied } from './applied.ts';
import { type Tended, tendGroup } from './group-keeper.ts';
import type { GroupState } from './groups.ts';
import { findLateMerges } from './late-merges.ts';
import { receiptsOf } from './outcomes.ts';
import { keeperOf, type Session, tell } from './session.ts';
import type { Branch } from './wishes.ts';

/** What a person, or a rotation, has to mend. */
const slowLane: Milliseconds = 300_000;
const probe: Milliseconds = 600_000;

export async function lookAtGroup(session: Session, branch: Branch, signal: AbortSignal): Promise<void> {
	const { parts, wishes, groups, schedule } = session;
	const state = groups.of(branch);
	state.isGathering = false;
	delete state.newsSince;
	const before = groups.fingerprint(branch);
	try {
		const tended = await tendGroup(keeperOf(session, branch), branch, state.memory, signal);
		if (tended === undefined) return;
		state.failures = 0;
		await noteTended(session, branch, tended, signal);
		const { lookAt, mustConfirm } = tended.settled;
		if (mustConfirm) parts.wake(new Set(wishes.wanted(branch).map(({ change }) => change.policy)));
		if (lookAt !== undefined) schedule.at(branch, lookAt);
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof ProblemError)) throw error;
		schedule.at(branch, parts.clock.now() + patienceAfter(error, state, parts.random));
		const wanted = wishes.wanted(branch).map(({ change }) => change);
		groups.fail(branch, error.problem, wanted);
	}
	parts.wake(groups.changedSince(branch, before));
}

async function noteTended(
	session: Session,
	branch: Branch,
	tended: Tended,
	signal: AbortSignal,
): Promise<void> {
	const { parts, wishes, groups } = session;
	const state = groups.of(branch);
	const { subject } = tended.sight;
	const wanted = wishes.wanted(branch).map(({ change }) => change);
	const asked = new Set(
		[...state.answers].filter(([, { receipt }]) => isAsked(receipt)).map(([policy]) => policy),
	);
	const receipts = receiptsOf(tended, wanted, asked);
	const isMerged = [...receipts].some(
		([policy, { kind }]) => kind === 'delivered' && state.answers.get(policy)?.receipt.kind === 'requested',
	);
	if (isMerged && subject?.pull.state === 'merged') tell(session, branch, 'Merged', subject.pull);
	groups.settle(branch, tended, wanted, receipts);
	const source = { wishes, text: parts.text, edits: parts.edits };
	const late = await findLateMerges(source, branch, tended.sight, signal);
	const isNew = [...late.keys()].some((policy) => !state.late.has(policy));
	state.late = late;
	if (isNew) await answerLateMerge(session, branch, tended, signal);
	await tellApplied(session, branch, tended, signal);
}

/** It was part of the pull request, or its merge was not told yet. */
function isAsked({ kind }: Receipt): boolean {
	return kind === 'requested' || kind === 'delivered';
}

/** Said once, where people look who merged it. */
async function answerLateMerge(
	session: Session,
	branch: Branch,
	{ sight: { subject } }: Tended,
	signal: AbortSignal,
): Promise<void> {
	if (subject === undefined) return;
	const { pull } = subject;
	const { forge, text } = session.parts;
	const answer = 'Spillway takes it back now, in the way its policies say.';
	const topic = { kind: 'mergedLate', answer } as const;
	const comments = await forge.comments(pull.number, signal);
	if (comments.some(({ body }) => text.isAbout(body, topic))) return;
	await forge.comment(pull.number, text.comment(topic), signal);
	tell(session, branch, 'MergedLate', pull);
}

/** How long to leave the forge, or the Git server, alone after it failed. */
function patienceAfter(error: ProblemError, state: GroupState, random: Random): Milliseconds {
	state.failures += 1;
	if (!(error instanceof ForgeError)) return patienceWithGit(error.problem, state, random);
	if (error.retryAfter !== undefined) return error.retryAfter;
	switch (error.retry) {
		case 'soon':
			return backOff(state.failures - 1, random);
		case 'later':
			return slowLane;
		case 'never':
			return probe;
	}
}

function patienceWithGit({ code }: Problem, { failures }: GroupState, random: Random): Milliseconds {
	const isRefusal = code === 'E_GIT_REFUSED' || code === 'E_GIT_PROTECTED' || code === 'E_GIT_SIGNATURE';
	return isRefusal ? slowLane : backOff(failures - 1, random);
}
