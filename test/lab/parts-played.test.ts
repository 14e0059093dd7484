// The parts that the lab plays itself, on real API servers: linkerd-smi, Linkerd's service mirror, the scheduler.
import test, { type ExecutionContext } from 'ava';
import type { KubernetesObject, Resource } from '../../src/model/ports/cluster.ts';
import { createGateway } from '../../src/simulator/world/gateway.ts';
import { aDeployment, aNamespace, aService, aSplit, type NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import { createObject } from './create-object.ts';
import { type AttachedLab, attachLab } from './held-lab.ts';
import { type OpenCluster, openCluster } from './open-cluster.ts';
import { findParts, missingParts, workloadParts } from './parts.ts';
import { runScheduler } from './scheduler.ts';
import { runServiceMirror } from './service-mirror.ts';
import { createSmiAdaptor } from './smi-adaptor.ts';

const parts = await findParts(workloadParts, process.env);
const missing = missingParts(workloadParts, parts);
let lab: AttachedLab | undefined;

if (missing.length > 0) {
	test('the parts that the lab plays are left out', (t) => {
		t.log(`The tests on real controllers are left out: no ${missing.join(', no ')}`);
		t.true(missing.length > 0);
	});
} else {
	test.before('real: the lab starts', async (t) => {
		t.timeout(90_000);
		lab = await attachLab({ names: ['east', 'west'], parts, controllers: true });
	});
	test.after.always('real: the lab ends', () => lab?.stop());
	describeAdaptor();
	describeMirror();
}

/** A cluster of the lab, and what ends with the test. */
async function open(t: ExecutionContext, name: string): Promise<OpenCluster> {
	const facts = lab?.clusters.find((each) => each.name === name);
	if (facts === undefined) throw new Error(`no cluster ${name}`);
	const cluster = await openCluster(facts);
	t.teardown(cluster.close);
	return cluster;
}

function start(t: ExecutionContext, run: (signal: AbortSignal) => Promise<void>): void {
	const stop = new AbortController();
	const ended = run(stop.signal);
	t.teardown(() => {
		stop.abort();
		return ended;
	});
}

const profiles: Resource = { group: 'linkerd.io', versions: ['v1alpha2'], plural: 'serviceprofiles' };
const slices: Resource = { group: 'discovery.k8s.io', versions: ['v1'], plural: 'endpointslices' };
const core = (plural: string): Resource => ({ group: '', versions: ['v1'], plural });

interface Look {
	readonly cluster: OpenCluster;
	readonly resource: Resource;
	readonly namespace: string;
}

/** Watches until the objects of the namespace, by name, are as wanted; then what they are. */
async function until(
	{ cluster, resource, namespace }: Look,
	isWanted: (objects: ReadonlyMap<string, KubernetesObject>) => boolean,
): Promise<ReadonlyMap<string, KubernetesObject>> {
	const objects = new Map<string, KubernetesObject>();
	const done = new AbortController();
	const signal = AbortSignal.any([done.signal, AbortSignal.timeout(20_000)]);
	let listed = false;
	const look = () => {
		if (listed && isWanted(objects)) done.abort();
	};
	await cluster.watch(
		{
			resource,
			onListed() {
				listed = true;
				look();
			},
			onObject(object) {
				if (object.metadata.namespace !== namespace || done.signal.aborted) return;
				objects.set(object.metadata.name, object);
				look();
			},
			onGone(key) {
				if (!done.signal.aborted) objects.delete(key.slice(key.indexOf('/') + 1));
				look();
			},
		},
		signal,
	);
	if (!done.signal.aborted) throw new Error(`not seen in ${namespace}: ${JSON.stringify([...objects])}`);
	return objects;
}

function overridesOf(objects: ReadonlyMap<string, KubernetesObject>, name: string): unknown {
	return (objects.get(name)?.['spec'] as { readonly dstOverrides?: unknown } | undefined)?.dstOverrides;
}

function describeAdaptor(): void {
	const profile = (namespace: string) => `emoji-svc.${namespace}.svc.cluster.local`;
	const remove = ({ access }: OpenCluster, namespace: string) =>
		access.call({
			method: 'DELETE',
			path: `/apis/split.smi-spec.io/v1alpha1/namespaces/${namespace}/trafficsplits/emoji-svc`,
		});
	const splitIn = (namespace: string, weights: Readonly<Record<string, number>>) =>
		aSplit({ version: 'v1alpha1', metadata: { namespace }, backends: weights });
	const write = ({ access }: OpenCluster, split: NewObject) =>
		applyObject(access, split, { manager: 'test', plural: 'trafficsplits' });

	test('real: a split becomes a ServiceProfile, follows it, and leaves it without overrides', async (t) => {
		const namespace = 'adaptor';
		const east = await open(t, 'east');
		start(t, createSmiAdaptor(east).run);
		const look = { cluster: east, resource: profiles, namespace };
		await createObject(east.access, aNamespace(namespace));
		await write(east, splitIn(namespace, { 'emoji-svc': 1, 'emoji-svc-west': 0 }));
		const made = await until(look, (all) => all.has(profile(namespace)));
		const authority = (service: string) => `${service}.${namespace}.svc.cluster.local`;
		t.deepEqual(overridesOf(made, profile(namespace)), [
			{ authority: authority('emoji-svc'), weight: 1 },
			{ authority: authority('emoji-svc-west'), weight: 0 },
		]);
		const field = { apiVersion: 'linkerd.io/v1alpha2', kind: 'ServiceProfile' };
		const metadata = { name: profile(namespace), namespace };
		await applyObject(
			east.access,
			{ ...field, metadata, spec: { opaquePorts: ['25'] } },
			{ manager: 'test', plural: 'serviceprofiles' },
		);
		await write(east, splitIn(namespace, { 'emoji-svc': 0, 'emoji-svc-west': 1 }));
		const moved = await until(look, (all) =>
			JSON.stringify(overridesOf(all, profile(namespace)))?.includes('"weight":0},'),
		);
		t.like(moved.get(profile(namespace)), { spec: { opaquePorts: ['25'] } }, 'other fields stay');
		await remove(east, namespace);
		const left = await until(look, (all) => all.size > 0 && !overridesOf(all, profile(namespace)));
		t.true(left.has(profile(namespace)), 'the profile stays');
	});

	test('real: an adaptor that stalls catches up; a skipped profile it leaves alone', async (t) => {
		const namespace = 'stalled';
		// The other test's adaptor looks after all of east.
		const west = await open(t, 'west');
		const adaptor = createSmiAdaptor(west);
		start(t, adaptor.run);
		const look = { cluster: west, resource: profiles, namespace };
		await createObject(west.access, aNamespace(namespace));
		const skipped = 'voting-svc.stalled.svc.cluster.local';
		await createObject(west.access, {
			apiVersion: 'linkerd.io/v1alpha2',
			kind: 'ServiceProfile',
			metadata: { name: skipped, namespace, annotations: { 'smi.linkerd.io/skip': 'true' } },
			spec: {},
		});
		adaptor.stall();
		await write(west, aSplit({ metadata: { namespace, name: 'voting' }, service: 'voting-svc' }));
		await write(west, splitIn(namespace, { 'emoji-svc': 1 }));
		const listed = await until(look, (all) => all.size > 0);
		t.deepEqual([...listed.keys()], [skipped]);
		adaptor.resume();
		const caughtUp = await until(look, (all) => all.has(profile(namespace)));
		t.is(overridesOf(caughtUp, skipped), undefined);
	});
}

function describeMirror(): void {
	test('real: a mirror follows its Service, the gateway and the exports; its Lease is renewed', async (t) => {
		t.timeout(90_000);
		const namespace = 'mirrored';
		const [east, west] = [await open(t, 'east'), await open(t, 'west')];
		for (const { access } of [east, west]) await createObject(access, aNamespace(namespace));
		const gateway = createGateway('172.18.0.20');
		start(t, (signal) => runServiceMirror({ local: east, remote: west, gateway }, signal));
		start(t, (signal) => runScheduler(west, signal));

		const labels = { 'mirror.linkerd.io/exported': 'true' };
		await createObject(west.access, aService({ metadata: { namespace, labels } }));
		const services = await until(
			{ cluster: east, resource: core('services'), namespace },
			(all) => all.size > 0,
		);
		const mirror = services.get('emoji-svc-west')?.metadata;
		t.is(mirror?.labels?.['mirror.linkerd.io/cluster-name'], 'west');
		t.is(
			mirror?.annotations?.['mirror.linkerd.io/remote-svc-fq-name'],
			'emoji-svc.mirrored.svc.cluster.local',
		);

		const look = { cluster: east, resource: slices, namespace };
		const states = (all: ReadonlyMap<string, KubernetesObject>) =>
			[...all.values()].flatMap(({ endpoints }) =>
				((endpoints ?? []) as { conditions: { ready: boolean } }[]).map(({ conditions }) => conditions.ready),
			);
		await createObject(west.access, aDeployment({ metadata: { namespace } }));
		const [slice] = (await until(look, (all) => states(all).join() === 'true')).values();
		t.is(slice?.metadata.labels?.['kubernetes.io/service-name'], 'emoji-svc-west');
		t.is(slice?.metadata.annotations?.['mirror.linkerd.io/remote-gateway-identity'], gateway.identity);
		t.like(slice, { endpoints: [{ addresses: ['172.18.0.20'] }] });

		gateway.set(false);
		await until(look, (all) => states(all).join() === 'false');
		gateway.set(true);
		await until(look, (all) => states(all).join() === 'true');
		await west.access.call({
			method: 'PATCH',
			path: `/apis/apps/v1/namespaces/${namespace}/deployments/emoji/scale`,
			mediaType: 'application/merge-patch+json',
			text: JSON.stringify({ spec: { replicas: 0 } }),
		});
		await until(look, (all) => states(all).length === 0);

		const lease = 'service-mirror-write-west';
		const renewals = new Set<unknown>();
		const place = { group: 'coordination.k8s.io', versions: ['v1'], plural: 'leases' };
		await until({ cluster: east, resource: place, namespace: 'linkerd-multicluster' }, (all) => {
			const renewTime = (all.get(lease)?.['spec'] as { renewTime?: string } | undefined)?.renewTime;
			if (renewTime !== undefined) renewals.add(renewTime);
			return renewals.size > 1;
		});

		await west.access.call({
			method: 'DELETE',
			path: `/api/v1/namespaces/${namespace}/services/emoji-svc`,
		});
		const seen = { cluster: east, resource: core('services'), namespace };
		await t.notThrowsAsync(until(seen, (all) => all.size === 0));
	});
}
