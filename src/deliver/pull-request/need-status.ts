// The statuses that a pull request's commit gets.
import type { PullRequestChange } from '../../model/change.ts';
import type { PullRequestSettings } from '../../model/policy.ts';
import type { CheckState } from '../../model/ports/forge.ts';
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import { noControls } from '../../model/pull-request.ts';
import { askedBy } from './page.ts';
import type { Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { StepRules } from './step-rules.ts';

export const neededContext = 'spillway/still-needed';
export const validatedContext = 'spillway/validated';

/** The status that keeps people from merging what is not needed any more. */
export function setNeeded(
	sight: Sight,
	{ commit, state }: { readonly commit: string; readonly state: CheckState },
	{ text, settings, lastChanges }: StepRules,
): Step | undefined {
	if (sight.checks.some((check) => check.name === neededContext && check.state === state)) return undefined;
	const withdrawn = { at: 0, why: '' };
	const facts = statusFacts(sight, settings, askedBy(sight, lastChanges));
	const why = state === 'success' ? facts : { ...facts, state: withdrawn };
	const description = text.status('still-needed', why, state);
	return { kind: 'setStatus', commit, status: { context: neededContext, state, description } };
}

/** What a status is written from: what the page is, without what people said on it. */
export function statusFacts(
	{ group, draft, baseBranch: base }: Sight,
	settings: PullRequestSettings,
	changes: readonly PullRequestChange[],
): PullRequestFacts {
	return { group, changes, base, baseCommit: draft.base, settings, controls: noControls, state: 'open' };
}
