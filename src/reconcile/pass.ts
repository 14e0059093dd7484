// One pass over one policy: look, decide, carry out, read back. Says what happened and when to come again.
import { decide, leaveToOthers } from '../decide/decide.ts';
import { profileLag } from '../decide/proof.ts';
import type { Decision, PolicyMemory } from '../model/decision.ts';
import { planChange } from '../plan/plan-change.ts';
import { carryOut } from './carry-out.ts';
import { confirm } from './confirm.ts';
import type { PassEnd, PassInput, PassParts, PassReport } from './pass-report.ts';

export async function runPass(parts: PassParts, input: PassInput, signal: AbortSignal): Promise<PassReport> {
	const { policy, snapshot } = input;
	const duty = parts.duty(policy);
	const before = parts.ledger.load(policy.key);
	const { decision, memory, wakeAt } = decide(policy, snapshot, before, parts.clock.now());
	const report = {
		synced: snapshot.waitingFor.length === 0,
		decision,
		...(wakeAt === undefined ? {} : { wakeAt }),
	};
	if (duty === 'follow') {
		// The leader's moves are its own to remember; warm verdicts let this replica take over at once.
		parts.ledger.save(policy.key, { ...before, backends: memory.backends });
		return { ...report, end: { kind: 'held' }, follows: true };
	}
	parts.ledger.save(policy.key, memory);
	const mayWrite = duty === 'write' && policy.mode === 'Active';
	const end = await carryOn(parts, input, { decision, memory, mayWrite }, signal);
	const uid = snapshot.target.kind === 'found' && mayWrite ? snapshot.target.target.uid : undefined;
	return { ...report, end, ...(uid === undefined ? {} : { uid }) };
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
	if (decision.kind === 'hold') {
		if (!mayWrite) {
			parts.ledger.save(policy.key, leaveToOthers(policy, memory));
			return { kind: 'held' };
		}
		const lags = target.kind === 'found' && profileLag(target.target, target.profile) !== undefined;
		if (lags) return { kind: 'awaited', pending, blocker: 'adaptor' };
		return await confirm(parts, { input, pending, written: false }, signal);
	}
	const live = target.kind === 'found' ? target.target : undefined;
	const change = planChange(pending, { policy, live, manifests, policyCommit: tip });
	if (change === undefined) return { kind: 'held' };
	if (!mayWrite) return { kind: 'proposed', pending, change };
	return await carryOut(parts, { input, pending, change }, signal);
}
