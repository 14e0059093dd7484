import type { Namespace, TargetKind, TargetRef } from './names.ts';
import { targetResource } from './target-resource.ts';

/** How a manifest names an object that carries weights. `namespace` is absent where the document leaves it out. */
export interface ManifestIdentity extends Pick<TargetRef, 'kind' | 'group'> {
	readonly namespace?: Namespace;
	readonly name: string;
}

/** Whether a manifest means this object; a manifest without a namespace takes the one it is applied in. */
export function identifies(identity: ManifestIdentity, target: Omit<TargetRef, 'cluster'>): boolean {
	if (identity.kind !== target.kind || identity.group !== target.group) return false;
	return identity.name === target.name && (identity.namespace ?? target.namespace) === target.namespace;
}

/** What a kind and an API group come to; without a group it is the kind's usual one. `undefined`: no target. */
export function readTargetType(
	kind: string,
	group?: string,
): Pick<ManifestIdentity, 'kind' | 'group'> | undefined {
	return targetTypes.find(
		(type) =>
			type.kind === kind &&
			(group === undefined ? type.group === undefined : targetResource(type).group === group),
	);
}

const targetTypes: readonly Pick<TargetRef, 'kind' | 'group'>[] = [
	{ kind: 'TrafficSplit' },
	{ kind: 'HTTPRoute' },
	{ kind: 'HTTPRoute', group: 'policy.linkerd.io' },
	{ kind: 'GRPCRoute' },
];

/** The kinds that can carry weights. */
export const targetKinds: readonly TargetKind[] = [...new Set(targetTypes.map(({ kind }) => kind))];

/** A kind, with its group where that is not the usual one: `HTTPRoute.policy.linkerd.io`. */
export function formatTargetType({ kind, group }: Pick<TargetRef, 'kind' | 'group'>): string {
	return group === undefined ? kind : `${kind}.${group}`;
}

/** Writes a manifest's object with its kind: `TrafficSplit emojivoto/emoji-svc`. */
export function describeManifest(identity: ManifestIdentity): string {
	const { namespace, name } = identity;
	return `${formatTargetType(identity)} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
