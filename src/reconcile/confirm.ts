// Reads a shift back. Only the live object settles it, and the ServiceProfile where proxies route by one.
import { land, settlePending } from '../decide/contest.ts';
import { settle } from '../decide/decide.ts';
import { profileLag } from '../decide/proof.ts';
import type { PendingShift } from '../model/decision.ts';
import type { LiveTarget } from '../model/live-target.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import { readTarget } from '../model/target-resource.ts';
import { carries } from '../model/target-rules.ts';
import type { PassEnd, PassInput, PassParts } from './pass-report.ts';

export interface Sent {
	readonly input: PassInput;
	readonly pending: PendingShift;
	/** The server said that it wrote the weights, so that whoever has others there by now undid them. */
	readonly written: boolean;
}

/** Reads the target back from its cluster. */
export async function confirm(parts: PassParts, sent: Sent, signal: AbortSignal): Promise<PassEnd> {
	const { policy } = sent.input;
	const seen = await parts.verify(policy.target, signal);
	if (seen.kind !== 'unknown') return confirmObject(parts, sent, seen.object);
	const gone = seen.problem.code === 'E_TARGET_MISSING';
	const failure = { kind: 'failed', problem: seen.problem, message: seen.problem.message } as const;
	return gone ? { ...failure, conflict: true } : failure;
}

/** `object` is the target as the API server answered to the read or, which says as much, to the write. */
export function confirmObject(
	parts: PassParts,
	{ input, pending, written }: Sent,
	object: KubernetesObject,
): PassEnd {
	const { policy } = input;
	const { ledger, clock } = parts;
	parts.onObject(policy.target.cluster, object);
	const memory = ledger.load(policy.key);
	const facts = readTarget(policy.target.kind, object);
	if (facts.kind !== 'target' || !carries(facts.target, pending.shift.to)) {
		if (written) ledger.save(policy.key, settlePending(memory, clock.now()));
		return { kind: 'failed', message: 'the live weights are not the ones decided' };
	}
	if (lags(input, facts.target)) {
		ledger.save(policy.key, land(memory, clock.now()));
		return { kind: 'awaited', pending, blocker: 'adaptor' };
	}
	ledger.save(policy.key, settle(policy, memory, clock.now()));
	return { kind: 'converged', pending, object };
}

/** The profile as the watch showed it last, against the object as it is now. */
function lags({ snapshot: { target } }: PassInput, live: LiveTarget): boolean {
	return target.kind === 'found' && profileLag(live, target.profile) !== undefined;
}
