import test from 'ava';
import type { Change } from '../../src/model/change.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import type { LiveTarget } from '../../src/model/live-target.ts';
import { planChange } from '../../src/plan/plan-change.ts';
import { aShift, policyCommit } from '../support/changes.ts';
import { aPolicy, aSplit } from '../support/policies.ts';

const policy = aPolicy({ owned: { apex: 'web-svc' } });
const uid = '4f8f1a0e-0000-4000-8000-000000000001';

function plan(live: LiveTarget | undefined, makes = false): Change | undefined {
	const shift = aShift(makes ? { makes: true } : {});
	return planChange(
		{ shift, decidedAt: 0 },
		{ policy, live, manifests: undefined, policyCommit, memory: emptyMemory },
	);
}

const manifest = {
	apiVersion: 'split.smi-spec.io/v1alpha2',
	kind: 'TrafficSplit',
	metadata: {
		name: 'emoji-svc',
		namespace: 'emojivoto',
		labels: { 'app.kubernetes.io/managed-by': 'spillway' },
		annotations: {
			'spillway.dev/policy': 'emojivoto/emoji',
			'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
			'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
		},
	},
	spec: {
		service: 'web-svc',
		backends: [
			{ service: 'emoji-svc', weight: 0 },
			{ service: 'emoji-svc-west', weight: 1 },
		],
	},
};

test('an owned target that is missing is applied whole', (t) => {
	t.like(plan(undefined, true), { kind: 'apply', version: 'v1alpha2', manifest });
});

test('one that we applied is applied again, on condition of what was read', (t) => {
	const live = aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, { manager: 'spillway', applied: true });
	const metadata = { ...manifest.metadata, uid, resourceVersion: '7' };
	t.like(plan(live), { kind: 'apply', manifest: { ...manifest, metadata } });
});

for (const [what, writer] of [
	['somebody else wrote', { manager: 'kubectl-edit' }],
	['somebody else applied', { manager: 'kustomize-controller', applied: true }],
	['we took back by a patch', { manager: 'spillway' }],
] as const) {
	test(`F-098 weights that ${what} are patched: an apply would be a conflict, and is never forced`, (t) => {
		const live = aSplit({ 'emoji-svc': 1, 'emoji-svc-west': 0 }, writer);
		const change = plan(live);
		t.like(change, { kind: 'patch', base: live });
		t.is(change?.kind === 'patch' ? change.operations.length : 0, 6);
	});
}

test('backends that somebody else changed are set as one list', (t) => {
	const change = plan(aSplit({ 'emoji-svc': 1, other: 5 }, { manager: 'kubectl-edit' }), true);
	t.deepEqual(change?.kind === 'patch' && change.operations.slice(2), [
		{ op: 'replace', path: '/spec/backends', value: manifest.spec.backends },
	]);
});

test('F-041 where an adopted target is gone there is nothing to write', (t) => {
	const destination = {
		policy: aPolicy(),
		live: undefined,
		manifests: undefined,
		policyCommit,
		memory: emptyMemory,
	};
	t.is(planChange({ shift: aShift(), decidedAt: 0 }, destination), undefined);
});
