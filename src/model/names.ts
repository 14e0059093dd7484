/** A cluster as `spillway.yaml` names it. */
export type ClusterName = string;

/** A Service's name within its namespace (DNS-1035). */
export type ServiceName = string;

/** A namespace's name (DNS-1123 label). */
export type Namespace = string;

/** `namespace/name` of a policy: its identity in logs, commits and the ledger. */
export type PolicyKey = string;

/** What can carry weights: SMI's TrafficSplit, or a route whose backendRefs have them. */
export type TargetKind = 'TrafficSplit' | 'HTTPRoute' | 'GRPCRoute';

/** The object that carries weights. */
export interface TargetRef {
	readonly kind: TargetKind;
	/** Only for Linkerd's own HTTPRoute; absent, the kind's usual API group. */
	readonly group?: 'policy.linkerd.io';
	readonly cluster: ClusterName;
	readonly namespace: Namespace;
	readonly name: string;
}

/** Writes a target with its kind: `TrafficSplit east emojivoto/emoji-svc`. */
export function describeTarget(target: TargetRef): string {
	return `${target.kind} ${formatTarget(target)}`;
}

/** Writes a target as people read it: `east emojivoto/emoji-svc`. */
export function formatTarget(target: TargetRef): string {
	return `${target.cluster} ${target.namespace}/${target.name}`;
}
