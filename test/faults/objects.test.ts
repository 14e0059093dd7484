import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { startFailover } from '../support/fault-proxy/failover.ts';

const split = {
	group: 'split.smi-spec.io',
	plural: 'trafficsplits',
	namespace: 'shop',
	name: 'web-0',
} as const;

const unserved = { status: 404, text: '404 page not found' };

test('F-027 a type that goes and comes back in another version is written in that one', async (t) => {
	const { proxy, fleet, within, carry, notices, pass } = await startFailover(t);
	const gone = proxy.rule({ path: '/split.smi-spec.io/', fault: { kind: 'answer', ...unserved } });
	proxy.cut();
	const isTold = () =>
		notices.some((notice) => notice.kind === 'problem' && notice.problem.code === 'E_CRD_MISSING');
	await within(60_000, isTold);
	fleet.setReady(0, false);
	await pass(5_000);
	proxy.rule({ path: '/v1alpha2/', fault: { kind: 'answer', ...unserved } });
	gone.lift();
	await within(60_000, () => carry(0, 1));
	const last = proxy.history.findLast(({ method, answer }) => method === 'PATCH' && answer !== undefined);
	t.is(last?.url.pathname.split('/')[3], 'v1alpha1');
});

test('F-043 a namespace that is being deleted is written to no more once its splits are gone', async (t) => {
	const { api, proxy, fleet, pass, patched, notices } = await startFailover(t, { size: 3 });
	const message = 'forbidden: unable to create new content in namespace shop because it is being terminated';
	const events = { status: 403, text: JSON.stringify({ message }) };
	proxy.rule({ method: 'POST', fault: { kind: 'answer', ...events } });
	for (const n of [0, 1, 2]) api.store.delete({ ...split, name: `web-${n}` });
	// Splits and slices come by watches of their own, in whatever order.
	await pass(1_000);
	for (const n of [0, 1, 2]) fleet.setReady(n, false);
	await pass(15_000);
	t.deepEqual(patched(), []);
	t.is(proxy.history.filter(({ method }) => method === 'POST').length, 0);
	t.false(notices.some(({ kind }) => kind === 'failed' || kind === 'problem'));
});

test('F-048 a connection that breaks as it is used again costs one more try, and nothing else', async (t) => {
	const { proxy, fleet, within, carry, patched, events } = await startFailover(t);
	const used = new Set(proxy.history.map(({ connection }) => connection));
	const broken = proxy.rule({
		method: 'PATCH',
		where: ({ connection }) => used.has(connection),
		times: 1,
		fault: { kind: 'lose-request' },
	});
	fleet.setReady(0, false);
	await within(5_000, () => carry(0, 1) && events().includes('Failover'));
	t.is(broken.struck(), 1);
	t.is(patched().length, 2);
});

test('F-102 fields that Spillway does not know stay as they are', async (t) => {
	const { api, fleet, within, carry } = await startFailover(t);
	const unknown = {
		metadata: {
			labels: { 'example.com/team': 'web' },
			annotations: { 'example.com/note': ' kept\n as it is ' },
		},
	};
	api.store.patch(split, 'application/merge-patch+json', unknown);
	const before = api.store.get(split);
	fleet.setReady(0, false);
	await within(5_000, () => carry(0, 1));
	t.deepEqual(withoutWeights(api.store.get(split)), withoutWeights(before));
	t.like(api.store.get(split), unknown);
});

/** All but what a write of weights changes by its nature. */
function withoutWeights({ metadata, spec, ...rest }: KubernetesObject): unknown {
	const {
		resourceVersion: _,
		managedFields: __,
		generation: ___,
		...kept
	} = metadata as Record<string, unknown>;
	const { backends, ...others } = spec as { backends: readonly { service: string; weight: unknown }[] };
	return { ...rest, metadata: kept, spec: others, backends: backends.map(({ weight: _, ...each }) => each) };
}
