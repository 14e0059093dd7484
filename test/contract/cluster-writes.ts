import test, { type ExecutionContext } from 'ava';
import type { Cluster, KubernetesObject, Manifest, VersionedRef } from '../../src/model/ports/cluster.ts';
import { aNamespace, aSplit } from '../support/kubernetes-objects.ts';
import { splits } from '../support/watch-wire.ts';
import type { ClusterFixture } from './cluster.ts';

type Make = (t: ExecutionContext) => Promise<ClusterFixture>;

const { signal } = new AbortController();
const namespace = 'emojivoto';
const split: VersionedRef = { resource: splits.resource, namespace, name: 'emoji-svc', version: 'v1alpha2' };
const configMaps = { group: '', versions: ['v1'], plural: 'configmaps' };
const settings: VersionedRef = { resource: configMaps, namespace, name: 'settings', version: 'v1' };
const leases = { group: 'coordination.k8s.io', versions: ['v1'], plural: 'leases' };
const leader: VersionedRef = { resource: leases, namespace, name: 'leader', version: 'v1' };

/** Apply, create and replace, of what Spillway owns. */
export function writeContract(name: string, make: Make): void {
	applyContract(name, make);
	applyConflictContract(name, make);
	createContract(name, make);
	replaceContract(name, make);
}

function applyContract(name: string, make: Make): void {
	test(`${name}: apply: creates the object, then sets its fields`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		const created = await cluster.apply(split, splitManifest(1), signal);
		t.is(created.kind, 'written');
		const changed = await cluster.apply(split, splitManifest(7), signal);
		t.is(changed.kind, 'written');
		const live = await requireObject(cluster, split);
		t.deepEqual(live['spec'], splitManifest(7)['spec']);
		if (changed.kind === 'written') t.deepEqual(changed.object, live);
		const [entry, ...others] = live.metadata.managedFields ?? [];
		t.like(entry, { manager: 'spillway', operation: 'Apply' });
		t.deepEqual(others, []);
	});

	test(`${name}: apply: what is already there changes no version`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		await cluster.apply(split, splitManifest(1), signal);
		const before = await requireObject(cluster, split);
		t.is((await cluster.apply(split, splitManifest(1), signal)).kind, 'written');
		t.deepEqual(await requireObject(cluster, split), before);
	});

	test(`${name}: apply: what is applied no longer is taken away, what others wrote stays`, async (t) => {
		const { cluster, seed } = await makeNamespace(t, make);
		await seed(configMap({ theirs: '1' }));
		await cluster.apply(settings, configMap({ one: '1', two: '2' }), signal);
		await cluster.apply(settings, configMap({ two: '2' }), signal);
		t.deepEqual((await requireObject(cluster, settings))['data'], { theirs: '1', two: '2' });
	});
}

function applyConflictContract(name: string, make: Make): void {
	test(`${name}: apply: a field of another manager is a conflict that names both`, async (t) => {
		const { cluster, seed } = await makeNamespace(t, make);
		await seed(aSplit());
		const before = await requireObject(cluster, split);
		const outcome = await cluster.apply(split, splitManifest(7), signal);
		t.is(outcome.kind, 'conflict');
		const message = outcome.kind === 'conflict' ? outcome.message : '';
		t.regex(message, /conflict with "unknown" using split\.smi-spec\.io\/v1alpha2: \.spec\.backends/);
		t.deepEqual(await requireObject(cluster, split), before);
	});

	test(`${name}: apply: a stale version is a conflict`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		await cluster.apply(split, splitManifest(1), signal);
		const { resourceVersion } = (await requireObject(cluster, split)).metadata;
		await cluster.apply(split, splitManifest(2), signal);
		const outcome = await cluster.apply(split, splitManifest(3, { resourceVersion }), signal);
		t.is(outcome.kind, 'conflict');
	});

	test(`${name}: apply: the uid of an object that is gone is a conflict, and creates none`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		const uid = '11111111-1111-4111-8111-111111111111';
		t.is((await cluster.apply(split, splitManifest(1, { uid }), signal)).kind, 'conflict');
		t.is(await cluster.read(split, signal), undefined);
	});
}

