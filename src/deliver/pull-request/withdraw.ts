// The end of a pull request that is not needed any more: a red status at once, so that nobody merges it late; closed a
// little later, as health that has just returned may go again.
import type { Milliseconds } from '../../model/time.ts';
import { setNeeded, withdrawnSince } from './need-status.ts';
import { composePage, writePage } from './page.ts';
import type { Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { StepRules } from './step-rules.ts';
import type { Subject } from './subject.ts';

/** How long it stays open after that. */
const firstHold: Milliseconds = 60_000;

/** A service that comes and goes all day must not have its pull request closed and opened as often. */
const longestHold: Milliseconds = 3_600_000;

const poll: Milliseconds = 30_000;

export function holdOf(reopened: number): Milliseconds {
	return Math.min(longestHold, firstHold * 2 ** Math.min(reopened, 10));
}

export function withdraw(sight: Sight, subject: Subject, rules: StepRules): Step {
	const { head, now } = sight;
	const { pull, note, comments } = subject;
	const { text, withdrawal } = rules;
	if (!sight.isComplete) return { kind: 'settled', lookAt: now + poll };
	if (pull.autoMerge) return { kind: 'cancelAutoMerge', pull };
	const red = head && setNeeded(sight, { commit: head.commit, state: 'failure' }, rules);
	if (red !== undefined) return red;
	const withdrawn = withdrawnSince(subject, withdrawal);
	if (note?.withdrawnAt === undefined) {
		const page = composePage(sight, rules, { subject, withdrawn });
		return writePage(page, subject, text) ?? { kind: 'write', pull, body: page.body };
	}
	const closesAt = withdrawn.at + (withdrawal.isFinal ? 0 : holdOf(note.reopened));
	if (now < closesAt) return { kind: 'settled', lookAt: Math.min(closesAt, now + poll) };
	const topic = { kind: 'withdrawn', why: withdrawal.why, round: note.reopened } as const;
	if (!comments.some(({ body }) => text.isAbout(body, topic))) return { kind: 'say', pull, topic };
	return { kind: 'close', pull, event: 'Withdrawn' };
}
