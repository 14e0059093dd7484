// The statuses that a pull request's commit gets.
import type { CheckState } from '../../model/ports/forge.ts';
import type { Sight } from './sight.ts';
import type { Step } from './step.ts';
import type { StepRules } from './step-rules.ts';

export const neededContext = 'spillway/still-needed';
export const validatedContext = 'spillway/validated';

/** The status that keeps people from merging what is not needed any more. */
export function setNeeded(
	{ checks, group, draft, baseBranch: base }: Sight,
	{ commit, state }: { readonly commit: string; readonly state: CheckState },
	{ text, settings, lastChanges }: StepRules,
): Step | undefined {
	if (checks.some((check) => check.name === neededContext && check.state === state)) return undefined;
	const changes = draft.edited.length > 0 ? draft.edited : lastChanges;
	const at = { group, changes, base, baseCommit: draft.base, settings, controls: { hastened: 0 } };
	const withdrawn = { at: 0, why: '' };
	const facts = { ...at, state: state === 'success' ? ('open' as const) : withdrawn };
	const description = text.status('still-needed', facts, state);
	return { kind: 'setStatus', commit, status: { context: neededContext, state, description } };
}
