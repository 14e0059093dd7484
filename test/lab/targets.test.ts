// What Spillway writes to a real API server by policies from Git, for each kind of target.
import test, { type ExecutionContext } from 'ava';
import { createLifetime } from '../../src/cli/demo/lifetime.ts';
import { aSplit, type NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import { collectionPath } from './collection-path.ts';
import { createObject } from './create-object.ts';
import { declareRoute, routes } from './declare-route.ts';
import type { ObjectHistory } from './object-history.ts';
import { onLab } from './on-lab.ts';
import { apiParts } from './parts.ts';
import { formatLines } from './run-process.ts';
import { formatSplit } from './split-weights.ts';
import { type OpenStage, setTargetsStage, type TargetsStage, writers } from './targets-stage.ts';

const splits = { apiVersion: 'split.smi-spec.io/v1alpha2', plural: 'trafficsplits' };
const ownedTarget = 'name: web, ownership: Owned, apex: web';

await onLab({ names: ['east'], parts: apiParts }, (find) => {
	const lifetime = createLifetime(new AbortController().signal);
	let stage: TargetsStage | undefined;
	test.serial.before('real: Spillway starts', async (t) => {
		t.timeout(60_000);
		stage = await setTargetsStage(find('east'), lifetime);
	});
	test.serial.after.always('real: Spillway ends', () => lifetime.end());
	const open = (t: ExecutionContext): TargetsStage => {
		const opened = stage;
		if (opened === undefined) throw new Error('Spillway was not started');
		t.timeout(90_000);
		t.teardown(() => {
			if (!t.passed) t.log(formatLines(opened.run.lines));
		});
		return opened;
	};
	for (const route of routes) declareRoute(open, route);
	declareOwned(open);
	for (const ownership of ['Adopted', 'Owned'] as const) declareContest(open, ownership);
	declareRefusal(open);
	declareHome(open);
});

/** The weights a split had, one entry for each write. */
function weightsIn(history: ObjectHistory, name: string = 'web'): readonly string[] {
	return history.of(name).map(({ kind, object }) => (kind === 'DELETED' ? 'gone' : formatSplit(object)));
}

function declareOwned(open: OpenStage): void {
	test('real: an owned TrafficSplit is made by server-side apply, made again, and follows its policy', async (t) => {
		const stage = open(t);
		const namespace = 'owned';
		await stage.furnish(namespace);
		const history = await stage.record(t, { ...splits, namespace });
		await stage.commitPolicy({ namespace, target: ownedTarget });
		const reach = (weights: string) => history.until(() => weightsIn(history).at(-1) === weights);
		await reach('1/0');
		const made = history.of('web')[0]?.object;
		t.deepEqual(made?.metadata.labels, { 'app.kubernetes.io/managed-by': 'spillway' });
		t.deepEqual(made?.metadata.annotations, {
			'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
			'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
			'spillway.dev/policy': 'owned/web',
		});
		t.deepEqual(writers(made), ['spillway Apply']);
		await stage.setReady(namespace, false);
		await reach('0/1');
		t.deepEqual(writers(history.of('web').at(-1)?.object), ['spillway Apply']);

		const path = `${collectionPath({ ...splits, namespace })}/web`;
		await stage.access.call({ method: 'DELETE', path });
		await history.until(() => weightsIn(history).length === 4);
		await stage.setReady(namespace, true);
		await reach('1/0');
		t.deepEqual(weightsIn(history), ['1/0', '0/1', 'gone', '0/1', '1/0']);

		await stage.commitPolicy({ namespace, target: ownedTarget, more: ['more'] });
		await reach('1/0/0');
		const manifest = aSplit({
			metadata: { name: 'web', namespace },
			service: 'web',
			backends: { web: 3, spare: 4 },
		});
		await applyObject(stage.access, manifest, { manager: 'somebody', plural: 'trafficsplits' });
		await history.until(() => weightsIn(history).slice(-2).join(' ') === '3/4 1/0/0');
		const last = history.of('web').at(-1)?.object;
		t.deepEqual(last?.metadata.labels, made?.metadata.labels);
		t.is(history.of('web').length, 8);
	});
}

function declareContest(open: OpenStage, ownership: 'Adopted' | 'Owned'): void {
	test(`real: ${ownership}: weights that kustomize-controller undoes are put right three times, then it is named and left alone`, async (t) => {
		const stage = open(t);
		const namespace = `contested-${ownership.toLowerCase()}`;
		await stage.furnish(namespace);
		const history = await stage.record(t, { ...splits, namespace });
		const events = await stage.record(t, { apiVersion: 'v1', plural: 'events', namespace });
		const manifest = aSplit({
			metadata: { name: 'web', namespace },
			service: 'web',
			backends: { web: 1, spare: 0 },
		});
		const undo = () =>
			applyObject(stage.access, manifest, { manager: 'kustomize-controller', plural: 'trafficsplits' });
		if (ownership === 'Adopted') await undo();
		await stage.commitPolicy({ namespace, target: ownership === 'Owned' ? ownedTarget : 'name: web' });
		const reach = (weights: string) => history.until(() => weightsIn(history).at(-1) === weights);
		await reach('1/0');
		await stage.setReady(namespace, false);
		await reach('0/1');
		for (let round = 1; round <= 3; round += 1) {
			await undo();
			await history.until(() => weightsIn(history).length === 2 + 2 * round);
		}
		await undo();
		await history.until(() => weightsIn(history).length === 9);
		const told = () => events.changes.find(({ object }) => object['reason'] === 'Contested')?.object;
		await events.until(() => told() !== undefined);
		t.is(told()?.['type'], 'Warning');
		t.regex(
			String(told()?.['message']),
			/kustomize-controller undid the decided weights 3 times; .*Kustomization/,
		);

		// New passes on the same quarrel write nothing.
		const policy = `${namespace}/web`;
		const said = (message: RegExp, count: number) => {
			let seen = 0;
			return stage.run.until((line) => {
				if (line.policy === policy && message.test(line.message + (line.reasons ?? ''))) seen += 1;
				return seen === count;
			});
		};
		await stage.setReady(namespace, true);
		await said(/^holding.*weights are right/, 2);
		await stage.setReady(namespace, false);
		await said(/^contested/, 2);
		t.deepEqual(weightsIn(history), ['1/0', '0/1', '1/0', '0/1', '1/0', '0/1', '1/0', '0/1', '1/0']);
	});
}

function declareRefusal(open: OpenStage): void {
	test('real: a TrafficSplit that a Flagger Canary owns is refused by name, and others still move', async (t) => {
		const stage = open(t);
		for (const namespace of ['canary', 'beside']) {
			await stage.furnish(namespace);
			const canary = {
				apiVersion: 'flagger.app/v1beta1',
				kind: 'Canary',
				name: 'web',
				uid: 'c0ffee',
				controller: true,
			};
			const split = aSplit({
				metadata: { name: 'web', namespace },
				service: 'web',
				backends: { web: 1, spare: 0 },
			});
			const ownerReferences = namespace === 'canary' ? [canary] : [];
			const metadata: NewObject['metadata'] = { ...split.metadata, ...{ ownerReferences } };
			await createObject(stage.access, { ...split, metadata });
			await stage.commitPolicy({ namespace, target: 'name: web' });
		}
		const reason = /belongs to Canary web/;
		await stage.run.until(
			({ policy, reasons = [] }) => policy === 'canary/web' && reason.test(reasons.join()),
		);
		const [canary, beside] = [
			await stage.record(t, { ...splits, namespace: 'canary' }),
			await stage.record(t, { ...splits, namespace: 'beside' }),
		];
		for (const namespace of ['canary', 'beside']) await stage.setReady(namespace, false);
		await beside.until(() => weightsIn(beside).at(-1) === '0/1');
		t.deepEqual(weightsIn(canary), ['1/0']);
	});
}

function declareHome(open: OpenStage): void {
	test('real: Lease and ledger are in the home cluster’s namespace, and the ledger tells of a failover', async (t) => {
		const stage = open(t);
		const namespace = 'kept';
		await stage.furnish(namespace);
		const record = (apiVersion: string, plural: string) =>
			stage.record(t, { apiVersion, plural, namespace: 'spillway' });
		const [leases, maps] = [
			await record('coordination.k8s.io/v1', 'leases'),
			await record('v1', 'configmaps'),
		];
		await leases.until(() => leases.of('spillway-east').length > 0);
		t.regex(JSON.stringify(leases.of('spillway-east').at(-1)?.object['spec']), /"holderIdentity":"[^"]+"/);
		await stage.commitPolicy({ namespace, target: ownedTarget });
		await stage.setReady(namespace, false);
		const ledger = () => JSON.stringify(maps.of('spillway-east-ledger').at(-1)?.object ?? {});
		await maps.until(() => ledger().includes('kept/web'));
		t.pass();
	});
}
