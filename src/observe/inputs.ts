import type { ClusterName, Namespace } from '../model/names.ts';
import type { Backend, FailoverPolicy, Origin } from '../model/policy.ts';
import type { ServiceFacts } from './service-facts.ts';
import {
	namespaceTopic,
	type SourceKind,
	serviceTopic,
	splitTopic,
	type Topic,
	type World,
} from './world.ts';

/** One collection that has to be watched. */
export interface Input {
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	readonly kind: SourceKind;
}

/** What tells one input from another. */
export function inputKey({ cluster, namespace, kind }: Input): string {
	return `${cluster}/${namespace}/${kind}`;
}

/** TrafficSplits are watched only where a target lives: clusters that are merely observed need no such right. */
const targetKinds: readonly SourceKind[] = ['splits', 'services', 'slices'];
const originKinds: readonly SourceKind[] = ['services', 'slices'];

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

/** The collections a policy rests on, the target's first. Grows once mirrors are seen. */
export function inputsOf(
	world: World,
	policy: FailoverPolicy,
	clusters: ReadonlySet<ClusterName>,
): readonly Input[] {
	const inputs = new Map<string, Input>();
	const add = (cluster: ClusterName, namespace: Namespace, kinds: readonly SourceKind[]): void => {
		for (const kind of kinds) {
			const input = { cluster, namespace, kind };
			inputs.set(inputKey(input), input);
		}
	};
	add(policy.target.cluster, policy.namespace, targetKinds);
	for (const { cluster, namespace } of originsOf(world, policy, clusters))
		add(cluster, namespace, originKinds);
	return [...inputs.values()];
}

/** The topics whose news may change this policy's decision. */
export function topicsOf(
	world: World,
	policy: FailoverPolicy,
	clusters: ReadonlySet<ClusterName>,
): readonly Topic[] {
	const { target, namespace } = policy;
	return [
		splitTopic(target.cluster, namespace, target.name),
		...policy.backends.map(({ service }) => serviceTopic(target.cluster, namespace, service)),
		...originsOf(world, policy, clusters).map((origin) =>
			serviceTopic(origin.cluster, origin.namespace, origin.service),
		),
		...inputsOf(world, policy, clusters).map((input) => namespaceTopic(input.cluster, input.namespace)),
	];
}

function originsOf(
	world: World,
	policy: FailoverPolicy,
	clusters: ReadonlySet<ClusterName>,
): readonly Origin[] {
	const view = world.get(namespaceTopic(policy.target.cluster, policy.namespace));
	return policy.backends
		.map((backend) => originOf(backend, view?.services.items.get(backend.service)?.value, clusters))
		.filter((origin) => origin !== undefined);
}
