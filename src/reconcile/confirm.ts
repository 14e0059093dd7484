// Reads a shift back. Only the live object settles it, and the ServiceProfile where proxies route by one.
import { land, settlePending } from '../decide/contest.ts';
import { settle } from '../decide/decide.ts';
import { profileLag } from '../decide/proof.ts';
import type { PendingShift } from '../model/decision.ts';
import type { KubernetesObject } from '../model/ports/cluster.ts';
import { readTarget } from '../model/target-resource.ts';
import type { PassEnd, PassInput, PassParts } from './pass-report.ts';

export interface Sent {
	readonly input: PassInput;
	readonly pending: PendingShift;
	/** The server said that it wrote the weights, so that whoever has others there by now undid them. */
	readonly written: boolean;
}

export async function confirm(
	parts: PassParts,
	{ input, pending, written }: Sent,
	signal: AbortSignal,
): Promise<PassEnd> {
	const { policy } = input;
	const { ledger, clock } = parts;
	const seen = await parts.verify(policy.target, pending.shift.to, signal);
	if (seen.kind === 'unknown') {
		const gone = seen.problem.code === 'E_TARGET_MISSING';
		const failure = { kind: 'failed', problem: seen.problem, message: seen.problem.message } as const;
		return gone ? { ...failure, conflict: true } : failure;
	}
	parts.onObject(policy.target.cluster, seen.object);
	const memory = ledger.load(policy.key);
	if (seen.kind === 'differs') {
		if (written) ledger.save(policy.key, settlePending(memory, clock.now()));
		return { kind: 'failed', message: 'the live weights are not the ones decided' };
	}
	if (lags(input, seen.object)) {
		ledger.save(policy.key, land(memory, clock.now()));
		return { kind: 'awaited', pending, blocker: 'adaptor' };
	}
	ledger.save(policy.key, settle(policy, memory, clock.now()));
	return { kind: 'converged', pending, object: seen.object };
}

/** The profile as the watch showed it last, against the object as it is now. */
function lags({ policy, snapshot: { target } }: PassInput, object: KubernetesObject): boolean {
	if (target.kind !== 'found') return false;
	const facts = readTarget(policy.target.kind, object);
	return facts.kind === 'target' && profileLag(facts.target, target.profile) !== undefined;
}
