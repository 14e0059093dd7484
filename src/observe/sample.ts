// What the world says of one backend at one instant.
import type { Sample } from '../model/health.ts';
import type { ServiceName } from '../model/names.ts';
import type { Backend, Origin } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { countEndpoints } from './endpoint-count.ts';
import { type Footing, leaseOf, originOf } from './footing.ts';
import { multiclusterNamespace } from './lease-facts.ts';
import type { ServiceFacts } from './service-facts.ts';
import type { SliceFacts } from './slice-facts.ts';
import type { Source } from './source.ts';
import { type NamespaceView, viewOf, type World } from './world.ts';

/** Who looks, and when. */
export interface Look {
	readonly world: World;
	readonly footing: Footing;
	readonly now: Instant;
}

export function sampleBackend(look: Look, backend: Backend): Sample {
	const { target } = look.footing.policy;
	const view = viewOf(look.world, target.cluster, target.namespace);
	const services = view?.sources.services;
	if (view === undefined || !services?.synced) {
		return noSignal(`the Services of ${target.cluster}/${target.namespace} were never listed`);
	}
	const service = services.items.get(backend.service)?.value;
	if (service === undefined) return { kind: 'unknown', cause: { kind: 'ServiceMissing' } };
	const origin = originOf(backend, service, look.footing.clusters);
	if (service.mirror?.kind === 'gateway') return sampleGateway(look, view, { backend, service, origin });
	if (origin !== undefined) return sampleOrigin(look, origin);
	return sampleLocal(look, view, backend.service, service);
}

interface GatewayMirror {
	readonly backend: Backend;
	readonly service: ServiceFacts;
	readonly origin: Origin | undefined;
}

/** Both the path and the origin must be ready: a dead gateway is no less dead for its pods being well. */
function sampleGateway(look: Look, view: NamespaceView, { backend, service, origin }: GatewayMirror): Sample {
	const { slices } = view.sources;
	if (!slices?.synced) return neverListed(view);
	const { ready, unreadable } = countEndpoints(slices, backend.service);
	if (unreadable !== undefined) return cannotBeRead(unreadable);
	const lease = leaseOf(service) ?? '';
	const keptUntil = mirrorStaleAt(look, lease);
	if (look.now >= keptUntil) {
		return { kind: 'unknown', cause: { kind: 'Stale', source: `Lease ${multiclusterNamespace}/${lease}` } };
	}
	const staleAt = Math.min(staleFrom(look, view), keptUntil);
	if (ready === 0 || origin === undefined) return { kind: 'mirrored', ready: ready > 0, staleAt };
	const seen = sampleOrigin(look, origin);
	return seen.kind === 'unknown' ? seen : { ...seen, staleAt: Math.min(seen.staleAt, staleAt) };
}

/**
 * When a mirror's slices go stale with their keeper, who renews a Lease. Linkerd before 2.15 keeps none: a Lease that
 * was never seen says nothing.
 */
function mirrorStaleAt({ world, footing: { policy } }: Look, lease: string): Instant {
	const renewal = viewOf(world, policy.target.cluster, multiclusterNamespace)?.renewals.get(lease);
	return renewal === undefined ? Number.POSITIVE_INFINITY : renewal.at + policy.health.staleAfter;
}

function sampleOrigin(look: Look, origin: Origin): Sample {
	const name = `${origin.cluster}/${origin.namespace}/${origin.service}`;
	const view = viewOf(look.world, origin.cluster, origin.namespace);
	const { services, slices } = view?.sources ?? {};
	if (view === undefined || !services?.synced || !slices?.synced) {
		return { kind: 'unknown', cause: { kind: 'OriginUnreachable', origin: name } };
	}
	const service = services.items.get(origin.service)?.value;
	if (service === undefined) return { kind: 'unknown', cause: { kind: 'OriginMissing', origin: name } };
	return service.publishesNotReady ? meaningless : count(look, view, origin.service, name);
}

function sampleLocal(look: Look, view: NamespaceView, name: ServiceName, service: ServiceFacts): Sample {
	const { slices } = view.sources;
	if (service.mirror !== undefined) {
		const { cluster } = service.mirror.origin;
		return noSignal(`a flat mirror has no endpoints here; declare cluster ${cluster} in spillway.yaml`);
	}
	if (service.external) return noSignal('an ExternalName Service has no endpoints');
	if (service.publishesNotReady) return meaningless;
	if (!service.selects && !slices?.index.has(name)) {
		return noSignal('it has no selector and no EndpointSlice');
	}
	if (!slices?.synced) return neverListed(view);
	return count(look, view, name, 'local');
}

/** A Service without slices has no endpoint. */
function count(look: Look, view: NamespaceView, service: ServiceName, from: string): Sample {
	const { ready, draining, unreadable } = countEndpoints(view.sources.slices, service);
	if (unreadable !== undefined) return cannotBeRead(unreadable);
	const vanishedAt = view.vanishedAt.get(service);
	return {
		kind: 'counted',
		ready,
		from,
		staleAt: staleFrom(look, view),
		...(draining === 0 ? {} : { draining }),
		...(ready > 0 || vanishedAt === undefined ? {} : { vanishedAt }),
	};
}

/** What is said of a Service's endpoints is as fresh as the staler of the two sources it rests on. */
function staleFrom({ footing: { policy } }: Look, { sources: { services, slices } }: NamespaceView): Instant {
	return Math.min(lastLife(services), lastLife(slices)) + policy.health.staleAfter;
}

function lastLife(source: Source<ServiceFacts> | Source<SliceFacts> | undefined): Instant {
	return source?.aliveAt ?? Number.NEGATIVE_INFINITY;
}

function neverListed({ cluster, namespace }: NamespaceView): Sample {
	return noSignal(`the EndpointSlices of ${cluster}/${namespace} were never listed`);
}

const meaningless: Sample = noSignal(
	'its Service sets publishNotReadyAddresses, so every endpoint is called ready',
);

function cannotBeRead(fault: string): Sample {
	return noSignal(`an EndpointSlice of its cannot be read: ${fault}`);
}

function noSignal(detail: string): Sample {
	return { kind: 'unknown', cause: { kind: 'NoSignal', detail } };
}
