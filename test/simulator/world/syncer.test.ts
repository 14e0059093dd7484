import test, { type ExecutionContext } from 'ava';
import type { KubernetesObject } from '../../../src/model/ports/cluster.ts';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectKey, ObjectStore } from '../../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { runDeployments } from '../../../src/simulator/world/deployments.ts';
import { createSyncer, type SyncReport } from '../../../src/simulator/world/syncer.ts';
import { countReady } from '../../support/endpoint-slices.ts';
import {
	aDeployment,
	aNamespace,
	aService,
	aSplit,
	createObjects,
} from '../../support/kubernetes-objects.ts';
import { createTip, type Files, formatManifests } from '../../support/repository-tip.ts';

/** A cluster that runs `clusters/east` of a repository, looking once a minute. */
function startSyncer(t: ExecutionContext, files: Files, reachable = true) {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	const git = createTip(files);
	git.setReachable(reachable);
	const reports: SyncReport[] = [];
	const syncer = createSyncer({
		repository: git.repository,
		store,
		clock,
		folder: 'clusters/east',
		interval: 60_000,
		report: (report) => reports.push(report),
	});
	const stop = new AbortController();
	const run = syncer.run(stop.signal);
	t.teardown(() => stop.abort());
	return { clock, store, git, reports, syncer, stop, run };
}

const namespaceFile = { 'clusters/east/zz-namespace.yaml': formatManifests(aNamespace()) };
const splitKey: ObjectKey = {
	group: 'split.smi-spec.io',
	plural: 'trafficsplits',
	namespace: 'emojivoto',
	name: 'emoji-svc',
};
const deploymentKey: ObjectKey = { ...splitKey, group: 'apps', plural: 'deployments', name: 'emoji' };

function weightsOf(store: ObjectStore): unknown[] {
	const { spec } = store.get(splitKey) as KubernetesObject & {
		spec: { backends: readonly { weight: unknown }[] };
	};
	return spec.backends.map(({ weight }) => weight);
}

function patchWeights(store: ObjectStore, ...weights: readonly number[]): void {
	const operations = weights.map((value, index) => ({
		op: 'replace',
		path: `/spec/backends/${index}/weight`,
		value,
	}));
	store.patch(splitKey, 'application/json-patch+json', operations);
}

test('the first round applies what the folder declares, namespaces first', async (t) => {
	const { clock, store, git, reports } = startSyncer(t, {
		'clusters/east/emoji.yaml': formatManifests(aService(), aDeployment(), aSplit()),
		...namespaceFile,
		'clusters/west/emoji.yaml': formatManifests(aService({ metadata: { name: 'not-here' } })),
	});
	await clock.advance(0);
	t.deepEqual(reports, [
		{
			commit: await git.repository.refresh(AbortSignal.abort()),
			at: clock.now(),
			applied: [
				'Namespace emojivoto',
				'Service emojivoto/emoji-svc',
				'Deployment emojivoto/emoji',
				'TrafficSplit emojivoto/emoji-svc',
			],
			problems: [],
		},
	]);
	t.deepEqual(weightsOf(store), [1, 0]);
	t.is(store.list({ group: '', plural: 'services' }).items.length, 1);
});

test('a commit goes live at the end of the interval, or at once with a nudge', async (t) => {
	const { clock, store, git, reports, syncer } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/split.yaml': formatManifests(aSplit()),
	});
	await clock.advance(0);
	const second = git.commit({ ...namespaceFile, 'clusters/east/split.yaml': formatManifests(shifted) });
	await clock.advance(59_999);
	t.deepEqual(weightsOf(store), [1, 0]);
	await clock.advance(1);
	t.deepEqual(weightsOf(store), [0, 1]);
	t.is(reports.at(-1)?.commit, second);
	git.commit({ ...namespaceFile, 'clusters/east/split.yaml': formatManifests(aSplit()) });
	syncer.nudge();
	await clock.advance(0);
	t.deepEqual(weightsOf(store), [1, 0]);
});

const shifted = aSplit({ backends: { 'emoji-svc': 0, 'emoji-svc-west': 1 } });

test('drift is reverted in the next round, and reported as applied', async (t) => {
	const { clock, store, reports } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/split.yaml': formatManifests(aSplit()),
	});
	await clock.advance(0);
	patchWeights(store, 0, 1);
	await clock.advance(60_000);
	t.deepEqual(weightsOf(store), [1, 0]);
	t.deepEqual(
		reports.map(({ applied }) => applied.length),
		[2, 1],
	);
	t.deepEqual(reports[1]?.applied, ['TrafficSplit emojivoto/emoji-svc']);
});

test('fields that the manifest leaves out stay', async (t) => {
	const { clock, store } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/split.yaml': formatManifests(aSplit()),
	});
	await clock.advance(0);
	const annotations = { 'example.com/note': 'by hand' };
	store.patch(splitKey, 'application/merge-patch+json', { metadata: { annotations } });
	await clock.advance(60_000);
	t.deepEqual(store.get(splitKey).metadata.annotations, annotations);
});

