import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { createConfigMapStore } from '../../src/kubernetes/config-map-store.ts';
import type { LedgerStore } from '../../src/model/ports/ledger-store.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createMemoryCluster, type MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { ledgerStoreContract } from '../contract/ledger-store.ts';
import { aNamespace, createObjects } from '../support/kubernetes-objects.ts';

const { signal } = new AbortController();
const name = 'spillway-east-ledger';
const key = { group: '', plural: 'configmaps', namespace: 'spillway', name };

interface World {
	readonly store: ObjectStore;
	readonly cluster: MemoryCluster;
	readonly open: () => LedgerStore;
}

function startWorld(): World {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(store, aNamespace('spillway'));
	const cluster = createMemoryCluster({ name: 'east', store, clock });
	return { store, cluster, open: () => createConfigMapStore({ cluster, namespace: 'spillway', name }) };
}

ledgerStoreContract('a ConfigMap', () => Promise.resolve(startWorld().open));

test('a short ledger is plain for people to read; other keys, labels and annotations stay', async (t) => {
	const { store, open } = startWorld();
	createObjects(store, {
		apiVersion: 'v1',
		kind: 'ConfigMap',
		metadata: { name, namespace: 'spillway', labels: { team: 'a' }, annotations: { note: 'mine' } },
		data: { other: 'kept' },
	});
	const ledger = open();
	t.is(await ledger.load(signal), undefined);
	await ledger.save('{"version":1}', signal);
	t.like(store.get(key), {
		metadata: {
			labels: { team: 'a', 'app.kubernetes.io/managed-by': 'spillway' },
			annotations: { note: 'mine' },
		},
		data: { other: 'kept', 'ledger.json': '{"version":1}' },
	});
	t.is(ledger.name, 'ConfigMap east spillway/spillway-east-ledger');
});

test('a long one is compressed, and the plain one goes', async (t) => {
	const { store, open } = startWorld();
	const ledger = open();
	await ledger.save('{}', signal);
	const text = JSON.stringify({ text: 'weights '.repeat(100_000) });
	await ledger.save(text, signal);
	const { data, binaryData } = store.get(key) as { data?: object; binaryData?: Record<string, string> };
	t.deepEqual(data, {});
	const packed = Buffer.from(binaryData?.['ledger.json.gz'] ?? '', 'base64');
	t.is(gunzipSync(packed).toString(), text);
	await ledger.save('{}', signal);
	t.deepEqual(Object.keys((store.get(key)['binaryData'] ?? {}) as object), []);
});

test('one that no ConfigMap takes is refused, and the one before stays', async (t) => {
	const { open } = startWorld();
	const ledger = open();
	await ledger.save('{}', signal);
	const huge = randomBytes(1_300_000).toString('base64');
	const error = await t.throwsAsync(ledger.save(huge, signal), { instanceOf: ProblemError });
	t.is(error.problem.code, 'E_LEDGER_TOO_LARGE');
	t.is(await open().load(signal), '{}');
});

test('a save over what somebody else wrote is a conflict, until it was loaded', async (t) => {
	const { open } = startWorld();
	const [one, other] = [open(), open()];
	await one.load(signal);
	await other.load(signal);
	t.is(await one.save('{"by":"one"}', signal), 'saved');
	t.is(await other.save('{"by":"other"}', signal), 'conflict', 'created meanwhile');
	t.is(await other.load(signal), '{"by":"one"}');
	t.is(await other.save('{"by":"other"}', signal), 'saved');
	t.is(await one.save('{"by":"one"}', signal), 'conflict', 'replaced meanwhile');
});

test('one that is deleted is a conflict, and made anew after a load', async (t) => {
	const { store, open } = startWorld();
	const ledger = open();
	await ledger.save('{}', signal);
	store.delete(key);
	t.is(await ledger.save('{"again":1}', signal), 'conflict');
	t.is(await ledger.load(signal), undefined);
	t.is(await ledger.save('{"again":1}', signal), 'saved');
});

test('a write whose answer is lost is a problem; the next one meets a conflict, or goes through', async (t) => {
	for (const outcome of ['unknown-applied', 'unknown-not-applied', 'unavailable', 'refused'] as const) {
		const { cluster, open } = startWorld();
		const ledger = open();
		await ledger.save('{}', signal);
		cluster.faults.inject({ kind: 'fail-next-patches', times: 1, outcome });
		await t.throwsAsync(ledger.save('{"n":1}', signal), { instanceOf: ProblemError });
		const next = await ledger.save('{"n":2}', signal);
		t.is(next, outcome === 'unknown-applied' ? 'conflict' : 'saved', outcome);
	}
});

test('what is put aside stays beside the ledger, cut', async (t) => {
	const { store, open } = startWorld();
	const ledger = open();
	await ledger.save('x'.repeat(20_000), signal);
	await ledger.putAside('x'.repeat(20_000), signal);
	await ledger.save('{}', signal);
	await ledger.save('{"later":1}', signal);
	t.deepEqual(store.get(key)['data'], { unreadable: 'x'.repeat(8_192), 'ledger.json': '{"later":1}' });
});

test('packed garbage is no ledger, and no error either', async (t) => {
	const { store, open } = startWorld();
	createObjects(store, {
		apiVersion: 'v1',
		kind: 'ConfigMap',
		metadata: { name, namespace: 'spillway' },
		binaryData: { 'ledger.json.gz': 'AAAA' },
	});
	t.is(await open().load(signal), 'AAAA');
});

test('an unreachable cluster is a problem of its own', async (t) => {
	const { cluster, open } = startWorld();
	cluster.faults.inject({ kind: 'unreachable' });
	const error = await t.throwsAsync(open().load(signal), { instanceOf: ProblemError });
	t.is(error.problem.code, 'E_CLUSTER_UNREACHABLE');
});
