import { applyPolicyAnnotation, heldOffAnnotation, reconcileAnnotation } from './hold-off.ts';
import type { LiveTarget } from './live-target.ts';
import type { KubernetesObject, ManagedFields } from './ports/cluster.ts';

/** Who made an object, as Kubernetes recommends to say it. */
export const managedByLabel = 'app.kubernetes.io/managed-by';

/** The policy that an owned target was made for. */
export const policyAnnotation = 'spillway.dev/policy';

/** linkerd-failover takes every TrafficSplit that has this label; `spillway` as its value hands one over. */
export const controlledByLabel = 'failover.linkerd.io/controlled-by';

/** Kinds whose controllers write the weights of the targets they own, by the API group they belong to. */
const otherOwners: ReadonlyMap<string, string> = new Map([
	['Canary', 'flagger.app'],
	['Rollout', 'argoproj.io'],
]);

type TargetMetadata = Omit<LiveTarget, 'kind' | 'apexes' | 'rules'>;

/** What an object's metadata says of a target; `field` is the field of `spec` that holds its weights. */
export function readTargetMetadata(
	{ metadata }: KubernetesObject,
	field: 'backends' | 'rules',
): TargetMetadata {
	const { name, namespace = '', uid, resourceVersion, labels, annotations, deletionTimestamp } = metadata;
	const owner = metadata.ownerReferences?.find(
		({ apiVersion, kind }) => otherOwners.get(kind) === apiVersion.split('/')[0],
	);
	const last = lastWriter(metadata.managedFields ?? [], field);
	return withoutAbsent<TargetMetadata>({
		namespace,
		name,
		uid,
		resourceVersion,
		manager: last?.manager,
		applied: last?.operation === 'Apply' || undefined,
		madeBy: labels?.[managedByLabel],
		madeFor: annotations?.[policyAnnotation],
		owner: owner && `${owner.kind} ${owner.name}`,
		controlledBy: labels?.[controlledByLabel],
		annotated: annotations !== undefined || undefined,
		...readHoldOff(annotations ?? {}),
		terminating: deletionTimestamp !== undefined || undefined,
	});
}

/** Values of Flux's annotation with which it does not change what is on the cluster. */
const leavingPolicies: ReadonlySet<string> = new Set(['IfNotPresent', 'Ignore']);

interface HoldOffFacts {
	readonly heldOff: LiveTarget['heldOff'];
	readonly leftAloneBy: string | undefined;
}

/** What keeps a syncer from the object; only our own marker makes it ours. */
function readHoldOff(annotations: Readonly<Record<string, string>>): HoldOffFacts {
	if (annotations[reconcileAnnotation] === 'disabled') {
		const heldOff = annotations[heldOffAnnotation] === undefined ? 'others' : 'spillway';
		return { heldOff, leftAloneBy: `${reconcileAnnotation}: disabled` };
	}
	const policy = annotations[applyPolicyAnnotation] ?? '';
	if (!leavingPolicies.has(policy)) return { heldOff: undefined, leftAloneBy: undefined };
	return { heldOff: 'others', leftAloneBy: `${applyPolicyAnnotation}: ${policy}` };
}

/** Lists of weights are atomic, so whoever changes one weight owns the whole field from then on. */
function lastWriter(managed: readonly ManagedFields[], field: string): ManagedFields | undefined {
	let last: ManagedFields | undefined;
	for (const entry of managed) {
		if (!owns(entry, field)) continue;
		if (last === undefined || (entry.time ?? '') >= (last.time ?? '')) last = entry;
	}
	return last;
}

function owns({ fieldsV1 }: ManagedFields, field: string): boolean {
	const spec = fieldsV1?.['f:spec'];
	return typeof spec === 'object' && spec !== null && `f:${field}` in spec;
}

function withoutAbsent<T extends object>(fields: { [Field in keyof T]: T[Field] | undefined }): T {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
