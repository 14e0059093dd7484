// One pass over one policy: look, decide, carry out, read back. Says what happened and when to come again.
import { decide, leaveToOthers } from '../decide/decide.ts';
import { profileLag } from '../decide/proof.ts';
import type { Change } from '../model/change.ts';
import type { Decision, PendingShift, PolicyMemory } from '../model/decision.ts';
import { earlier, type Instant } from '../model/time.ts';
import { planChange } from '../plan/plan-change.ts';
import { carryOut } from './carry-out.ts';
import { confirm } from './confirm.ts';
import { payDebt } from './debt.ts';
import { type Emergency, type EscalationEnd, escalate, escalatesAt } from './escalate.ts';
import type { PassEnd, PassInput, PassParts, PassReport } from './pass-report.ts';

export async function runPass(parts: PassParts, input: PassInput, signal: AbortSignal): Promise<PassReport> {
	const { policy, snapshot } = input;
	const duty = parts.duty(policy);
	const before = parts.ledger.load(policy.key);
	const { decision, memory, wakeAt } = decide(policy, snapshot, before, parts.clock.now());
	const synced = snapshot.waitingFor.length === 0;
	const report = { synced, decision, ...(wakeAt === undefined ? {} : { wakeAt }) };
	if (duty === 'follow') {
		// The leader's moves are its own to remember; warm verdicts let this replica take over at once.
		parts.ledger.save(policy.key, { ...before, backends: memory.backends });
		return { ...report, end: { kind: 'held' }, follows: true };
	}
	parts.ledger.save(policy.key, memory);
	const mayWrite = duty === 'write' && policy.mode === 'Active';
	const end = await carryOn(parts, input, { decision, memory, mayWrite }, signal);
	const debt = mayWrite && synced ? await payDebt(parts, input, { decision, end }, signal) : undefined;
	const dueAt = earlier(dueAfter(parts, input, end), debt?.dueAt);
	const uid = snapshot.target.kind === 'found' && mayWrite ? snapshot.target.target.uid : undefined;
	return {
		...report,
		end,
		...(debt === undefined ? {} : { debt: debt.debt }),
		...(dueAt === undefined ? {} : { dueAt }),
		...(uid === undefined ? {} : { uid }),
	};
}

/** When what the pass left behind wants another one, whatever its decision says. */
function dueAfter({ clock, ledger }: PassParts, { policy }: PassInput, end: PassEnd): Instant | undefined {
	const now = clock.now();
	if (end.kind === 'held' && end.again) return now;
	const memory = ledger.load(policy.key);
	const at = memory.pending && escalatesAt(policy, memory.pending, memory);
	return at !== undefined && at > now ? at : undefined;
}

interface Decided {
	readonly decision: Decision;
	readonly memory: PolicyMemory;
	readonly mayWrite: boolean;
}

async function carryOn(
	parts: PassParts,
	input: PassInput,
	{ decision, memory, mayWrite }: Decided,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy, snapshot, manifests, tip } = input;
	const { pending } = memory;
	const { target } = snapshot;
	if (pending === undefined || snapshot.waitingFor.length > 0) return { kind: 'held' };
	if (decision.kind === 'hold') return await closeShift(parts, input, { pending, memory, mayWrite }, signal);
	const live = target.kind === 'found' ? target.target : undefined;
	const change = planChange(pending, { policy, live, manifests, policyCommit: tip, memory });
	if (change === undefined) return { kind: 'held' };
	if (!mayWrite) return { kind: 'proposed', pending, change };
	const dueAt = live && escalatesAt(policy, pending, memory);
	if (live === undefined || dueAt === undefined)
		return await carryOut(parts, { input, pending, change }, signal);
	return await carryOrEscalate(parts, { input, pending, change, live, dueAt }, signal);
}

/** The weights are in place, or nothing may be done: what was on its way is seen to its end. */
async function closeShift(
	parts: PassParts,
	input: PassInput,
	{ pending, memory, mayWrite }: Omit<Decided, 'decision'> & { readonly pending: PendingShift },
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy, snapshot } = input;
	const { target } = snapshot;
	if (!mayWrite) {
		parts.ledger.save(policy.key, leaveToOthers(policy, memory));
		return { kind: 'held' };
	}
	const lags = target.kind === 'found' && profileLag(target.target, target.profile) !== undefined;
	if (lags) return { kind: 'awaited', pending, blocker: 'adaptor' };
	return await confirm(parts, { input, pending, written: false }, signal);
}

interface Urgent extends Emergency {
	readonly change: Change;
	readonly dueAt: Instant;
}

/** Until it is due, and where it comes to nothing, the commit is what is waited for. */
async function carryOrEscalate(
	parts: PassParts,
	{ change, dueAt, ...emergency }: Urgent,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { input, pending } = emergency;
	const isDue = parts.clock.now() >= dueAt;
	const direct = isDue ? await escalate(parts, emergency, signal) : undefined;
	if (direct !== undefined && !isInVain(direct)) return direct;
	const usual = await carryOut(parts, { input, pending, change, deadline: dueAt }, signal);
	if (direct?.kind === 'contested') return { ...usual, contested: direct.reason };
	if (direct !== undefined) return usual.kind === 'converged' ? usual : direct;
	if (usual.kind !== 'failed' || !usual.late) return usual;
	const late = await escalate(parts, emergency, signal);
	return late.kind === 'contested' ? { ...usual, contested: late.reason } : late;
}

/** Nothing came of the direct write, so that the commit is worth another try. */
function isInVain(
	end: EscalationEnd,
): end is Extract<EscalationEnd, { kind: 'failed' | 'stuck' | 'contested' }> {
	return end.kind === 'failed' || end.kind === 'stuck' || end.kind === 'contested';
}
