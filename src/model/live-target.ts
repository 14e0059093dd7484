import type { Namespace, PolicyKey, ServiceName, TargetKind } from './names.ts';
import type { Weights } from './weights.ts';

/**
 * How a weight is written in the live object: TrafficSplit v1alpha1 allows Quantity strings such as `500m`, and a
 * route may leave a weight out, which means 1.
 */
export type WeightForm = 'number' | 'string' | 'absent';

export interface LiveBackend {
	readonly service: ServiceName;
	/** The weight's numeric value; a Quantity is read as its number. */
	readonly weight: number;
	readonly form: WeightForm;
	/** Its place in the object's list, which patches address. */
	readonly index: number;
}

/** One list of weighted backends: all of a TrafficSplit, or one rule of a route. */
export interface LiveRule {
	/** JSON Pointer of the list: `/spec/backends`, `/spec/rules/0/backendRefs`. */
	readonly pointer: string;
	/** In the object's order. What is no Service of the object's namespace is left out. */
	readonly backends: readonly LiveBackend[];
}

/** The object that carries weights, as it was last seen on its cluster. */
export interface LiveTarget {
	readonly kind: TargetKind;
	readonly namespace: Namespace;
	readonly name: string;
	readonly uid: string;
	readonly resourceVersion: string;
	/** The Services clients call: `spec.service` of a TrafficSplit, the Service parents of a route. */
	readonly apexes: readonly ServiceName[];
	readonly rules: readonly LiveRule[];
	/** Who wrote the weights last, by `metadata.managedFields`. */
	readonly manager?: string;
	/** They were set by server-side apply, so that the next apply of the same manager may change them. */
	readonly applied?: boolean;
	/** Label `app.kubernetes.io/managed-by`, and the policy that annotation `spillway.dev/policy` names. */
	readonly madeBy?: string;
	readonly madeFor?: PolicyKey;
	/** Of another tool that writes the weights by itself: `Canary podinfo`, `Rollout web`. */
	readonly owner?: string;
	/** The value of the label by which linkerd-failover selects TrafficSplits. */
	readonly controlledBy?: string;
	/** It has annotations at all, which patches have to know. */
	readonly annotated?: boolean;
	/** A syncer is told to leave it alone: by us, for this policy's escalation, or by somebody else. */
	readonly heldOff?: 'spillway' | 'others';
	/** The annotation that says so, whoever set it: `kustomize.toolkit.fluxcd.io/reconcile: disabled`. */
	readonly leftAloneBy?: string;
	/** Being deleted. */
	readonly terminating?: boolean;
}

export type TargetFacts =
	| { readonly kind: 'target'; readonly target: LiveTarget }
	/** On the cluster, but nothing weights can be written to. */
	| { readonly kind: 'invalid'; readonly message: string };

/** The weights of the first rule. */
export function liveWeights({ rules: [first] }: LiveTarget): Weights {
	return new Map(first?.backends.map(({ service, weight }) => [service, weight]));
}
