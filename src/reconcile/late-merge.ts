// A pull request that is merged when nobody wants its move any more is answered at once: what is live is right, so Git is
// brought back to it, before or after a syncer made the merge live.
import type { EditChange, PullRequestChange } from '../model/change.ts';
import type { Decision, PolicyMemory, Shift } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import type { Move } from '../model/move.ts';
import { describeTarget } from '../model/names.ts';
import { baselineWeights, type FailoverPolicy } from '../model/policy.ts';
import type { LateMerge } from '../model/pull-request.ts';
import type { Receipt } from '../model/receipt.ts';
import { carries } from '../model/target-rules.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { sameRatio, undeliverable, type Weights } from '../model/weights.ts';
import { planEdit } from '../plan/plan-edit.ts';
import { planPullRequest } from '../plan/pull-request-change.ts';
import { type LateReport, type PassInput, type PassParts, syncPatience } from './pass-report.ts';
import { noteWritten } from './sync-wait.ts';

/** How long a pass waits for Git: a backend may fail meanwhile, which must not wait. */
const commitPatience: Milliseconds = 2_000;

/** What an answer comes to in a pass, and when it wants another one. */
export interface LateEnd {
	readonly late: LateReport;
	readonly dueAt: Instant;
}

/** Answers a late merge, as far as there is one and nothing else is on its way. */
export async function answerLateMerge(
	parts: PassParts,
	input: PassInput,
	decision: Decision,
	signal: AbortSignal,
): Promise<LateEnd | undefined> {
	const { policy, snapshot } = input;
	const { key } = policy;
	const memory = parts.ledger.load(key);
	if (snapshot.target.kind !== 'found' || !isAtRest(decision, memory)) return undefined;
	const live = snapshot.target.target;
	const late = parts.pulls.lateMerge(key);
	const to = late && rightWeights(policy, memory, live, decision);
	if (late === undefined || to === undefined || sameRatio(late.to, to)) {
		parts.debts.forget(key);
		return undefined;
	}
	const shift = composeShift(policy, memory, late, to);
	const change = planAnswer(parts, input, { shift, late, live, memory });
	const now = parts.clock.now();
	const asks = change.kind === 'pull-request';
	if (!asks && !parts.debts.isDue(key, now)) return { late: { shift }, dueAt: now + syncPatience };
	if (parts.duty(policy) !== 'write') return undefined;
	const receipt = asks
		? await parts.delivery.deliver(change, signal)
		: await parts.patient.deliver(change, commitPatience, signal);
	return followAnswer(parts, policy, shift, receipt);
}

/** An ordinary move comes first, and what is owed to Git is brought there by its debt. */
function isAtRest(decision: Decision, { pending, debt }: PolicyMemory): boolean {
	if (decision.kind !== 'hold' || pending !== undefined || debt !== undefined) return false;
	return decision.reasons.some(({ code }) => code === 'InPlace');
}

/** What is live, in numbers that can be written. */
function rightWeights(
	policy: FailoverPolicy,
	{ settled }: PolicyMemory,
	live: LiveTarget,
	decision: Decision,
): Weights | undefined {
	const inPlace = decision.reasons.find((reason) => reason.code === 'InPlace');
	const candidates = [settled?.to, baselineWeights(policy), inPlace?.weights];
	return candidates
		.filter((each) => each !== undefined)
		.find((each) => carries(live, each) && undeliverable(each) === undefined);
}

const opposite: Readonly<Record<Move, Move>> = { failover: 'failback', failback: 'failover' };

function composeShift(
	{ key, target }: FailoverPolicy,
	{ episode }: PolicyMemory,
	late: LateMerge,
	to: Weights,
): Shift {
	const { at } = late;
	return {
		kind: 'shift',
		move: opposite[late.move],
		from: late.to,
		to,
		episode: episode ?? { id: `${key}-${Math.floor(at).toString(36)}`, since: at },
		reasons: [{ code: 'LateMerge', target: describeTarget(target), late }],
	};
}

interface Answer {
	readonly shift: Shift;
	readonly late: LateMerge;
	readonly live: LiveTarget;
	readonly memory: PolicyMemory;
}

/** It is Git that is wrong, so even what is otherwise written directly is committed. */
function planAnswer(
	{ settings, clock }: PassParts,
	{ policy, snapshot, manifests, tip }: PassInput,
	{ shift, late, live, memory }: Answer,
): EditChange | PullRequestChange {
	const decided = { shift, decidedAt: late.at };
	const destination = { policy, live, manifests, policyCommit: tip, memory };
	if (policy[shift.move].via !== 'PullRequest') return urge(planEdit(decided, destination), late);
	const request = { snapshot, settings: settings().pulls, now: clock.now() };
	const change = planPullRequest(decided, { ...destination, request });
	return { ...change, edit: urge(change.edit, late) };
}

/** What the late merge left is no person's edit. */
function urge(edit: EditChange, late: LateMerge): EditChange {
	const { manualEdits } = edit;
	const rule = manualEdits && { ...manualEdits, expected: [...manualEdits.expected, late.to] };
	return { ...edit, urgent: true, ...(rule && { manualEdits: rule }) };
}

/** Whether Git carries the weights, only a look at the branch tells: until then the late merge stands. */
function followAnswer(
	parts: PassParts,
	{ key, target }: FailoverPolicy,
	shift: Shift,
	receipt: Receipt | undefined,
): LateEnd {
	const now = parts.clock.now();
	const late: LateReport = { shift, ...(receipt && { receipt }) };
	const evidence =
		receipt?.kind === 'delivered' || receipt?.kind === 'unchanged' ? receipt.evidence : undefined;
	if (evidence?.kind === 'committed') {
		const { commit } = evidence;
		const memory = parts.ledger.load(key);
		parts.ledger.save(key, noteWritten(memory, shift, { commit, pushed: receipt?.kind === 'delivered' }));
		parts.syncers.nudge(target.cluster, commit);
		return { late, dueAt: parts.debts.note(key, now, syncPatience) };
	}
	if (receipt?.kind === 'requested' || receipt?.kind === 'vetoed') return { late, dueAt: now + syncPatience };
	return { late, dueAt: parts.debts.note(key, now) };
}