function createContract(name: string, make: Make): void {
	test(`${name}: create: makes the object once`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		const created = await cluster.create(leader, lease('one'), signal);
		t.is(created.kind, 'written');
		const live = await requireObject(cluster, leader);
		if (created.kind === 'written') t.deepEqual(created.object, live);
		t.like(live.metadata.managedFields?.[0], { manager: 'spillway', operation: 'Update' });
		const again = await cluster.create(leader, lease('two'), signal);
		t.like(again, { kind: 'conflict' });
		t.deepEqual(await requireObject(cluster, leader), live);
	});

	test(`${name}: create: in a namespace that does not exist it is missing`, async (t) => {
		const { cluster } = await make(t);
		const nowhere = { ...configMap({}), metadata: { name: 'settings', namespace: 'nowhere' } };
		const outcome = await cluster.create({ ...settings, namespace: 'nowhere' }, nowhere, signal);
		t.is(outcome.kind, 'missing');
	});

	test(`${name}: create: what is not valid is refused`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		const endless = { ...lease('one'), spec: { holderIdentity: 'one', leaseDurationSeconds: 0 } };
		t.is((await cluster.create(leader, endless, signal)).kind, 'refused');
	});
}

function replaceContract(name: string, make: Make): void {
	test(`${name}: replace: of two with one version one wins`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		await cluster.create(leader, lease('one'), signal);
		const { resourceVersion } = (await requireObject(cluster, leader)).metadata;
		const outcomes = await Promise.all(
			['two', 'three'].map((holder) => cluster.replace(leader, lease(holder, { resourceVersion }), signal)),
		);
		t.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['conflict', 'written']);
	});

	test(`${name}: replace: leaves nothing of what was there`, async (t) => {
		const { cluster, seed } = await makeNamespace(t, make);
		await seed(configMap({ one: '1', two: '2' }));
		const { resourceVersion } = (await requireObject(cluster, settings)).metadata;
		const outcome = await cluster.replace(settings, configMap({ two: '3' }, { resourceVersion }), signal);
		t.is(outcome.kind, 'written');
		t.deepEqual((await requireObject(cluster, settings))['data'], { two: '3' });
	});

	test(`${name}: replace: a ConfigMap that does not exist is missing`, async (t) => {
		const { cluster } = await makeNamespace(t, make);
		const outcome = await cluster.replace(settings, configMap({}, { resourceVersion: '1' }), signal);
		t.is(outcome.kind, 'missing');
	});
}

async function makeNamespace(t: ExecutionContext, make: Make): Promise<ClusterFixture> {
	const fixture = await make(t);
	await fixture.seed(aNamespace());
	return fixture;
}

async function requireObject(cluster: Cluster, ref: VersionedRef): Promise<KubernetesObject> {
	const object = await cluster.read(ref, signal);
	if (object === undefined) throw new Error(`${ref.name} is gone`);
	return object;
}

interface Base {
	readonly uid?: string;
	readonly resourceVersion?: string;
}

function splitManifest(weight: number, base: Base = {}): Manifest {
	const { spec } = aSplit({ backends: { 'emoji-svc': weight, 'emoji-svc-west': 0 } });
	const metadata = { name: split.name, namespace, ...base };
	return { apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit', metadata, spec };
}

function configMap(data: Readonly<Record<string, string>>, base: Base = {}): Manifest {
	return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: settings.name, namespace, ...base }, data };
}

function lease(holderIdentity: string, base: Base = {}): Manifest {
	const renewTime = '2026-01-02T03:04:05.678901Z';
	const spec = { holderIdentity, leaseDurationSeconds: 15, renewTime, leaseTransitions: 0 };
	const metadata = { name: leader.name, namespace, ...base };
	return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}
