// One pass over one policy: look, decide, carry out, read back. Says what happened and when to come again.
import { decide, leaveToOthers } from '../decide/decide.ts';
import { profileLag } from '../decide/proof.ts';
import type { Change } from '../model/change.ts';
import type { Decision, PendingShift, PolicyMemory } from '../model/decision.ts';
import type { FailoverPolicy, Via } from '../model/policy.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { Problem } from '../model/problem.ts';
import { earlier, type Instant } from '../model/time.ts';
import { planChange } from '../plan/plan-change.ts';
import { carryOut, type Errand } from './carry-out.ts';
import { confirm } from './confirm.ts';
import { payDebt } from './debt.ts';
import { type Emergency, type EscalationEnd, escalate } from './escalate.ts';
import { type Choice, escalatesAt, nextStepAt, wayOf } from './ladder.ts';
import { answerLateMerge } from './late-merge.ts';
import type { PassEnd, PassInput, PassParts, PassReport } from './pass-report.ts';
import { sayRest } from './rest.ts';

export async function runPass(parts: PassParts, input: PassInput, signal: AbortSignal): Promise<PassReport> {
	const { policy, snapshot } = input;
	const duty = parts.duty(policy);
	const mayWrite = duty === 'write' && policy.mode === 'Active';
	const before = mayWrite ? recallPeople(parts, policy) : parts.ledger.load(policy.key);
	const { decision, memory, wakeAt } = decide(policy, snapshot, before, parts.clock.now());
	const synced = snapshot.waitingFor.length === 0;
	const report = { synced, decision, ...(wakeAt === undefined ? {} : { wakeAt }) };
	if (duty === 'follow') {
		// The leader's moves are its own to remember; warm verdicts let this replica take over at once.
		parts.ledger.save(policy.key, { ...before, backends: memory.backends });
		return { ...report, end: { kind: 'held' }, follows: true };
	}
	parts.ledger.save(policy.key, memory);
	const { noted, asked } = noteRequests(parts);
	const chosen: Choice = { memory, at: parts.clock.now() };
	const { end, way } = await carryOn(noted, input, { decision, memory, mayWrite }, signal);
	const uid = snapshot.target.kind === 'found' && mayWrite ? snapshot.target.target.uid : undefined;
	const told = { ...report, end, ...(uid === undefined ? {} : { uid }) };
	if (!mayWrite || !synced) return { ...told, ...dueBy(dueAfter(parts, input, end, chosen)) };
	const debt = await payDebt(noted, input, { decision, end }, signal);
	const late = await answerLateMerge(noted, input, decision, signal);
	sayRest(parts, input, { decision, way, end, asked: asked() });
	return {
		...told,
		...(debt === undefined ? {} : { debt: debt.debt }),
		...(late === undefined ? {} : { late: late.late }),
		...dueBy([dueAfter(parts, input, end, chosen), debt?.dueAt, late?.dueAt].reduce(earlier, undefined)),
	};
}

function dueBy(dueAt: Instant | undefined): Pick<PassReport, 'dueAt'> {
	return dueAt === undefined ? {} : { dueAt };
}

/** What people said of this episode's pull requests, as far as it still counts. */
function recallPeople({ ledger, pulls }: PassParts, { key }: FailoverPolicy): PolicyMemory {
	const memory = ledger.load(key);
	const { veto, ...unvetoed } = memory;
	return veto !== undefined && pulls.isLifted(key, veto) ? unvetoed : memory;
}

/** Notices whether people are asked for something. */
function noteRequests(parts: PassParts): { readonly noted: PassParts; readonly asked: () => boolean } {
	let asked = false;
	const delivery: Delivery = {
		deliver(change, signal) {
			asked ||= change.kind === 'pull-request';
			return parts.delivery.deliver(change, signal);
		},
	};
	return { noted: { ...parts, delivery }, asked: () => asked };
}

/** When what the pass left behind wants another one, whatever its decision says. */
function dueAfter(
	{ clock, ledger }: PassParts,
	{ policy }: PassInput,
	end: PassEnd,
	chosen: Choice,
): Instant | undefined {
	const now = clock.now();
	if (end.kind === 'held' && end.again) return now;
	return nextStepAt(policy, ledger.load(policy.key), now, chosen);
}

interface Decided {
	readonly decision: Decision;
	readonly memory: PolicyMemory;
	readonly mayWrite: boolean;
}

/** How a shift ended, and which way it went. */
interface Carried {
	readonly end: PassEnd;
	readonly way?: Via;
}

async function carryOn(
	parts: PassParts,
	input: PassInput,
	{ decision, memory, mayWrite }: Decided,
	signal: AbortSignal,
): Promise<Carried> {
	const { policy, snapshot, manifests, tip } = input;
	const { pending } = memory;
	const { target } = snapshot;
	if (pending === undefined || snapshot.waitingFor.length > 0) return { end: { kind: 'held' } };
	if (decision.kind === 'hold') {
		return { end: await closeShift(parts, input, { pending, memory, mayWrite }, signal) };
	}
	const now = parts.clock.now();
	const settings = parts.settings();
	const live = target.kind === 'found' ? target.target : undefined;
	const way = wayOf({ policy, pending, memory, settings, now });
	const request = { snapshot, settings: settings.pulls, now };
	const destination = { policy, live, manifests, policyCommit: tip, memory, request };
	const change = planChange(pending, destination, way);
	if (change === undefined) return { end: { kind: 'held' } };
	if (!mayWrite) return { end: { kind: 'proposed', pending, change } };
	const errand: Errand = { input, pending, change };
	const dueAt = live && escalatesAt(policy, pending, memory);
	const end =
		live === undefined || dueAt === undefined
			? await carryOut(parts, errand, signal)
			: await carryOrEscalate(parts, { ...errand, live, dueAt }, signal);
	if (end.diverted === undefined) return { end, way };
	const asked = planChange(pending, destination, 'PullRequest') ?? change;
	return {
		end: await askInstead(parts, { ...errand, change: asked }, end.diverted, signal),
		way: 'PullRequest',
	};
}

/** A protected branch refused the commit. */
async function askInstead(
	parts: PassParts,
	{ input, pending: before, change }: Errand,
	diverted: Problem,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { pending = before } = parts.ledger.load(input.policy.key);
	return { ...(await carryOut(parts, { input, pending, change }, signal)), diverted };
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
