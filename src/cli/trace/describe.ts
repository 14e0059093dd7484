// A trace for machines.
import { renderBlocker } from '../../model/blocker.ts';
import type { Weights } from '../../model/weights.ts';
import type { PastMove, TraceFacts } from './trace-facts.ts';
import type { Verdict } from './verdict.ts';

/** The facts and the verdict as plain values. Weights are by backend. */
export function describeTrace(facts: TraceFacts, verdict: Verdict): object {
	const { policy, blob, tip, branch, move, editedBy } = facts;
	return {
		policy: policy.key,
		target: policy.target,
		source: policy.source,
		blob,
		tip,
		branch,
		...(move && { decision: describeMove(move) }),
		...(editedBy && { editedBy: { commit: editedBy.id, author: editedBy.author } }),
		git: describeGit(facts),
		synced: describeSynced(facts),
		live: describeLive(facts),
		verdict: verdict.kind,
		findings: verdict.kind === 'inStep' ? [] : verdict.findings,
	};
}

function describeMove({ commit, merged, weights, reasons, episode, policyCommit }: PastMove): object {
	const { id, author, at } = commit;
	return {
		commit: id,
		...(merged && { merged: merged.id }),
		author,
		at: new Date(at).toISOString(),
		...(weights && { weights: plain(weights) }),
		reasons,
		episode,
		policyCommit,
	};
}

function describeGit({ git }: TraceFacts): object {
	if (git.kind === 'weights') return { path: git.path, weights: plain(git.weights) };
	return git.kind === 'unclear' ? { problem: git.problem } : {};
}

function describeSynced({ synced }: TraceFacts): object {
	if (synced.kind === 'unknown') return { problem: synced.problem };
	if (synced.kind === 'none') return {};
	const { blocker, ...view } = synced.view;
	return { ...view, ...(blocker && { blocker: { kind: blocker.kind, detail: renderBlocker(blocker) } }) };
}

function describeLive({ live }: TraceFacts): object {
	if (live.kind === 'missing') return { exists: false };
	if (live.kind === 'unknown') return { problem: live.problem };
	const { manager, leftAloneBy } = live.target;
	return { exists: true, rules: live.weights.map(plain), manager, leftAloneBy };
}

function plain(weights: Weights): Readonly<Record<string, number>> {
	return Object.fromEntries(weights);
}
