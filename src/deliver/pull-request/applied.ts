// After a merge: the status that says that the weights are live, which a merge alone never proves.

import type { PolicyKey } from '../../model/names.ts';
import type { Tended } from './group-keeper.ts';
import { mergedMembers } from './late-merges.ts';
import { statusFacts } from './need-status.ts';
import type { Session } from './session.ts';
import type { Branch } from './wishes.ts';

const appliedContext = 'spillway/applied';

/** Sets it once every policy of the merged pull request is content with what the base says, as only live weights make it. */
export async function tellApplied(
	session: Session,
	branch: Branch,
	{ sight }: Tended,
	signal: AbortSignal,
): Promise<void> {
	const { parts, wishes, groups } = session;
	const { forge, text, settings } = parts;
	const state = groups.of(branch);
	const { pull } = sight.subject ?? {};
	const commit = pull?.headCommit;
	if (pull === undefined || commit === undefined || state.late.size > 0 || state.applied === pull.number)
		return;
	const members = mergedMembers({ wishes, text }, branch, sight);
	if (members.length === 0 || !members.every((policy) => isContent(session, policy))) return;
	const checks = await forge.checks(commit, signal);
	state.applied = pull.number;
	if (checks.some(({ name }) => name === appliedContext)) return;
	const facts = statusFacts(sight, settings(), state.memory.lastChanges);
	const description = text.status('applied', facts, 'success');
	await forge.setStatus(commit, { context: appliedContext, state: 'success', description }, signal);
}

function isContent({ wishes }: Session, policy: PolicyKey): boolean {
	const wish = wishes.of(policy);
	return wish?.kind === 'rests' && wish.why.kind === 'unneeded';
}
