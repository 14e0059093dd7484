// What the world says of one policy at one instant.
import type { Sample } from '../model/health.ts';
import type { ClusterName, ServiceName } from '../model/names.ts';
import type { Backend, FailoverPolicy, Origin } from '../model/policy.ts';
import type { Snapshot, TargetSnapshot } from '../model/snapshot.ts';
import { earlier, type Instant, type Milliseconds } from '../model/time.ts';
import { inputsOf, originOf } from './inputs.ts';
import type { ServiceFacts } from './service-facts.ts';
import type { Source } from './source.ts';
import { type NamespaceView, namespaceTopic, type World } from './world.ts';

/** Takes the snapshot that one decision is made on. `clusters` are those that spillway.yaml declares. */
export function takeSnapshot(
	world: World,
	policy: FailoverPolicy,
	clusters: ReadonlySet<ClusterName>,
	now: Instant,
): Snapshot {
	const look: Look = { world, clusters, staleAfter: policy.health.staleAfter };
	const samples = new Map(policy.backends.map((backend) => [backend.service, sample(look, policy, backend)]));
	return { ...unsynced(look, policy, now), target: readTarget(world, policy), samples };
}

interface Look {
	readonly world: World;
	readonly clusters: ReadonlySet<ClusterName>;
	readonly staleAfter: Milliseconds;
}

/**
 * Inputs that were not listed yet. One that stays unreached for staleAfter no longer holds the policy up, so that
 * a cluster dead at our start does not stop the others: what it says is then unknown. The target is always needed.
 */
function unsynced(
	{ world, clusters, staleAfter }: Look,
	policy: FailoverPolicy,
	now: Instant,
): Pick<Snapshot, 'waitingFor' | 'waitsUntil'> {
	const waitingFor: string[] = [];
	let waitsUntil: Instant | undefined;
	for (const { cluster, namespace, kind } of inputsOf(world, policy, clusters)) {
		const source = world.get(namespaceTopic(cluster, namespace))?.[kind];
		const givenUpAt = kind === 'splits' || source === undefined ? undefined : source.since + staleAfter;
		if (source?.synced || (givenUpAt !== undefined && now >= givenUpAt)) continue;
		waitingFor.push(`${kind} of ${cluster}/${namespace}`);
		waitsUntil = earlier(waitsUntil, givenUpAt);
	}
	return waitsUntil === undefined ? { waitingFor } : { waitingFor, waitsUntil };
}

function readTarget(world: World, { target }: FailoverPolicy): TargetSnapshot {
	const facts = world
		.get(namespaceTopic(target.cluster, target.namespace))
		?.splits.items.get(target.name)?.value;
	if (facts === undefined) return { kind: 'missing' };
	return facts.kind === 'target' ? { kind: 'found', target: facts.target } : facts;
}

function sample(look: Look, { target, namespace }: FailoverPolicy, backend: Backend): Sample {
	const view = look.world.get(namespaceTopic(target.cluster, namespace));
	if (view === undefined || !view.services.synced) {
		return noSignal(`the Services of ${target.cluster}/${namespace} were never listed`);
	}
	const service = view.services.items.get(backend.service)?.value;
	if (service === undefined) return { kind: 'unknown', cause: { kind: 'ServiceMissing' } };
	const origin = originOf(backend, service, look.clusters);
	if (service.mirror?.kind === 'gateway') return sampleGateway(look, view, backend.service, origin);
	if (origin !== undefined) return sampleOrigin(look, origin);
	return sampleLocal(look, view, backend.service, service);
}

/** Both the path and the origin must be ready: a dead gateway is no less dead for its pods being well. */
function sampleGateway(
	look: Look,
	view: NamespaceView,
	service: ServiceName,
	origin: Origin | undefined,
): Sample {
	if (!view.slices.synced) return neverListed(view);
	const staleAt = staleFrom(look, view.slices, view.services);
	const ready = countReady(view, service) > 0;
	if (!ready || origin === undefined) return { kind: 'mirrored', ready, staleAt };
	const seen = sampleOrigin(look, origin);
	return seen.kind === 'unknown' ? seen : { ...seen, staleAt: Math.min(seen.staleAt, staleAt) };
}

function sampleOrigin(look: Look, origin: Origin): Sample {
	const name = formatOrigin(origin);
	const view = look.world.get(namespaceTopic(origin.cluster, origin.namespace));
	if (view === undefined || !view.services.synced || !view.slices.synced) {
		return { kind: 'unknown', cause: { kind: 'OriginUnreachable', origin: name } };
	}
	if (!view.services.items.has(origin.service)) {
		return { kind: 'unknown', cause: { kind: 'OriginMissing', origin: name } };
	}
	const staleAt = staleFrom(look, view.slices, view.services);
	return { kind: 'counted', ready: countReady(view, origin.service), from: name, staleAt };
}

function sampleLocal(look: Look, view: NamespaceView, name: ServiceName, service: ServiceFacts): Sample {
	if (service.mirror !== undefined) {
		const { cluster } = service.mirror.origin;
		return noSignal(`a flat mirror has no endpoints here; declare cluster ${cluster} in spillway.yaml`);
	}
	if (service.external) return noSignal('an ExternalName Service has no endpoints');
	if (!service.selects && !view.slicesOf.get(name)?.size) {
		return noSignal('it has no selector and no EndpointSlice');
	}
	if (!view.slices.synced) return neverListed(view);
	const staleAt = staleFrom(look, view.slices, view.services);
	return { kind: 'counted', ready: countReady(view, name), from: 'local', staleAt };
}

/** Ready endpoints over all slices, each pod once. A Service without slices has none. */
function countReady(view: NamespaceView, service: ServiceName): number {
	const ready = new Set<string>();
	for (const slice of view.slicesOf.get(service) ?? []) {
		for (const endpoint of view.slices.items.get(slice)?.value.ready ?? []) ready.add(endpoint);
	}
	return ready.size;
}

function staleFrom({ staleAfter }: Look, ...sources: readonly Source<unknown>[]): Instant {
	return Math.min(...sources.map(({ aliveAt }) => aliveAt)) + staleAfter;
}

function neverListed({ cluster, namespace }: NamespaceView): Sample {
	return noSignal(`the EndpointSlices of ${cluster}/${namespace} were never listed`);
}

function noSignal(detail: string): Sample {
	return { kind: 'unknown', cause: { kind: 'NoSignal', detail } };
}

function formatOrigin({ cluster, namespace, service }: Origin): string {
	return `${cluster}/${namespace}/${service}`;
}
