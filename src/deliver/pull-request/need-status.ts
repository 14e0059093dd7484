// The statuses that a pull request's commit gets.
import type { PullRequestChange } from '../../model/change.ts';
import type { PullRequestSettings } from '../../model/policy.ts';
import type { CheckState } from '../../model/ports/forge.ts';
import type { PullRequestFacts, Withdrawn } from '../../model/ports/pull-request-text.ts';
import { noControls } from '../../model/pull-request.ts';
import { askedBy } from './page.ts';
import type { Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { StepRules, Withdrawal } from './step-rules.ts';
import type { Subject } from './subject.ts';

export const neededContext = 'spillway/still-needed';
export const validatedContext = 'spillway/validated';

/** The status that keeps people from merging what is not needed any more. */
export function setNeeded(
	sight: Sight,
	{ commit, state }: { readonly commit: string; readonly state: CheckState },
	{ text, settings, lastChanges, withdrawal }: StepRules,
): Step | undefined {
	if (sight.checks.some((check) => check.name === neededContext && check.state === state)) return undefined;
	const facts = statusFacts(sight, settings, askedBy(sight, lastChanges));
	const isNeeded = state === 'success';
	const said = isNeeded ? facts : { ...facts, state: withdrawnSince(sight.subject, withdrawal) };
	const description = text.status('still-needed', said, state);
	return { kind: 'setStatus', commit, status: { context: neededContext, state, description } };
}

/** Since when it is not needed: what its page says, if that says it already. */
export function withdrawnSince(subject: Subject | undefined, { since, why }: Withdrawal): Withdrawn {
	return { at: subject?.note?.withdrawnAt ?? since, why };
}

/** What a status is written from: what the page is, without what people said on it. */
export function statusFacts(
	{ group, draft, baseBranch: base }: Sight,
	settings: PullRequestSettings,
	changes: readonly PullRequestChange[],
): PullRequestFacts {
	return { group, changes, base, baseCommit: draft.base, settings, controls: noControls, state: 'open' };
}
