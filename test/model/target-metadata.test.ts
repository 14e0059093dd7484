import test from 'ava';
import type { KubernetesObject, ManagedFields } from '../../src/model/ports/cluster.ts';
import { readTargetMetadata } from '../../src/model/target-metadata.ts';

type Metadata = Partial<KubernetesObject['metadata']>;

function read(metadata: Metadata, field: 'backends' | 'rules' = 'backends') {
	const object = {
		metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7', ...metadata },
	};
	return readTargetMetadata(object, field);
}

function entry(manager: string, time: string, fields: object, operation = 'Update'): ManagedFields {
	return { manager, operation, time, fieldsV1: { 'f:spec': fields } };
}

test('who wrote the weights last is the newest of those that own them, however they wrote', (t) => {
	const managedFields = [
		entry('argocd-controller', '2026-11-21T10:00:05Z', { 'f:backends': {} }),
		entry('kubectl-edit', '2026-11-21T10:00:09Z', { 'f:service': {} }),
		entry('spillway', '2026-11-21T10:00:01Z', { 'f:backends': {} }, 'Apply'),
	];
	t.is(read({ managedFields }).manager, 'argocd-controller');
	t.is(read({ managedFields }).applied, undefined);
	t.like(read({ managedFields: managedFields.slice(2) }), { manager: 'spillway', applied: true });
	t.is(read({ managedFields }, 'rules').manager, undefined);
	t.is(read({}).manager, undefined);
});

for (const [apiVersion, kind, owner] of [
	['flagger.app/v1beta1', 'Canary', 'Canary web'],
	['argoproj.io/v1alpha1', 'Rollout', 'Rollout web'],
	['apps/v1', 'Deployment', undefined],
	['example.com/v1', 'Canary', undefined],
] as const) {
	test(`F-099 ${kind} of ${apiVersion} ${owner ? 'writes the weights of what it owns' : 'is no rival'}`, (t) => {
		t.is(read({ ownerReferences: [{ apiVersion, kind, name: 'web' }] }).owner, owner);
	});
}

const heldOff: readonly (readonly [
	what: string,
	annotations: Record<string, string>,
	by: string | undefined,
])[] = [
	[
		'what our escalation disabled is ours',
		{ 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled', 'spillway.dev/held-off': 'shop/web' },
		'spillway',
	],
	['what a person disabled is theirs', { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }, 'others'],
	[
		'what Flux makes once is left alone by it',
		{ 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' },
		'others',
	],
	['what Flux merges is not left alone', { 'kustomize.toolkit.fluxcd.io/ssa': 'Merge' }, undefined],
	[
		'a marker that somebody took the annotation from holds nothing',
		{ 'spillway.dev/held-off': 'a/b' },
		undefined,
	],
];

for (const [what, annotations, by] of heldOff) {
	test(what, (t) => {
		const { heldOff: found, leftAloneBy, annotated } = read({ annotations });
		t.is(found as string | undefined, by);
		t.true(annotated);
		if (by !== undefined)
			t.regex(leftAloneBy ?? '', /^kustomize\.toolkit\.fluxcd\.io\/(reconcile: disabled|ssa: IfNotPresent)$/);
	});
}

test('labels, annotations and a deletion under way are read', (t) => {
	const metadata = read({
		labels: {
			'failover.linkerd.io/controlled-by': 'linkerd-failover',
			'app.kubernetes.io/managed-by': 'spillway',
		},
		annotations: { 'spillway.dev/policy': 'shop/web' },
		deletionTimestamp: '2026-11-21T10:00:05Z',
	});
	t.like(metadata, {
		controlledBy: 'linkerd-failover',
		madeBy: 'spillway',
		madeFor: 'shop/web',
		terminating: true,
	});
	t.deepEqual(Object.keys(read({})), ['namespace', 'name', 'uid', 'resourceVersion']);
});
