import type { LiveTarget, TargetFacts } from './live-target.ts';
import type { TargetKind, TargetRef } from './names.ts';
import type { KubernetesObject, Resource } from './ports/cluster.ts';
import { readRoute } from './route.ts';
import { readSplit, trafficSplits } from './traffic-split.ts';

/** HTTPRoutes of the Gateway API. */
export const httpRoutes: Resource = {
	group: 'gateway.networking.k8s.io',
	versions: ['v1', 'v1beta1'],
	plural: 'httproutes',
};

/** GRPCRoutes of the Gateway API. */
export const grpcRoutes: Resource = {
	group: 'gateway.networking.k8s.io',
	versions: ['v1'],
	plural: 'grpcroutes',
};

/** Linkerd's own HTTPRoutes, which the Gateway API's replaced. */
export const linkerdHttpRoutes: Resource = {
	group: 'policy.linkerd.io',
	versions: ['v1beta3', 'v1beta2', 'v1beta1'],
	plural: 'httproutes',
};

type TargetType = Pick<TargetRef, 'kind' | 'group'>;

/** The resource type of a target. */
export function targetResource({ kind, group }: TargetType): Resource {
	switch (kind) {
		case 'TrafficSplit':
			return trafficSplits;
		case 'HTTPRoute':
			return group === undefined ? httpRoutes : linkerdHttpRoutes;
		case 'GRPCRoute':
			return grpcRoutes;
	}
}

/** `group/version` of a target's preferred version, as Events and people name it. */
export function targetApiVersion(target: TargetType): string {
	const { group, versions } = targetResource(target);
	return `${group}/${versions[0]}`;
}

/** Reads an object of a target's kind. */
export function readTarget(kind: TargetKind, object: KubernetesObject): TargetFacts {
	return kind === 'TrafficSplit' ? readSplit(object) : readRoute(kind, object);
}

/**
 * API version to write a live target by. SMI's v1alpha2 wants every weight to be a number; v1alpha1 also takes the
 * Quantity strings that some writers use.
 */
export function versionFor(target: LiveTarget, { kind, group }: TargetType): string {
	const strings = target.rules.some(({ backends }) => backends.some(({ form }) => form === 'string'));
	const [preferred = '', stored = preferred] = targetResource({ kind, ...(group && { group }) }).versions;
	return kind === 'TrafficSplit' && strings ? stored : preferred;
}
