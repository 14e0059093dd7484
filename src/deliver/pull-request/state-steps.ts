// Steps that change a pull request's state.
import type { PullRequest } from '../../model/ports/forge.ts';
import { ProblemError } from '../../model/problem.ts';
import { formatBranch, noControls } from '../../model/pull-request.ts';
import { triedMerge, triedReopen } from './keep-open.ts';
import { type Sight, withPull } from './sight.ts';
import type { CloseStep, CreateStep, MergeStep, ReopenStep } from './step.ts';
import type { After, StepTaker } from './step-taker.ts';
import type { Subject } from './subject.ts';

export async function create(
	{ forge, text, tell, onOpened, isDraft }: StepTaker,
	sight: Sight,
	{ title, body }: CreateStep,
	signal: AbortSignal,
): After {
	const head = formatBranch(sight.group);
	const pulled = { title, body, head, base: sight.baseBranch, isDraft: isDraft() };
	const creation = await forge.create(pulled, signal);
	if (creation.kind === 'exists') return undefined;
	// What was sent is what it says, whatever the forge makes of line ends.
	const pull = { ...creation.pull, body };
	onOpened();
	tell('Opened', pull);
	const note = text.readNote(body);
	const said = { comments: [], commands: [], controls: noControls };
	const subject: Subject = { pull, ...(note && { note }), ...said };
	return { ...sight, pulls: [pull, ...sight.pulls], subject, done: new Set() };
}

export async function reopen(
	taker: StepTaker,
	sight: Sight,
	{ pull: closed }: ReopenStep,
	signal: AbortSignal,
): After {
	const pull = await tryToReopen(taker, closed, signal);
	if (pull?.state !== 'open') {
		// It may want its branch first.
		if (!sight.isCurrent) return { ...sight, done: new Set([...sight.done, triedReopen]) };
		// Its branch was deleted and made anew, which some forges do not put up with.
		taker.onStuck(closed);
		return undefined;
	}
	taker.tell('Reopened', pull);
	const note = sight.subject?.note;
	return withPull(sight, pull, { ...(note && { note: { ...note, reopened: note.reopened + 1 } }) });
}

async function tryToReopen(
	{ forge }: StepTaker,
	{ number }: PullRequest,
	signal: AbortSignal,
): Promise<PullRequest | undefined> {
	try {
		return await forge.update(number, { state: 'open' }, signal);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof ProblemError && error.problem.code === 'E_FORGE_REFUSED') return undefined;
		throw error;
	}
}

export async function close(
	{ forge, text, tell }: StepTaker,
	sight: Sight,
	{ pull: { number }, topic, event }: CloseStep,
	signal: AbortSignal,
): After {
	if (topic !== undefined) await forge.comment(number, text.comment(topic), signal);
	const pull = await forge.update(number, { state: 'closed' }, signal);
	if (pull.state !== 'closed') return undefined;
	if (event !== undefined) tell(event, pull);
	return event === 'Withdrawn' ? withPull(sight, pull, {}) : undefined;
}

/** Never a second try before the next look: what stands in the way does not go within seconds. */
export async function merge(
	{ forge, tell }: StepTaker,
	sight: Sight,
	{ pull, head }: MergeStep,
	signal: AbortSignal,
): After {
	const outcome = await forge.merge(pull.number, head, signal);
	const tried = (refusal?: string): Sight => ({
		...sight,
		done: new Set([...sight.done, triedMerge]),
		...(refusal !== undefined && { refusal }),
	});
	switch (outcome.kind) {
		case 'merged':
		case 'moved':
		case 'notOpen':
			return undefined;
		case 'conflict':
			return tried('it does not fit the base any more');
		case 'blocked': {
			const auto = await forge.enableAutoMerge(pull.number, head, signal);
			if (auto.kind === 'moved') return undefined;
			if (auto.kind === 'enabled') return withPull(tried(), { ...pull, autoMerge: true }, {});
			tell('Blocked', pull, outcome.reason);
			return tried(outcome.reason);
		}
	}
}
