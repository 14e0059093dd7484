import test from 'ava';
import { viewApplication } from '../../../src/deliver/syncer/argo-cd.ts';
import type { Blocker } from '../../../src/model/blocker.ts';
import { anApplication, aSync, commit, older, type Written } from '../../support/applications.ts';
import { emojiTarget } from '../../support/changes.ts';

const asked = { target: emojiTarget, committed: true };
const late = { ...asked, compared: false, operated: false };
const seen = { ...asked, compared: true, operated: true };
const compared = { ...seen, operated: false };

const invalid = 'one or more synchronization tasks are not valid';
const unknownKind = {
	kind: 'FailoverPolicy',
	name: 'web',
	status: 'SyncFailed',
	message: 'The Kubernetes API could not find spillway.dev/FailoverPolicy',
};
const retrying = {
	phase: 'Running',
	retryCount: 1,
	finishedAt: '2026-01-01T16:06:58Z',
	message: 'weight must be a number. Retrying attempt #1 at 4:07PM.',
};

const said: Readonly<
	Record<string, { written: Written; reach?: typeof seen; kind: Blocker['kind']; detail: RegExp }>
> = {
	'a repository it cannot read': {
		written: {
			status: { sync: { status: 'Unknown' }, conditions: [{ type: 'ComparisonError', message: 'no route' }] },
		},
		reach: late,
		kind: 'NotFetched',
		detail: /cannot compare: ComparisonError: no route$/,
	},
	'a commit it has not looked at': {
		written: { status: { sync: { status: 'Synced', revision: older } } },
		reach: late,
		kind: 'NotFetched',
		detail: /has looked at commit ffff456789ab, and not at the commit yet$/,
	},
	'auto-sync that is off': {
		written: { spec: { syncPolicy: {} }, status: { sync: { status: 'OutOfSync', revision: commit } } },
		kind: 'Suspended',
		detail: /is OutOfSync, and syncs only when a person asks it to$/,
	},
	'an operation under way': {
		written: {
			status: { sync: { status: 'Synced' }, operationState: { phase: 'Running', message: 'waiting' } },
		},
		kind: 'Waiting',
		detail: /has an operation under way: waiting$/,
	},
	'a failed sync': {
		written: {
			status: { sync: { status: 'OutOfSync' }, operationState: { phase: 'Failed', message: 'no kind' } },
		},
		kind: 'ApplyFailed',
		detail: /^the sync of Application argocd\/east failed: no kind$/,
	},
	'a sync that failed, and is tried again': {
		written: { status: { sync: { status: 'OutOfSync' }, operationState: aSync(commit, retrying) } },
		kind: 'ApplyFailed',
		detail:
			/^the sync of Application argocd\/east fails, and is tried again: weight must be a number\. Retrying/,
	},
	'a sync that fails of one object while others follow': {
		written: {
			status: {
				sync: { status: 'OutOfSync' },
				operationState: aSync(commit, { phase: 'Running', syncResult: { resources: [unknownKind] } }),
			},
		},
		kind: 'ApplyFailed',
		detail: /tried again: FailoverPolicy web: The Kubernetes API could not find/,
	},
	'an older sync that failed, and is tried again': {
		written: {
			status: { sync: { status: 'OutOfSync', revision: commit }, operationState: aSync(older, retrying) },
		},
		reach: compared,
		kind: 'Waiting',
		detail:
			/still tries to sync commit ffff456789ab, which failed, and the commit waits for that: weight must/,
	},
	'a folder that cannot be applied for an object in it': {
		written: {
			status: {
				sync: { status: 'OutOfSync' },
				operationState: aSync(commit, {
					phase: 'Failed',
					message: invalid,
					syncResult: { resources: [{ kind: 'TrafficSplit', name: 'web', status: 'Synced' }, unknownKind] },
				}),
			},
		},
		kind: 'ApplyFailed',
		detail: /tasks are not valid; FailoverPolicy web: The Kubernetes API could not find [^;]*$/,
	},
	'a sync window, which shows nowhere': {
		written: { status: { sync: { status: 'OutOfSync', revision: commit } } },
		reach: compared,
		kind: 'Waiting',
		detail:
			/is OutOfSync, and has not synced the commit; a sync window of its AppProject would not show here$/,
	},
	'a commit it has not looked at, after a sync of an older one failed': {
		written: {
			status: {
				sync: { status: 'OutOfSync', revision: older },
				conditions: [{ type: 'SyncError', message: `Failed last sync attempt to [${older}]: ${invalid}` }],
				operationState: aSync(older, { phase: 'Failed', message: invalid }),
			},
		},
		reach: late,
		kind: 'NotFetched',
		detail: /has looked at commit ffff456789ab, and not at the commit yet$/,
	},
	'an operation that is only asked for': {
		written: {
			status: { sync: { status: 'OutOfSync', revision: commit }, health: {} },
			operation: { sync: { revision: commit }, initiatedBy: { automated: true } },
		},
		kind: 'Waiting',
		detail: /^Application argocd\/east has an operation under way$/,
	},
	'a first sync that is only asked for': {
		written: {
			status: { sync: { status: '' }, health: {} },
			operation: { sync: { revision: commit } },
		},
		reach: late,
		kind: 'NotFetched',
		detail: /has looked at nothing, and not at the commit yet$/,
	},
	'a branch that cannot be read': {
		written: {
			status: {
				sync: { status: 'Unknown', revision: 'main' },
				conditions: [{ type: 'ComparisonError', message: 'Failed to load target state' }],
				operationState: aSync(older, { phase: 'Succeeded' }),
			},
		},
		reach: late,
		kind: 'NotFetched',
		detail: /cannot compare: ComparisonError: Failed to load target state$/,
	},
	'a branch that cannot be read, after an edit was undone': {
		written: {
			status: {
				sync: { status: 'Synced', revision: older },
				operationState: aSync(older, { phase: 'Succeeded' }),
			},
		},
		reach: late,
		kind: 'NotFetched',
		detail: /has looked at commit ffff456789ab, and not at the commit yet$/,
	},
	'weights that are ignored': {
		written: {
			spec: {
				ignoreDifferences: [
					{
						group: 'split.smi-spec.io',
						kind: 'TrafficSplit',
						jqPathExpressions: ['.spec.backends[].weight'],
					},
				],
			},
			status: { sync: { status: 'Synced', revision: commit } },
		},
		kind: 'HeldOff',
		detail:
			/ignores differences of the weights \(spec\.ignoreDifferences\), so that a commit of weights alone/,
	},
	'an Application that somebody put aside': {
		written: { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } },
		kind: 'HeldOff',
		detail: /says argocd.argoproj.io\/skip-reconcile: true, so that Argo CD leaves it alone$/,
	},
	'one that says it is done': {
		written: { status: { sync: { status: 'Synced', revision: commit } } },
		kind: 'SaysApplied',
		detail: /says that it is synced to the commit, and other weights are live$/,
	},
};

