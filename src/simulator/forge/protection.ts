import type { Login } from '../../model/ports/forge.ts';
import { combineStatuses, newestStatuses } from './commit-statuses.ts';
import type { ProtectionRule, StoredPull } from './records.ts';
import { ForgeRefusal } from './refusal.ts';
import { mayWrite, type RepositoryState, requireRight } from './repository-state.ts';
import { findVerdicts } from './reviews.ts';

export function addRule(state: RepositoryState, by: Login, rule: ProtectionRule): ProtectionRule {
	requireRight(state, by, 'admin');
	if (findRule(state, rule.branch) !== undefined) {
		throw new ForgeRefusal(403, 'Branch protection already exist');
	}
	state.rules.push(rule);
	return rule;
}

export function findRule({ rules }: RepositoryState, branch: string): ProtectionRule | undefined {
	return rules.find((rule) => rule.branch === branch);
}

/** Why somebody may not push to a branch, in the words of the hook that refuses it; `undefined`: they may. */
export function judgePush(state: RepositoryState, branch: string, pusher: Login): string | undefined {
	const rule = findRule(state, branch);
	if (rule === undefined || rule.mayPush === 'writers') return undefined;
	if (rule.mayPush !== 'nobody' && rule.mayPush.includes(pusher)) return undefined;
	return `error: Not allowed to push to protected branch ${branch}`;
}

/** Whether somebody may push to a branch. */
export function mayPush(state: RepositoryState, branch: string, pusher: Login): boolean {
	return mayWrite(state, pusher) && judgePush(state, branch, pusher) === undefined;
}

/** What the rules of the base still miss before a merge, checks before approvals; `undefined`: nothing. */
export function findLack(state: RepositoryState, pull: StoredPull): string | undefined {
	const rule = findRule(state, pull.base);
	if (rule === undefined) return undefined;
	if (!hasRequired(state, pull)) return 'Not all required status checks successful';
	const verdicts = findVerdicts(state, pull);
	const approvals = verdicts.filter((each) => each === 'APPROVED').length;
	if (approvals < rule.requiredApprovals) return 'Does not have enough approvals';
	const isRejected = rule.blocksOnRejection && verdicts.includes('REQUEST_CHANGES');
	return isRejected ? 'There are requested changes' : undefined;
}

/** Whether the checks of a pull request have passed: those that are required, or else all that there are. */
export function hasPassed(state: RepositoryState, pull: StoredPull): boolean {
	const statuses = newestStatuses(state, pull.headCommit);
	const isRequired = (findRule(state, pull.base)?.requiredContexts ?? []).length > 0;
	if (isRequired) return hasRequired(state, pull);
	return statuses.length === 0 || combineStatuses(statuses) === 'success';
}

function hasRequired(state: RepositoryState, { base, headCommit }: StoredPull): boolean {
	const statuses = newestStatuses(state, headCommit);
	const required = findRule(state, base)?.requiredContexts ?? [];
	return required.every((context) =>
		statuses.some((status) => status.context === context && status.state === 'success'),
	);
}
