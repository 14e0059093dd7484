import test, { type ExecutionContext } from 'ava';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectKey } from '../../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { createFlux } from '../../../src/simulator/world/flux.ts';
import { gitRepositoryKey, kustomizationKey } from '../../../src/simulator/world/flux-status.ts';
import { aNamespace, aSplit } from '../../support/kubernetes-objects.ts';
import { createTip, formatManifests } from '../../support/repository-tip.ts';
import { weightOf } from '../../support/split-cluster.ts';

const name = { namespace: 'flux-system', name: 'apps' };
const source = gitRepositoryKey(name);
const kustomization = kustomizationKey(name);
const split = {
	group: 'split.smi-spec.io',
	plural: 'trafficsplits',
	namespace: 'emojivoto',
	name: 'emoji-svc',
};
const before = {
	'clusters/east/a.yaml': formatManifests(aNamespace()),
	'clusters/east/b.yaml': formatManifests(aSplit()),
};
const after = {
	...before,
	'clusters/east/b.yaml': formatManifests(aSplit({ backends: { 'emoji-svc': 0, 'emoji-svc-west': 1 } })),
};

/** A Flux that looks once an hour. */
async function startFlux(t: ExecutionContext) {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	const git = createTip(before);
	const flux = createFlux({
		repository: git.repository,
		store,
		clock,
		folder: 'clusters/east',
		interval: 3_600_000,
		report: () => undefined,
		...name,
	});
	const life = new AbortController();
	t.teardown(() => life.abort());
	void flux.run(life.signal);
	await clock.advance(0);
	const status = (key: ObjectKey) =>
		(store.get(key)['status'] ?? {}) as {
			readonly artifact?: { readonly revision: string };
			readonly lastAppliedRevision?: string;
			readonly lastAttemptedRevision?: string;
			readonly lastHandledReconcileAt?: string;
			readonly conditions?: readonly {
				readonly status: string;
				readonly reason: string;
				readonly message: string;
			}[];
		};
	const patch = (key: ObjectKey, body: object) => store.patch(key, 'application/merge-patch+json', body);
	const ask = async (key: ObjectKey, at: string) => {
		patch(key, { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } });
		await clock.advance(0);
	};
	return { clock, store, git, status, patch, ask, weight: () => weightOf(store.get(split)) };
}

test('both objects say what was fetched and applied', async (t) => {
	const { git, status, weight } = await startFlux(t);
	const revision = `main@sha1:${await git.repository.refresh(new AbortController().signal)}`;
	t.is(status(source).artifact?.revision, revision);
	t.like(status(kustomization), { lastAppliedRevision: revision, lastAttemptedRevision: revision });
	t.like(status(kustomization).conditions?.[0], { status: 'True', reason: 'ReconciliationSucceeded' });
	t.is(weight(), 1);
});

test('a nudge of the source fetches, and a new artifact is applied at once; one of the Kustomization fetches nothing', async (t) => {
	const { git, ask, weight, status } = await startFlux(t);
	git.commit(after);
	await ask(kustomization, 'first');
	t.is(weight(), 1);
	t.is(status(kustomization).lastHandledReconcileAt, 'first');
	await ask(source, 'second');
	t.is(weight(), 0);
	t.is(status(source).lastHandledReconcileAt, 'second');
});

test('a paused Kustomization says that it was asked, and applies nothing until it goes on', async (t) => {
	const { git, ask, patch, weight, status, clock } = await startFlux(t);
	patch(kustomization, { spec: { suspend: true } });
	git.commit(after);
	await ask(source, 'first');
	await ask(kustomization, 'second');
	t.is(status(kustomization).lastHandledReconcileAt, 'second');
	t.is(status(kustomization).conditions?.[0]?.status, 'True');
	t.is(weight(), 1);
	patch(kustomization, { spec: { suspend: false } });
	await clock.advance(0);
	t.is(weight(), 0);
});

test('while Git is down the source is not ready, and the old artifact is applied as ever', async (t) => {
	const { git, ask, status, store, weight } = await startFlux(t);
	git.setReachable(false);
	store.patch(split, 'application/json-patch+json', [
		{ op: 'replace', path: '/spec/backends/0/weight', value: 7 },
	]);
	await ask(source, 'first');
	t.like(status(source).conditions?.[0], { status: 'False', reason: 'GitOperationFailed' });
	await ask(kustomization, 'second');
	t.is(status(kustomization).conditions?.[0]?.status, 'True');
	t.is(weight(), 1);
});

test('a file that cannot be read keeps the whole folder from being applied', async (t) => {
	const { git, ask, status, weight } = await startFlux(t);
	git.commit({ ...after, 'clusters/east/c.yaml': 'kind: [\n' });
	await ask(source, 'first');
	t.is(weight(), 1);
	t.like(status(kustomization).conditions?.[0], { status: 'False', reason: 'BuildFailed' });
	t.not(status(kustomization).lastAttemptedRevision, status(kustomization).lastAppliedRevision);
	git.commit(after);
	await ask(source, 'second');
	t.is(weight(), 0);
});
