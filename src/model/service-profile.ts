import type { ServiceName } from './names.ts';
import type { KubernetesObject, Resource } from './ports/cluster.ts';
import { parseQuantity } from './quantity.ts';
import { isRecord } from './unstructured.ts';
import type { Weights } from './weights.ts';

/** Linkerd's ServiceProfiles. */
export const serviceProfiles: Resource = {
	group: 'linkerd.io',
	versions: ['v1alpha2'],
	plural: 'serviceprofiles',
};

/** A Linkerd ServiceProfile: what linkerd-smi turns a TrafficSplit into, and what the proxies route by. */
export interface LiveProfile {
	/** `web.shop.svc.cluster.local`. */
	readonly name: string;
	readonly apex: ServiceName;
	/** `spec.dstOverrides` by backend; absent where nothing routes by it. */
	readonly overrides?: Weights;
	/** Annotation `smi.linkerd.io/skip`: linkerd-smi leaves it alone. */
	readonly skipped: boolean;
}

const skipAnnotation = 'smi.linkerd.io/skip';

/**
 * Reads a ServiceProfile; never throws. `undefined` for one that is not about a Service of its own namespace:
 * only that namespace's clients follow it.
 */
export function readProfile(object: KubernetesObject): LiveProfile | undefined {
	const { name, namespace = '', annotations } = object.metadata;
	const apex = serviceIn(name, namespace);
	if (apex === undefined) return undefined;
	const spec = isRecord(object['spec']) ? object['spec'] : {};
	const written: unknown = spec['dstOverrides'];
	const overrides = Array.isArray(written) ? readOverrides(written, namespace) : undefined;
	return {
		name,
		apex,
		skipped: annotations?.[skipAnnotation] !== undefined,
		...(overrides === undefined || overrides.size === 0 ? {} : { overrides }),
	};
}

/** Adds up what one backend is given; one of another namespace stays under its whole authority. */
function readOverrides(written: readonly unknown[], namespace: string): Weights {
	const weights = new Map<ServiceName, number>();
	for (const entry of written) {
		if (!isRecord(entry) || typeof entry['authority'] !== 'string') continue;
		const { authority, weight } = entry as { readonly authority: string; readonly weight?: unknown };
		const backend = serviceIn(authority.replace(/:\d+$/, ''), namespace) ?? authority;
		weights.set(backend, (weights.get(backend) ?? 0) + readWeight(weight));
	}
	return weights;
}

/** As Kubernetes reads a Quantity: nothing written is 0. */
function readWeight(weight: unknown): number {
	if (typeof weight === 'string') return parseQuantity(weight) ?? 0;
	return typeof weight === 'number' ? weight : 0;
}

/** `web` of `web.shop.svc.cluster.local` in the namespace `shop`, whatever the cluster's domain. */
function serviceIn(authority: string, namespace: string): ServiceName | undefined {
	const [service, where, kind] = authority.split('.');
	return service && where === namespace && kind === 'svc' ? service : undefined;
}
