import type { Check } from '../../model/ports/forge.ts';
import type { CommitId, PushOutcome } from '../../model/ports/repository.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatBranch } from '../../model/pull-request.ts';
import { dateAfter } from '../commit-date.ts';
import type { BranchHead } from './branch-head.ts';
import { ask, cancelAutoMerge, label, noteBox, say, write } from './page-steps.ts';
import { sealMessage } from './seal.ts';
import type { Sight } from './sight.ts';
import { close, create, merge, reopen } from './state-steps.ts';
import type { Action, PushStep, StatusStep } from './step.ts';
import type { After, StepTaker } from './step-taker.ts';

/** Throws ProblemError, or its ForgeError. */
export function takeStep(taker: StepTaker, sight: Sight, step: Action, signal: AbortSignal): After {
	switch (step.kind) {
		case 'push':
			return pushCommit(taker, sight, step, signal);
		case 'deleteBranch':
			return deleteBranch(taker, sight, step.expected, signal);
		case 'setStatus':
			return setStatus(taker, sight, step, signal);
		case 'create':
			return create(taker, sight, step, signal);
		case 'reopen':
			return reopen(taker, sight, step, signal);
		case 'close':
			return close(taker, sight, step, signal);
		case 'merge':
			return merge(taker, sight, step, signal);
		case 'write':
			return write(taker, sight, step, signal);
		case 'say':
			return say(taker, sight, step, signal);
		case 'noteBox':
			return noteBox(taker, step, signal);
		case 'label':
			return label(taker, sight, step, signal);
		case 'ask':
			return ask(taker, sight, step, signal);
		case 'cancelAutoMerge':
			return cancelAutoMerge(taker, sight, step, signal);
	}
}

async function setStatus(
	{ forge }: StepTaker,
	sight: Sight,
	{ commit, status }: StatusStep,
	signal: AbortSignal,
): After {
	await forge.setStatus(commit, status, signal).catch(passOverRefusal);
	const { context: name, state } = status;
	const others = sight.checks.filter((check) => check.name !== name);
	return { ...sight, checks: [...others, { name, state } satisfies Check] };
}

/** Base tip + exactly one commit, in the place of what was seen there. */
async function pushCommit(
	taker: StepTaker,
	sight: Sight,
	{ expected }: PushStep,
	signal: AbortSignal,
): After {
	const { repository, editor, author: usual, commits } = taker;
	const { base: parent, files, edited } = sight.draft;
	const { author = usual, committer = author } = commits();
	const edits = edited.map(({ edit }) => edit);
	const at = await dateAfter(
		repository,
		parent,
		edits.map(({ decidedAt }) => decidedAt),
		signal,
	);
	const message = sealMessage({ parent, author, at, files, message: editor.message(edits) });
	const commit = await repository.commit({ parent, files, message, author, committer, at }, signal);
	const branch = formatBranch(sight.group);
	const outcome = await repository.pushBranch({ branch, commit, ...(expected && { expected }) }, signal);
	if (!isDone(outcome)) return undefined;
	const head: BranchHead = { commit, parent, at, isOurs: true, changes: [] };
	return { ...sight, head, isCurrent: true, checks: [] };
}

/** A race, or a lost answer, is told by another look. Throws ProblemError for a refusal. */
function isDone(outcome: PushOutcome): boolean {
	if (outcome.kind === 'refused') throw new ProblemError(outcome.problem);
	return outcome.kind === 'pushed';
}

async function deleteBranch(
	{ repository }: StepTaker,
	sight: Sight,
	expected: CommitId,
	signal: AbortSignal,
): After {
	const branch = formatBranch(sight.group);
	if (!isDone(await repository.pushBranch({ branch, expected }, signal))) return undefined;
	const { head: _, ...rest } = sight;
	return { ...rest, isCurrent: false };
}

/** Forges take only so many statuses for a commit: what else is to be done must not wait for one more. */
function passOverRefusal(error: unknown): void {
	if (error instanceof ProblemError && error.problem.code === 'E_FORGE_REFUSED') return;
	throw error;
}
