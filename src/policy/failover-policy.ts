import { z } from 'zod';
import type { Namespace } from '../model/names.ts';
import type { Backend } from '../model/policy.ts';
import { maxWeight } from '../model/weights.ts';
import { checkBackends, maxBackends, maxTier, minBackends } from './backend-rules.ts';
import { apiVersion } from './document-kinds.ts';
import type { DocumentReading, PolicyDraft, PolicyPlaces } from './drafts.ts';
import { duration, positiveDuration } from './duration.ts';
import { escalate, withEscalation } from './escalation.ts';
import { completeFailback, failback } from './failback.ts';
import { manualEdits } from './manual-edits.ts';
import { annotations, labels } from './metadata.ts';
import { backendName, labelName, serviceName } from './names.ts';
import { completeTarget, target } from './policy-target.ts';
import { readSyncerMark } from './synced-folder.ts';
import { via } from './via.ts';
import type { DocumentPlaces } from './yaml-place.ts';

const metadata = z
	.strictObject({
		name: labelName.meta({ description: 'Name of the policy, unique within its namespace.' }),
		namespace: labelName.meta({ description: 'Namespace of the target and of its backends.' }),
		labels,
		annotations,
	})
	.meta({ title: 'Metadata' });

const origin = z
	.strictObject({
		cluster: labelName.meta({ description: 'The cluster whose endpoints count, as spillway.yaml names it.' }),
		service: serviceName.meta({ description: 'The Service there.' }),
		namespace: labelName
			.optional()
			.meta({ description: 'Its namespace. Default: the namespace of the policy.' }),
	})
	.meta({
		title: 'Origin',
		description:
			'The Service in another cluster that a mirror stands for. Default: read from the mirror’s labels.',
	});

const backendFields = z
	.strictObject({
		service: backendName.meta({ description: 'Name of the Service, as the target names it.' }),
		tier: z
			.int()
			.min(0)
			.max(maxTier)
			.default(0)
			.meta({ description: '0 is primary, 1 and up are fallbacks in order.' }),
		weight: z
			.int()
			.min(0)
			.max(maxWeight)
			.default(1)
			.meta({ description: 'Share inside its tier, written as it is when the tier serves.' }),
		origin: origin.optional(),
	})
	.meta({ title: 'Backend' });

// 40s: how long Kubernetes itself trusted a silent node (node-monitor-grace-period) up to 1.31.
const health = z
	.strictObject({
		minReady: z
			.int()
			.min(1)
			.max(maxWeight)
			.default(1)
			.meta({ description: 'Ready endpoints a backend needs to be healthy.' }),
		staleAfter: positiveDuration.prefault('40s').meta({
			description:
				'A source without any sign of life for this long makes its backends unknown, never unhealthy.',
		}),
	})
	.meta({ title: 'Health', description: 'When a backend counts as healthy.' });

// 0s: as linkerd-failover, a backend without ready endpoints is left at once.
const failover = z
	.strictObject({
		after: duration.prefault('0s').meta({ description: 'How long a backend must fail before it is left.' }),
		via,
		escalate,
		distribution: z
			.enum(['Threshold'])
			.default('Threshold')
			.meta({ description: 'Threshold: a tier serves as a whole or not at all.' }),
	})
	.meta({ title: 'Failover', description: 'Leaving a backend that is down.' });

const group = z
	.strictObject({
		name: labelName.meta({ description: 'Policies of one name share their pull requests.' }),
	})
	.meta({ title: 'Group', description: 'Policies that people look at together.' });

const spec = z
	.strictObject({
		mode: z
			.enum(['Active', 'Observe', 'Suspended'])
			.default('Active')
			.meta({ description: 'Active writes; Observe decides and reports only; Suspended does neither.' }),
		target,
		backends: z
			.array(backendFields)
			.min(minBackends)
			.max(maxBackends)
			.superRefine(checkBackends)
			.meta({ description: 'The Services that can take the traffic.' }),
		health: health.prefault({}),
		failover: failover.prefault({}),
		failback,
		group: group.optional(),
		panic: z
			.enum(['HoldLast'])
			.default('HoldLast')
			.meta({ description: 'When no backend is eligible. HoldLast: the last weights stay.' }),
		...manualEdits,
	})
	.meta({ title: 'Specification' });

const schema = z
	.strictObject({
		apiVersion: z.literal(apiVersion).meta({ title: 'API version' }),
		kind: z.literal('FailoverPolicy').meta({ title: 'Kind' }),
		metadata,
		spec,
	})
	.meta({
		title: 'FailoverPolicy',
		description: 'When and how one target’s traffic leaves its primary and returns.',
	});

/** The document as people write it. */
export const failoverPolicySchema: z.ZodType = schema;

/** Checks a document and fills in what it leaves out. */
export function readFailoverPolicy(value: unknown, places: DocumentPlaces): DocumentReading {
	const read = schema.safeParse(value, { reportInput: true });
	if (!read.success) return { kind: 'invalid', issues: read.error.issues };
	const { metadata, spec } = read.data;
	const { name, namespace } = metadata;
	const draft = {
		key: `${namespace}/${name}`,
		name,
		namespace,
		source: `${places.start.file}:${places.start.line}`,
		mode: spec.mode,
		...completeTarget(spec.target, namespace),
		backends: spec.backends.map((written) => completeBackend(written, namespace)),
		health: spec.health,
		failover: {
			after: spec.failover.after,
			...(spec.failover.via !== undefined && { via: spec.failover.via }),
			...withEscalation(spec.failover.escalate),
		},
		failback: completeFailback(spec.failback),
		...(spec.group !== undefined && { group: spec.group.name }),
		panic: spec.panic,
		onManualEdit: spec.onManualEdit,
		manualHold: spec.manualHold,
	};
	const mark = readSyncerMark(metadata.annotations, places);
	return { kind: 'policy', draft: { ...draft, places: placePolicy(draft, places), mark } };
}

function completeBackend(
	{ origin, ...backend }: z.output<typeof backendFields>,
	namespace: Namespace,
): Backend {
	return origin === undefined
		? backend
		: { ...backend, origin: { ...origin, namespace: origin.namespace ?? namespace } };
}

function placePolicy(
	{ backends, failover: { escalate: steps = [] } }: Pick<PolicyDraft, 'backends' | 'failover'>,
	places: DocumentPlaces,
): PolicyPlaces {
	return {
		name: places.ofValue(['metadata', 'name']),
		target: places.ofName(['spec', 'target']),
		cluster: places.ofValue(['spec', 'target', 'cluster']),
		failoverVia: places.ofName(['spec', 'failover', 'via']),
		failbackVia: places.ofName(['spec', 'failback', 'via']),
		escalate: places.ofName(['spec', 'failover', 'escalate']),
		steps: steps.map((_, index) => places.ofValue(['spec', 'failover', 'escalate', index, 'to'])),
		autoMerge: places.ofName(['spec', 'failback', 'autoMerge']),
		origins: new Map(
			backends.flatMap(({ service, origin }, index) =>
				origin === undefined
					? []
					: [[service, places.ofValue(['spec', 'backends', index, 'origin', 'cluster'])] as const],
			),
		),
	};
}
