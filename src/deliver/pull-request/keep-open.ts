// A pull request that is wanted: its branch, its page, its statuses, its people, and what happens by itself.
import type { PullRequestView, Rung } from '../../model/pull-request.ts';
import { dueRungs, nextRungAt } from '../../model/pull-request.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { answerCommand, noteBox } from './answers.ts';
import { setNeeded, statusFacts, validatedContext } from './need-status.ts';
import { composePage, writePage } from './page.ts';
import type { Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { StepRules } from './step-rules.ts';
import type { Subject } from './subject.ts';

/** How often a pull request is looked at that nobody tells of. */
const urgentPoll: Milliseconds = 30_000;
const calmPoll: Milliseconds = 300_000;
const mergePoll: Milliseconds = 10_000;

/** How soon the policies must have said that they still want what is about to be merged. */
const freshPoll: Milliseconds = 2_000;

/** A look is four calls: so many pull requests at this pace stay below a third of what GitHub allows in an hour. */
const usualCount = 3;

/** How long ago one may have been closed to be opened again, rather than another one. */
const reopenWithin: Milliseconds = 86_400_000;

export function keepOpen(sight: Sight, subject: Subject | undefined, rules: StepRules): Step {
	if (!sight.isCurrent) return bringUpToDate(sight, subject, rules);
	if (subject === undefined) return open(sight, rules);
	return (
		noteBox(subject, rules) ??
		writePage(composePage(sight, rules, { subject }), subject, rules.text) ??
		introduce(sight, subject, rules) ??
		setStatuses(sight, rules) ??
		answerCommand(subject, rules) ??
		climb(sight, subject, rules) ??
		settle(sight, subject, rules)
	);
}

/** One that is closed is opened before its branch moves: else Gitea shows the old head for good, and GitHub opens it no more. */
function bringUpToDate(sight: Sight, subject: Subject | undefined, rules: StepRules): Step {
	const { head, done, now } = sight;
	if (subject?.pull.autoMerge) return { kind: 'cancelAutoMerge', pull: subject.pull };
	if (subject === undefined) {
		if (!rules.mayOpen) return waitForBudget(now);
		const closed = done.has(triedReopen) ? undefined : findReopenable(sight, rules);
		if (closed !== undefined) return { kind: 'reopen', pull: closed.pull };
	}
	return { kind: 'push', ...(head && { expected: head.commit }) };
}

function waitForBudget(now: Instant): Step {
	return { kind: 'settled', obstacle: 'budget', lookAt: now + calmPoll };
}

function open(sight: Sight, rules: StepRules): Step {
	const closed = findReopenable(sight, rules);
	if (closed !== undefined) return { kind: 'reopen', pull: closed.pull };
	if (!rules.mayOpen) return waitForBudget(sight.now);
	return { kind: 'create', ...composePage(sight, rules) };
}

/** One that the forge refused to open again, perhaps for want of its branch. */
export const triedReopen = 'tried:reopen';

/** One that Spillway closed of late is opened again: people find what was said about it. */
function findReopenable({ subject, now }: Sight, rules: StepRules): Subject | undefined {
	const closed = subject?.pull.state === 'closed' ? subject : undefined;
	const isLate = now - (closed?.pull.closedAt ?? 0) > reopenWithin;
	const isOurs =
		closed?.note?.withdrawnAt !== undefined ||
		closed?.controls.retriedAt !== undefined ||
		closed?.closure?.byBranch === true;
	return isOurs && !isLate && closed !== undefined && rules.mayReopen(closed.pull) ? closed : undefined;
}

/** Labels and reviewers are set once: what people make of them stays. */
function introduce({ done }: Sight, { pull }: Subject, { settings }: StepRules): Step | undefined {
	const { labels, reviewers } = settings;
	if (labels.length > 0 && !done.has('labels')) return { kind: 'label', pull, labels };
	if (reviewers.length > 0 && !done.has('reviewers')) {
		return { kind: 'ask', pull, reviewers, done: 'reviewers' };
	}
	return undefined;
}

function setStatuses(sight: Sight, rules: StepRules): Step | undefined {
	const { head, checks, draft } = sight;
	if (head === undefined) return undefined;
	const { commit } = head;
	const isValidated = checks.some(({ name, state }) => name === validatedContext && state === 'success');
	if (!isValidated) {
		const { text, settings } = rules;
		const facts = statusFacts(sight, settings, draft.edited);
		const description = text.status('validated', facts, 'success');
		const status = { context: validatedContext, state: 'success', description } as const;
		return { kind: 'setStatus', commit, status };
	}
	return setNeeded(sight, { commit, state: 'success' }, rules);
}

/** Steps of the ladder that are due for any of the policies; a merge is for all of them. */
function climb(sight: Sight, subject: Subject, rules: StepRules): Step | undefined {
	const { draft, now } = sight;
	const { pull, controls } = subject;
	const due = draft.edited.flatMap(({ rungs }) => dueRungs(rungs, controls, now));
	for (const rung of due) {
		const step = takeRung(sight, subject, rung, rules);
		if (step !== undefined) return step;
	}
	const isHeld = controls.hold !== undefined && now < controls.hold.until;
	const mayMerge = draft.edited.every(
		({ autoMerge, rungs }) =>
			autoMerge || dueRungs(rungs, controls, now).some(({ to }) => to === 'AutoMerge'),
	);
	if (isHeld && pull.autoMerge) return { kind: 'cancelAutoMerge', pull };
	// One that a person asked for is theirs.
	if (!mayMerge || isHeld) return undefined;
	if (pull.autoMerge || sight.head === undefined || hasTried(sight)) return undefined;
	if (!rules.isFresh) {
		return { kind: 'settled', view: viewOf(sight, subject), lookAt: now + freshPoll, mustConfirm: true };
	}
	return { kind: 'merge', pull, head: sight.head.commit };
}

/** A merge that the forge refused is not asked for again before the next look. */
export const triedMerge = 'tried:merge';

function hasTried({ done }: Sight): boolean {
	return done.has(triedMerge);
}

function takeRung(
	{ done, draft }: Sight,
	{ pull, note, comments }: Subject,
	{ to }: Rung,
	{ text, settings }: StepRules,
): Step | undefined {
	if (to === 'Reviewers' && !done.has('rung:Reviewers')) {
		const reviewers = [...settings.reviewers, ...settings.onCall];
		return { kind: 'ask', pull, reviewers, done: 'rung:Reviewers' };
	}
	const mentions = to === 'Notify' ? settings.onCall : [];
	const policies = draft.edited.map(({ policy }) => policy);
	const round = note?.reopened ?? 0;
	const topic = { kind: 'rung', step: to, mentions, text: rungText(to, policies.length), round } as const;
	if (comments.some(({ body }) => text.isAbout(body, topic))) return undefined;
	return { kind: 'say', pull, topic, event: 'Escalated' };
}

function rungText(to: Rung['to'], count: number): string {
	const [these, wait, are] =
		count === 1 ? ['This move', 'waits', 'is'] : [`These ${count} moves`, 'wait', 'are'];
	switch (to) {
		case 'Notify':
			return `${these} still ${wait} for a review.`;
		case 'Reviewers':
			return 'A review is asked for.';
		case 'AutoMerge':
			return 'It is merged as soon as the checks pass.';
		case 'Commit':
			return `${these} ${are} committed to the branch now, without a review.`;
		case 'Direct':
			return `${these} ${are} made on the cluster now; merging this brings Git up to date.`;
	}
}

function settle(sight: Sight, subject: Subject, { openCount }: StepRules): Step {
	const { group, draft, now } = sight;
	const { controls } = subject;
	const view = viewOf(sight, subject);
	const polls = group.move === 'failover' ? urgentPoll : calmPoll;
	const next = draft.edited.flatMap(({ rungs }) => nextRungAt(rungs, controls, now) ?? []);
	const ends = controls.hold === undefined ? [] : [controls.hold.until];
	const isMerging = view.state === 'Merging' || sight.refusal !== undefined;
	const poll = now + (isMerging ? mergePoll : polls) * Math.max(1, openCount / usualCount);
	const lookAt = Math.min(poll, ...[...next, ...ends].filter((at) => at > now));
	return { kind: 'settled', view, lookAt };
}

function viewOf({ head, checks, required, refusal }: Sight, { pull, controls }: Subject): PullRequestView {
	const counts = (name: string): boolean => required.length === 0 || required.includes(name);
	const first = checks.find(
		({ name, state }) => state === 'failure' && !name.startsWith('spillway/') && counts(name),
	);
	const base = { number: pull.number, url: pull.url, head: head?.commit ?? '', controls };
	if (first !== undefined) return { ...base, state: 'Blocked', blocker: `the check ${first.name} failed` };
	if (refusal !== undefined) return { ...base, state: 'Blocked', blocker: refusal };
	if (controls.hold !== undefined) {
		const { until, by } = controls.hold;
		return { ...base, state: 'Open', blocker: `held by ${by} until ${describeUntil(until)}` };
	}
	return { ...base, state: pull.autoMerge ? 'Merging' : 'Open' };
}

function describeUntil(until: Instant): string {
	return until >= Number.MAX_SAFE_INTEGER ? 'further notice' : new Date(until).toISOString();
}
