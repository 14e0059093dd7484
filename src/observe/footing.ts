import type { ClusterName, Namespace } from '../model/names.ts';
import type { Backend, FailoverPolicy, Origin } from '../model/policy.ts';
import { type Input, inputKey, type SourceKind, targetSource } from './collections.ts';
import { mirrorLease, multiclusterNamespace } from './lease-facts.ts';
import type { ServiceFacts } from './service-facts.ts';
import { type NamespaceView, namespaceTopic, objectTopic, type Topic, viewOf, type World } from './world.ts';

/** What one policy rests on, as far as the world is known. Grows once mirrors and the target are seen. */
export interface Footing {
	readonly policy: FailoverPolicy;
	/** Those that spillway.yaml declares. */
	readonly clusters: ReadonlySet<ClusterName>;
	/** The collections it is decided on, the target's first. */
	readonly inputs: readonly Input[];
	/** What it has to be told of. */
	readonly topics: readonly Topic[];
}

const originKinds: readonly SourceKind[] = ['services', 'slices'];

/** Targets and what belongs to them are watched only where a target lives: other clusters need no such rights. */
export function footingOf(world: World, policy: FailoverPolicy, clusters: ReadonlySet<ClusterName>): Footing {
	const { cluster, namespace } = policy.target;
	const view = viewOf(world, cluster, namespace);
	const targetKind = targetSource(policy.target);
	const seen = policy.backends.map((backend) => {
		const service = view?.sources.services?.items.get(backend.service)?.value;
		return { backend, service, origin: originOf(backend, service, clusters) };
	});
	const origins = seen.flatMap(({ origin }) => origin ?? []);
	const leases = seen.flatMap(({ service }) => leaseOf(service) ?? []);

	const inputs = new Map<string, Input>();
	const add = (place: { cluster: ClusterName; namespace: Namespace }, kinds: readonly SourceKind[]): void => {
		for (const kind of kinds) {
			const input = { cluster: place.cluster, namespace: place.namespace, kind };
			inputs.set(inputKey(input), input);
		}
	};
	add({ cluster, namespace }, [targetKind, ...originKinds, 'profiles']);
	for (const origin of origins) add(origin, originKinds);
	if (leases.length > 0) add({ cluster, namespace: multiclusterNamespace }, ['leases']);

	const topics = new Set<Topic>([
		objectTopic({ cluster, namespace, kind: targetKind }, policy.target.name),
		...apexesOf(view, policy).map((apex) => objectTopic({ cluster, namespace, kind: 'profiles' }, apex)),
		...policy.backends.map(({ service }) => objectTopic({ cluster, namespace, kind: 'services' }, service)),
		...origins.map((origin) => objectTopic({ ...origin, kind: 'services' }, origin.service)),
		...leases.map((lease) =>
			objectTopic({ cluster, namespace: multiclusterNamespace, kind: 'leases' }, lease),
		),
		...[...inputs.values()].map((input) => namespaceTopic(input.cluster, input.namespace)),
	]);
	return { policy, clusters, inputs: [...inputs.values()], topics: [...topics] };
}

/**
 * The Service that stands for a backend in another cluster: as the policy writes it, else as its mirror's labels
 * say, as far as that cluster can be reached.
 */
export function originOf(
	backend: Backend,
	service: ServiceFacts | undefined,
	clusters: ReadonlySet<ClusterName>,
): Origin | undefined {
	if (backend.origin !== undefined) return backend.origin;
	const derived = service?.mirror?.origin;
	return derived !== undefined && clusters.has(derived.cluster) ? derived : undefined;
}

/** The Lease of whoever keeps a gateway mirror's slices. */
export function leaseOf(service: ServiceFacts | undefined): string | undefined {
	const { mirror } = service ?? {};
	return mirror?.kind === 'gateway' ? mirrorLease(mirror.origin.cluster) : undefined;
}

function apexesOf(view: NamespaceView | undefined, { target }: FailoverPolicy): readonly string[] {
	const facts = view?.sources[targetSource(target)]?.items.get(target.name)?.value;
	return facts?.kind === 'target' ? facts.target.apexes : [];
}
