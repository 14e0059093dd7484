import test, { type ExecutionContext } from 'ava';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { runDeployments } from '../../../src/simulator/world/deployments.ts';
import { createGateway } from '../../../src/simulator/world/gateway.ts';
import { runServiceMirror } from '../../../src/simulator/world/service-mirror.ts';
import { countReady, endpointsOf, slicesOf } from '../../support/endpoint-slices.ts';
import {
	aDeployment,
	aNamespace,
	aService,
	aSplit,
	createObjects,
} from '../../support/kubernetes-objects.ts';

/** Deployments of emojivoto, and the Service before each: the vote bot has none. */
const emojivoto: readonly { readonly deployment: string; readonly service?: string }[] = [
	{ deployment: 'emoji', service: 'emoji-svc' },
	{ deployment: 'voting', service: 'voting-svc' },
	{ deployment: 'web', service: 'web-svc' },
	{ deployment: 'vote-bot' },
];

/** The multicluster failover workshop: emojivoto in both clusters, linked both ways, the split in east. */
async function startWorkshop(t: ExecutionContext) {
	const clock = createVirtualClock();
	const [east, west] = [createObjectStore(clock), createObjectStore(clock)];
	const gateways = { east: createGateway('172.18.0.10'), west: createGateway('172.18.0.20') };
	const stop = new AbortController();
	t.teardown(() => stop.abort());
	for (const cluster of [east, west]) {
		installEmojivoto(cluster);
		void runDeployments(cluster, clock, { startup: 2_000 }, stop.signal);
	}
	const fromWest = { local: east, remote: west, clusterName: 'west', gateway: gateways.west };
	const fromEast = { local: west, remote: east, clusterName: 'east', gateway: gateways.east };
	void runServiceMirror(fromWest, clock, stop.signal);
	void runServiceMirror(fromEast, clock, stop.signal);
	createObjects(east, aSplit());
	await clock.advance(2_000);
	return { clock, east, west, gateways };
}

function installEmojivoto(cluster: ObjectStore): void {
	createObjects(cluster, aNamespace());
	for (const { deployment, service } of emojivoto) {
		const app = service ?? deployment;
		createObjects(cluster, aDeployment({ metadata: { name: deployment }, app, replicas: 1 }));
		if (service === undefined) continue;
		const labels: Record<string, string> =
			service === 'emoji-svc' ? { 'mirror.linkerd.io/exported': 'true' } : {};
		createObjects(cluster, aService({ metadata: { name: service, labels }, spec: { selector: { app } } }));
	}
}

function scaleEmoji(cluster: ObjectStore, replicas: number): void {
	const key = { group: 'apps', plural: 'deployments', namespace: 'emojivoto', name: 'emoji' };
	cluster.patch(key, 'application/merge-patch+json', { spec: { replicas } });
}

/** Ready endpoints by Service; `undefined` where a Service has no slice. */
function survey(cluster: ObjectStore): Record<string, number | undefined> {
	const services = cluster.list({ group: '', plural: 'services' }).items;
	return Object.fromEntries(services.map(({ metadata: { name } }) => [name, countReady(cluster, name)]));
}

test('both clusters come up with one ready endpoint everywhere, mirrors included', async (t) => {
	const { east, west } = await startWorkshop(t);
	const local = { 'emoji-svc': 1, 'voting-svc': 1, 'web-svc': 1 };
	t.deepEqual(survey(east), { ...local, 'emoji-svc-west': 1 });
	t.deepEqual(survey(west), { ...local, 'emoji-svc-east': 1 });
});

test('emoji scaled to 0 in east: its slice is empty, the mirror of west stays ready', async (t) => {
	const { clock, east, west } = await startWorkshop(t);
	scaleEmoji(east, 0);
	await clock.advance(0);
	t.deepEqual(survey(east), { 'emoji-svc': 0, 'voting-svc': 1, 'web-svc': 1, 'emoji-svc-west': 1 });
	t.is(slicesOf(east)[0]?.endpoints, null);
	t.is(countReady(west, 'emoji-svc-east'), undefined, 'and west loses its mirror of east');
});

test('emoji scaled to 0 in west: the slice of its mirror in east is deleted', async (t) => {
	const { clock, east, west } = await startWorkshop(t);
	scaleEmoji(west, 0);
	await clock.advance(0);
	t.deepEqual(survey(east), {
		'emoji-svc': 1,
		'voting-svc': 1,
		'web-svc': 1,
		'emoji-svc-west': undefined,
	});
});

test('the gateway of west dies: its mirror in east is there, but not ready', async (t) => {
	const { clock, east, west, gateways } = await startWorkshop(t);
	gateways.west.set(false);
	await clock.advance(0);
	t.deepEqual(
		endpointsOf(east, 'emoji-svc-west').map(({ conditions }) => conditions?.ready),
		[false],
	);
	t.is(countReady(west, 'emoji-svc'), 1, 'the pods behind it are well');
});

test('emoji scaled up again in east is back once its pod has started', async (t) => {
	const { clock, east, west } = await startWorkshop(t);
	scaleEmoji(east, 0);
	await clock.advance(60_000);
	scaleEmoji(east, 1);
	await clock.advance(1_999);
	t.deepEqual([countReady(east), countReady(west, 'emoji-svc-east')], [0, undefined]);
	await clock.advance(1);
	t.deepEqual([countReady(east), countReady(west, 'emoji-svc-east')], [1, 1]);
});
