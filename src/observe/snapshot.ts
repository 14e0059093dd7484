// What the world says of one policy at one instant.
import type { FailoverPolicy } from '../model/policy.ts';
import type { Snapshot, TargetSnapshot } from '../model/snapshot.ts';
import { earlier, type Instant } from '../model/time.ts';
import { targetSource } from './collections.ts';
import type { Footing } from './footing.ts';
import { sampleBackend } from './sample.ts';
import { lookUp } from './source.ts';
import { viewOf, type World } from './world.ts';

/** Takes the snapshot that one decision is made on. */
export function takeSnapshot(world: World, footing: Footing, now: Instant): Snapshot {
	const { policy } = footing;
	const samples = new Map(
		policy.backends.map((backend) => [backend.service, sampleBackend({ world, footing, now }, backend)]),
	);
	return { ...unsynced(world, footing, now), target: readTarget(world, policy), samples };
}

/**
 * Inputs that were not listed yet. One that stays unreached for staleAfter no longer holds the policy up, so that
 * a cluster dead at our start does not stop the others: what it says is then unknown. The target is always needed.
 */
function unsynced(
	world: World,
	{ policy, inputs }: Footing,
	now: Instant,
): Pick<Snapshot, 'waitingFor' | 'waitsUntil'> {
	const waitingFor: string[] = [];
	let waitsUntil: Instant | undefined;
	for (const { cluster, namespace, kind } of inputs) {
		const source = viewOf(world, cluster, namespace)?.sources[kind];
		const needed = kind === targetSource(policy.target) || source === undefined;
		const givenUpAt = needed ? undefined : source.since + policy.health.staleAfter;
		if (source?.synced || (givenUpAt !== undefined && now >= givenUpAt)) continue;
		waitingFor.push(`${kind} of ${cluster}/${namespace}`);
		waitsUntil = earlier(waitsUntil, givenUpAt);
	}
	return waitsUntil === undefined ? { waitingFor } : { waitingFor, waitsUntil };
}

/** A route on a Service with a ServiceProfile would be written to in vain (Linkerd's HTTPRoute reference). */
function readTarget(world: World, { target: ref }: FailoverPolicy): TargetSnapshot {
	const sources = viewOf(world, ref.cluster, ref.namespace)?.sources;
	const facts = sources?.[targetSource(ref)]?.items.get(ref.name)?.value;
	if (facts === undefined) return { kind: 'missing' };
	if (facts.kind === 'invalid') return facts;
	const { target } = facts;
	const [profile] = target.apexes.flatMap((apex) => lookUp(sources?.profiles, apex)[0] ?? []);
	if (profile === undefined) return { kind: 'found', target };
	if (target.kind === 'TrafficSplit') return { kind: 'found', target, profile };
	return {
		kind: 'invalid',
		message:
			`Linkerd ignores an ${target.kind} on Service ${profile.apex}, since that has a ServiceProfile; ` +
			`delete ServiceProfile ${profile.name}, or make the target a TrafficSplit`,
	};
}
