import test from 'ava';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import { createFleet } from '../support/fleet.ts';
import { startReconciling } from '../support/reconciling.ts';

test('a change of the world is met with one patch, told in order, and verified', async (t) => {
	const { clock, store, patched, notices, apply } = startReconciling(t);
	const fleet = createFleet(store, 2);
	apply(...fleet.policies);
	await clock.advance(1_000);
	fleet.setReady(0, false);
	await clock.advance(1_000);
	t.deepEqual(patched, ['shop/web-0']);
	t.deepEqual(
		notices.filter((notice) => 'policy' in notice && notice.policy === 'shop/web-0').map(({ kind }) => kind),
		['held', 'held', 'decided', 'converged', 'held'],
	);
	await clock.advance(3_600_000);
	t.deepEqual(patched, ['shop/web-0']);
});

test('F-071 a policy whose pass throws backs off and is told, the others go on', async (t) => {
	const wrap = (inner: Delivery): Delivery => ({
		deliver: (change, signal) =>
			change.policy === 'shop/web-1'
				? Promise.reject(new TypeError('our own fault'))
				: inner.deliver(change, signal),
	});
	const { clock, store, patched, notices, apply } = startReconciling(t, { wrap });
	const fleet = createFleet(store, 3);
	apply(...fleet.policies);
	await clock.advance(1_000);
	for (const n of [0, 1, 2]) fleet.setReady(n, false);
	await clock.advance(60_000);
	t.deepEqual([...patched].sort(), ['shop/web-0', 'shop/web-2']);
	t.deepEqual(fleet.weights(1), [1, 0]);
	const failures = notices.filter((notice) => notice.kind === 'failed');
	t.is(failures.length, 1);
	t.like(failures[0], { policy: 'shop/web-1' });
	t.regex(failures[0]?.message ?? '', /our own fault/);
});

test('F-071 a policy that cannot even be looked at backs off as well', async (t) => {
	const { clock, store, patched, notices, apply } = startReconciling(t);
	const fleet = createFleet(store, 2);
	const [good, broken] = fleet.policies;
	if (good === undefined || broken === undefined) return t.fail();
	const poison = Object.defineProperty({ ...broken }, 'health', {
		get() {
			throw new TypeError('poison');
		},
	});
	apply(poison, good);
	await clock.advance(1_000);
	fleet.setReady(0, false);
	await clock.advance(60_000);
	t.deepEqual(patched, ['shop/web-0']);
	t.true(notices.some((notice) => notice.kind === 'failed' && notice.message.includes('poison')));
});

test('F-019 changes that are told three times are one decision, one patch and one convergence', async (t) => {
	const { clock, store, patched, notices, apply } = startReconciling(t, { repeats: 3 });
	const fleet = createFleet(store, 2);
	apply(...fleet.policies);
	await clock.advance(1_000);
	fleet.setReady(1, false);
	await clock.advance(10_000);
	t.deepEqual(patched, ['shop/web-1']);
	for (const kind of ['decided', 'converged'])
		t.is(notices.filter((notice) => notice.kind === kind).length, 1);
});

test('the same revision again changes nothing and is told once more as in force', async (t) => {
	const { clock, store, patched, notices, apply } = startReconciling(t);
	const fleet = createFleet(store, 2);
	apply(...fleet.policies);
	await clock.advance(1_000);
	const before = notices.length;
	apply(...fleet.policies);
	await clock.advance(1_000);
	t.deepEqual(patched, []);
	t.deepEqual(notices.slice(before), [{ kind: 'revision', commit: 'commit-2', policies: 2 }]);
});

test('INV-29 a policy that is gone is left alone, and one that comes back is looked at anew', async (t) => {
	const { clock, store, patched, apply } = startReconciling(t);
	const fleet = createFleet(store, 1);
	apply(...fleet.policies);
	await clock.advance(1_000);
	apply();
	fleet.setReady(0, false);
	await clock.advance(600_000);
	t.deepEqual(patched, []);
	apply(...fleet.policies);
	await clock.advance(1_000);
	t.deepEqual(patched, ['shop/web-0']);
});

test('a policy that changes is decided anew at once', async (t) => {
	const { clock, store, patched, apply } = startReconciling(t);
	const fleet = createFleet(store, 1);
	const [policy] = fleet.policies;
	if (policy === undefined) return t.fail();
	apply({ ...policy, mode: 'Observe' });
	fleet.setReady(0, false);
	await clock.advance(60_000);
	t.deepEqual(patched, []);
	apply(policy);
	await clock.advance(1_000);
	t.deepEqual(patched, ['shop/web-0']);
});

test('INV-31 without the right to write every policy proposes, and no patch is sent', async (t) => {
	const { clock, store, patched, notices, apply } = startReconciling(t, { writes: false });
	const fleet = createFleet(store, 3);
	fleet.setReady(2, false);
	apply(...fleet.policies);
	await clock.advance(600_000);
	t.deepEqual(patched, []);
	t.deepEqual(
		notices.filter(({ kind }) => kind === 'proposed').map((notice) => 'policy' in notice && notice.policy),
		['shop/web-2'],
	);
});

test('the end waits for the pass under way, which is told of it, and reports no more', async (t) => {
	const { promise: delivering, resolve: begun } = Promise.withResolvers<AbortSignal>();
	const wrap = (): Delivery => ({
		deliver: (_, signal) =>
			new Promise((_resolve, reject) => {
				signal.addEventListener('abort', () => reject(signal.reason), { once: true });
				begun(signal);
			}),
	});
	const { clock, store, notices, apply, stop } = startReconciling(t, { wrap });
	const fleet = createFleet(store, 1);
	fleet.setReady(0, false);
	apply(...fleet.policies);
	await clock.advance(1_000);
	const signal = await delivering;
	const before = notices.length;
	await stop();
	t.true(signal.aborted);
	t.is(notices.length, before);
});
