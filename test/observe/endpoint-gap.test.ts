// What EndpointSlices show for a moment only, through the real loop.
import test, { type ExecutionContext } from 'ava';
import {
	aNamespace,
	anEndpointSlice,
	aService,
	aSplit,
	createObjects,
} from '../support/kubernetes-objects.ts';
import { aPolicy } from '../support/policies.ts';
import { type Reconciling, startReconciling } from '../support/reconciling.ts';

const sliceType = { group: 'discovery.k8s.io', plural: 'endpointslices', namespace: 'emojivoto' };
const first = { ...sliceType, name: 'emoji-svc-abcde' };

interface Play extends Reconciling {
	weights(): readonly unknown[];
	/** Gives the slice of emoji-svc these conditions. */
	setCondition(conditions: object): void;
}

/** A policy at 1/0, both backends ready, at rest. */
async function startPlay(t: ExecutionContext, after = 0): Promise<Play> {
	const loop = startReconciling(t);
	const west = aService({ metadata: { name: 'emoji-svc-west' } });
	createObjects(loop.store, aNamespace(), aService(), west, anEndpointSlice(), aSplit());
	createObjects(loop.store, anEndpointSlice({ service: 'emoji-svc-west' }));
	loop.apply(aPolicy({ failover: { after, via: 'Direct' } }));
	await loop.clock.advance(60_000);
	const key = {
		group: 'split.smi-spec.io',
		plural: 'trafficsplits',
		namespace: 'emojivoto',
		name: 'emoji-svc',
	};
	return {
		...loop,
		weights() {
			const { backends } = loop.store.get(key)['spec'] as { backends: readonly { weight: unknown }[] };
			return backends.map(({ weight }) => weight);
		},
		setCondition(conditions) {
			const slice = anEndpointSlice() as { readonly endpoints?: readonly object[] };
			const endpoints = slice.endpoints?.map((endpoint) => ({ ...endpoint, conditions }));
			loop.store.update(first, { ...anEndpointSlice(), endpoints });
		},
	};
}

test('F-075 a pod that is in no slice for an instant moves nothing', async (t) => {
	const { clock, store, patched, weights } = await startPlay(t);
	store.delete(first);
	await clock.advance(99);
	createObjects(store, anEndpointSlice({ metadata: { name: 'emoji-svc-fghij' } }));
	await clock.advance(60_000);
	t.deepEqual([weights(), patched], [[1, 0], []]);
});

test('F-075 a pod that does not come back is gone a tenth of a second later', async (t) => {
	const { clock, store, weights } = await startPlay(t);
	store.delete(first);
	await clock.advance(99);
	t.deepEqual(weights(), [1, 0]);
	await clock.advance(1);
	t.deepEqual(weights(), [0, 1]);
});

test('a pod that turns unready in its slice is left at once', async (t) => {
	const { clock, setCondition, weights } = await startPlay(t);
	setCondition({ ready: false, serving: false, terminating: false });
	await clock.advance(0);
	t.deepEqual(weights(), [0, 1]);
});

test('F-077 a drain is ridden out for failover.after, and no longer', async (t) => {
	const { clock, setCondition, patched, weights } = await startPlay(t, 30_000);
	const drain = () => setCondition({ ready: false, serving: true, terminating: true });
	drain();
	await clock.advance(29_000);
	setCondition({ ready: true, serving: true, terminating: false });
	await clock.advance(60_000);
	t.deepEqual([weights(), patched], [[1, 0], []]);
	drain();
	await clock.advance(30_000);
	t.deepEqual(weights(), [0, 1]);
});

test('F-090 a thousand changes of a slice at once are one more pass, not a thousand', async (t) => {
	const { clock, setCondition, reports, patched } = await startPlay(t);
	const before = reports.length;
	for (let change = 0; change < 1_000; change += 1) setCondition({ ready: change % 2 === 1 });
	await clock.advance(0);
	t.true(reports.length - before <= 3, `${reports.length - before} passes`);
	t.deepEqual(patched, []);
});