for (const [what, { written, reach = seen, kind, detail }] of Object.entries(said)) {
	test(`${what} is named as what keeps a commit from going live`, (t) => {
		const application = anApplication('east', written);
		const [source] = application.sources;
		const { blocker } = viewApplication({ application, ...(source && { source }) }, reach);
		t.is(blocker?.kind, kind);
		t.regex(blocker?.detail ?? '', detail);
	});
}

test('weights that are ignored keep a commit from being applied, with the sync option and without', (t) => {
	const entry = { group: 'split.smi-spec.io', kind: 'TrafficSplit', jsonPointers: ['/spec/backends'] };
	const blockerOf = (syncOptions: readonly string[], ignored: object, manager?: string) => {
		const spec = { ignoreDifferences: [ignored], syncPolicy: { automated: {}, syncOptions } };
		const status = { sync: { status: 'Synced', revision: commit } };
		const application = anApplication('a', { spec, status });
		return viewApplication({ application }, { ...seen, manager }).blocker?.kind;
	};
	t.is(blockerOf([], entry), 'HeldOff');
	t.is(blockerOf(['RespectIgnoreDifferences=true'], entry), 'HeldOff');
	const ingress = {
		group: 'networking.k8s.io',
		kind: 'Ingress',
		jsonPointers: ['/spec/defaultBackend', '/spec/backends'],
	};
	t.is(blockerOf(['RespectIgnoreDifferences=true'], ingress), 'SaysApplied');
	const ours = { group: '*', kind: '*', managedFieldsManagers: ['spillway'] };
	t.is(blockerOf([], ours, 'spillway'), 'HeldOff');
	t.is(blockerOf([], ours, 'argocd-controller'), 'SaysApplied');
});

test('objects that failed are named once, the first of them', (t) => {
	const fail = (name: string, message = `no ${name}`) => ({ ...unknownKind, name, message });
	const messageOf = (message: string, resources: readonly object[]) =>
		anApplication('a', {
			status: { operationState: aSync(commit, { phase: 'Failed', message, syncResult: { resources } }) },
		}).operation?.message;
	t.is(messageOf('some failed: no a', [fail('a')]), 'some failed: no a');
	t.is(messageOf('', [fail('a'), fail('b', '')]), 'FailoverPolicy a: no a; FailoverPolicy b');
	t.is(
		messageOf(
			'5 failed',
			['a', 'b', 'c', 'd', 'e'].map((name) => fail(name)),
		),
		'5 failed; FailoverPolicy a: no a; FailoverPolicy b: no b; FailoverPolicy c: no c; and 2 more',
	);
});