test('a round without difference writes nothing', async (t) => {
	const { clock, store, reports } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/all.yaml': formatManifests(
			aService(),
			aDeployment({ replicas: 2 }),
			aSplit({ version: 'v1alpha1', backends: { 'emoji-svc': '500m', 'emoji-svc-west': 0 } }),
		),
	});
	await clock.advance(0);
	const before = store.resourceVersion();
	await clock.advance(600_000);
	t.is(store.resourceVersion(), before);
	t.is(reports.length, 11);
	t.deepEqual(
		reports.slice(1).filter(({ applied, problems }) => applied.length + problems.length > 0),
		[],
	);
});

const scaled: readonly { replicas?: number; survives: boolean }[] = [
	{ survives: true },
	{ replicas: 3, survives: false },
];

for (const { replicas, survives } of scaled) {
	test(`scaling a Deployment by hand ${survives ? 'survives' : 'is reverted'} with replicas ${replicas} in Git`, async (t) => {
		const manifest = replicas === undefined ? aDeployment() : aDeployment({ replicas });
		const { clock, store, stop } = startSyncer(t, {
			...namespaceFile,
			'clusters/east/emoji.yaml': formatManifests(aService(), manifest),
		});
		void runDeployments(store, clock, {}, stop.signal);
		await clock.advance(0);
		t.is(countReady(store), replicas ?? 1);
		store.patch(deploymentKey, 'application/merge-patch+json', { spec: { replicas: 0 } });
		await clock.advance(60_000);
		t.is(countReady(store), survives ? 0 : replicas);
	});
}

test('what cannot be applied is reported in every round, and the rest applied', async (t) => {
	const odd = aSplit({ metadata: { name: 'odd' }, backends: { 'emoji-svc': 'heavy' } });
	const lost = aService({ metadata: { namespace: 'nowhere' } });
	const { clock, store, reports } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/a-broken.yaml': 'spec: [1, 2\n',
		'clusters/east/b-refused.yaml': formatManifests(odd, lost, aSplit()),
	});
	await clock.advance(60_000);
	t.deepEqual(weightsOf(store), [1, 0]);
	t.deepEqual(reports[1]?.problems, reports[0]?.problems);
	const [unreadable, refused, homeless, ...others] = reports[1]?.problems ?? [];
	t.regex(unreadable ?? '', /^clusters\/east\/a-broken\.yaml: /);
	t.regex(refused ?? '', /b-refused\.yaml: TrafficSplit emojivoto\/odd: .*spec\.backends\[0\]\.weight/);
	t.regex(homeless ?? '', /b-refused\.yaml: Service nowhere\/emoji-svc: .*"nowhere" not found/);
	t.deepEqual(others, []);
});

test('while Git is down the last commit stays in force, and drift is still reverted', async (t) => {
	const { clock, store, git, reports, syncer } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/split.yaml': formatManifests(aSplit()),
	});
	await clock.advance(0);
	git.setReachable(false);
	patchWeights(store, 0, 1);
	await clock.advance(60_000);
	t.deepEqual(weightsOf(store), [1, 0]);
	t.is(reports[1]?.commit, reports[0]?.commit);
	t.regex(reports[1]?.problems[0] ?? '', /E_GIT_UNREACHABLE no route to host/);
	git.setReachable(true);
	syncer.nudge();
	await clock.advance(0);
	t.deepEqual(reports[2]?.problems, []);
});

test('a repository that was never reached leaves the cluster alone until it answers', async (t) => {
	const files = { ...namespaceFile, 'clusters/east/split.yaml': formatManifests(aSplit()) };
	const { clock, store, git, reports } = startSyncer(t, files, false);
	await clock.advance(0);
	t.is(reports[0]?.commit, undefined);
	t.deepEqual(store.list({ group: splitKey.group, plural: splitKey.plural }).items, []);
	git.setReachable(true);
	await clock.advance(60_000);
	t.deepEqual(weightsOf(store), [1, 0]);
});

test('an object that is told to be left alone is, and the round reads as fine', async (t) => {
	const { clock, store, git, reports, syncer } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/split.yaml': formatManifests(aSplit()),
	});
	await clock.advance(0);
	const annotations = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
	store.patch(splitKey, 'application/merge-patch+json', { metadata: { annotations } });
	git.commit({ ...namespaceFile, 'clusters/east/split.yaml': formatManifests(shifted) });
	syncer.nudge();
	await clock.advance(0);
	t.deepEqual(weightsOf(store), [1, 0]);
	t.deepEqual(reports[1]?.problems, []);
});

test('once aborted it ends and applies no more', async (t) => {
	const { clock, store, git, syncer, stop, run } = startSyncer(t, namespaceFile);
	await clock.advance(0);
	stop.abort();
	await run;
	git.commit({ ...namespaceFile, 'clusters/east/split.yaml': formatManifests(aSplit()) });
	syncer.nudge();
	await clock.advance(120_000);
	t.deepEqual(store.list({ group: splitKey.group, plural: splitKey.plural }).items, []);
});

test('objects that exist already are taken over', async (t) => {
	const { clock, store } = startSyncer(t, {
		...namespaceFile,
		'clusters/east/split.yaml': formatManifests(shifted),
	});
	createObjects(store, aNamespace(), aSplit());
	await clock.advance(0);
	t.deepEqual(weightsOf(store), [0, 1]);
});
