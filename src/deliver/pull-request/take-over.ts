import type { CommitId } from '../../model/ports/repository.ts';
import type { PullRequestView } from '../../model/pull-request.ts';
import type { Milliseconds } from '../../model/time.ts';
import { setNeeded } from './need-status.ts';
import type { Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { StepRules } from './step-rules.ts';
import type { Subject } from './subject.ts';

/** How often it is looked at what became of it. */
const poll: Milliseconds = 60_000;

export function isTakenOver({ head, baseBranch }: Sight, { pull, controls }: Subject): boolean {
	if (pull.base !== baseBranch) return true;
	if (head === undefined || head.isOurs) return false;
	const { retriedAt } = controls;
	return retriedAt === undefined || retriedAt <= head.at;
}

/** Says so once; that it is not needed any more is still worth a word. */
export function leaveToPeople(sight: Sight, subject: Subject, rules: StepRules): Step {
	const { head, baseBranch, now } = sight;
	const { pull, note, comments, controls } = subject;
	const { text } = rules;
	if (pull.autoMerge) return { kind: 'cancelAutoMerge', pull };
	const why = pull.base === baseBranch ? 'push' : 'base';
	const topic = { kind: 'takenOver', why, round: note?.reopened ?? 0 } as const;
	if (!comments.some(({ body }) => text.isAbout(body, topic))) {
		return { kind: 'say', pull, topic, event: 'TakenOver' };
	}
	const commit = head?.commit ?? pull.headCommit;
	const status = commit === undefined ? undefined : tellNeed(sight, commit, rules);
	if (status !== undefined) return status;
	const view: PullRequestView = {
		number: pull.number,
		url: pull.url,
		head: commit ?? '',
		state: 'TakenOver',
		controls,
	};
	return { kind: 'settled', view, lookAt: now + poll };
}

function tellNeed(sight: Sight, commit: CommitId, rules: StepRules): Step | undefined {
	const isNeeded = sight.draft.edited.length > 0;
	if (!isNeeded && !sight.isComplete) return undefined;
	return setNeeded(sight, { commit, state: isNeeded ? 'success' : 'failure' }, rules);
}
