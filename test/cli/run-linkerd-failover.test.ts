// `spillway run --linkerd-failover`: no Git, no policy, the labels alone.
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createEmbeddedApi } from '../../src/simulator/kubernetes/embedded-api.ts';
import { keepKubeconfig } from '../support/kept-kubeconfig.ts';
import {
	aNamespace,
	anEndpointSlice,
	aService,
	aSplit,
	createObjects,
} from '../support/kubernetes-objects.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { runSpillway } from '../support/terminal.ts';

const splitKey = {
	group: 'split.smi-spec.io',
	plural: 'trafficsplits',
	namespace: 'emojivoto',
	name: 'emoji-svc',
};
const leaseKey = {
	group: 'coordination.k8s.io',
	plural: 'leases',
	namespace: 'spillway',
	name: 'spillway-local',
};

/** A labelled split at 1/0 whose primary has no ready endpoint. */
async function startCluster(t: ExecutionContext) {
	const api = await createEmbeddedApi({ clock: systemClock, name: 'east' });
	t.teardown(api.close);
	const { store } = api;
	const labels = { 'failover.linkerd.io/controlled-by': 'linkerd-failover' };
	const west = aService({ metadata: { name: 'emoji-svc-west' } });
	createObjects(store, aNamespace(), aNamespace('spillway'), aService(), west);
	createObjects(store, aSplit({ metadata: { labels } }), anEndpointSlice({ service: 'emoji-svc-west' }));
	const kubeconfig = join(await makeFolder(t), 'kubeconfig');
	await keepKubeconfig(kubeconfig, api.kubeconfig('east'));
	const flags = ['run', '--linkerd-failover', '--once', '--kubeconfig', kubeconfig, '--timeout', '20s'];
	return {
		store,
		run: (...more: readonly string[]) => runSpillway(t, ...flags, ...more),
		weights() {
			const { backends } = store.get(splitKey)['spec'] as { backends: readonly { weight: unknown }[] };
			return backends.map(({ weight }) => weight);
		},
	};
}

test('labels alone move a split; the Lease is released, the ledger kept, and a second run writes no more', async (t) => {
	const { store, run, weights } = await startCluster(t);
	const { status, out, err } = await run();
	t.is(status, 0, out + err);
	t.deepEqual(weights(), [0, 1]);
	t.like(store.get(leaseKey), { spec: { holderIdentity: '' } });
	const ledger = { group: '', plural: 'configmaps', namespace: 'spillway', name: 'spillway-local-ledger' };
	t.regex(JSON.stringify(store.get(ledger)['data']), /emojivoto\/emoji-svc/);
	const before = store.get(splitKey).metadata.resourceVersion;
	t.is((await run()).status, 0);
	t.is(store.get(splitKey).metadata.resourceVersion, before);
});

test('while another replica leads, one look writes nothing and says who holds it up', async (t) => {
	const { store, run, weights } = await startCluster(t);
	const { group, plural, namespace, name } = leaseKey;
	const renewTime = new Date().toISOString().replace('Z', '000Z');
	const spec = { holderIdentity: 'another', leaseDurationSeconds: 3_600, renewTime, acquireTime: renewTime };
	store.create({ group, plural, namespace }, { metadata: { name }, spec });
	const { status, err, out } = await run('--timeout', '2s');
	t.is(status, 78, out + err);
	t.regex(
		out,
		/E_LEASE did not lead within 2s, .* emojivoto\/emoji-svc → let the replica that holds the Lease/,
	);
	t.deepEqual(weights(), [1, 0]);
});

test('without a namespace for the Lease nothing is written, and the way out is told', async (t) => {
	const { store, run, weights } = await startCluster(t);
	store.delete({ group: '', plural: 'namespaces', namespace: '', name: 'spillway' });
	const { status, out, err } = await run('--timeout', '3s');
	t.is(status, 78);
	t.regex(out + err, /E_LEASE the namespace spillway does not exist → create it, .* --no-leader-elect/);
	t.is((await run('--no-leader-elect')).status, 0);
	t.deepEqual(weights(), [0, 1]);
});

test('a dry run takes no Lease, and proposes', async (t) => {
	const { store, run, weights } = await startCluster(t);
	const { status, out } = await run('--dry-run');
	t.is(status, 0, out);
	t.regex(out, /would .*emoji-svc 0, emoji-svc-west 1|proposed/);
	t.throws(() => store.get(leaseKey));
	t.deepEqual(weights(), [1, 0]);
});
