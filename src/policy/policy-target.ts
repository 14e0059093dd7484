// The target of a policy: which object carries the weights, and whether Spillway makes it.
import { z } from 'zod';
import type { ClusterName, Namespace, ServiceName, TargetKind } from '../model/names.ts';
import type { FailoverPolicy } from '../model/policy.ts';
import { reportFault } from './fault.ts';
import { labelName, objectName, serviceName } from './names.ts';

const fields = z.strictObject({
	cluster: labelName.meta({ description: 'The cluster the target lives on, as spillway.yaml names it.' }),
	name: objectName.meta({ description: 'Name of the object.' }),
	kind: z
		.enum(['TrafficSplit', 'HTTPRoute', 'GRPCRoute'])
		.default('TrafficSplit')
		.meta({ description: 'Kind of the target.' }),
	group: z
		.literal('policy.linkerd.io')
		.optional()
		.meta({ description: 'Only for Linkerd’s own HTTPRoutes. Default: the Gateway API’s group.' }),
	ownership: z
		.enum(['Adopted', 'Owned'])
		.default('Adopted')
		.meta({ description: 'Adopted: only weights are moved. Owned: Spillway makes the TrafficSplit.' }),
	apex: serviceName
		.optional()
		.meta({ description: 'The Service that clients call, of a TrafficSplit that Spillway owns.' }),
});

/** `spec.target`, with what it leaves out. */
interface Target {
	readonly cluster: ClusterName;
	readonly name: string;
	readonly kind: TargetKind;
	readonly group?: 'policy.linkerd.io' | undefined;
	readonly ownership: 'Adopted' | 'Owned';
	readonly apex?: ServiceName | undefined;
}

/** `spec.target` as people write it. */
export const target: z.ZodType<Target> = fields.superRefine(checkTarget).meta({
	title: 'Target',
	description: 'The object whose weights are moved. Its apex is read from the object, unless it is owned.',
});

function checkTarget({ kind, group, ownership, apex }: Target, context: z.RefinementCtx): void {
	const refuse = (field: keyof Target, message: string, remedy: string): void =>
		reportFault(context, { code: 'E_TARGET_FIELDS', message, remedy }, [field]);
	if (group !== undefined && kind !== 'HTTPRoute') {
		refuse('group', `is not for a ${kind}`, 'remove it, or use kind: HTTPRoute');
	}
	if (ownership === 'Owned' && kind !== 'TrafficSplit') {
		refuse('ownership', `Owned is not for a ${kind}`, 'remove it, and keep the route in Git');
	}
	if (ownership === 'Owned' && apex === undefined) {
		reportFault(context, {
			code: 'E_REQUIRED',
			message: 'needs apex with ownership: Owned',
			remedy: 'add spec.target.apex: the Service that clients call',
		});
	}
	if (ownership === 'Adopted' && apex !== undefined) {
		refuse('apex', 'is read from the object', 'remove it, or add ownership: Owned');
	}
}

/** The target of a policy, and whether it is made. */
export function completeTarget(
	{ ownership, apex, group, ...rest }: Target,
	namespace: Namespace,
): Pick<FailoverPolicy, 'target' | 'owned'> {
	const ref = { ...rest, ...(group === undefined ? {} : { group }), namespace };
	return ownership === 'Owned' && apex !== undefined ? { target: ref, owned: { apex } } : { target: ref };
}
