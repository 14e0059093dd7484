import test from 'ava';
import { alwaysLeading } from '../../src/reconcile/leadership.ts';
import { leaseName, startReplicas } from '../support/replicas.ts';

test('one process makes its Lease and leads at once', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	t.false(a.leads());
	await world.clock.advance(0);
	t.true(a.leads());
	t.deepEqual(a.changes, ['+0']);
	t.like(world.lease(), { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
	t.is(world.lease()?.['acquireTime'], world.lease()?.['renewTime']);
});

test('a leader renews every retry period and goes on leading, and others wait', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	const b = world.start('b');
	const first = world.lease()?.['renewTime'];
	for (let minute = 0; minute < 5; minute += 1) {
		await world.clock.advance(60_000);
		t.deepEqual(world.leaders(), ['a']);
	}
	t.not(world.lease()?.['renewTime'], first);
	t.is(world.lease()?.['leaseTransitions'], 0);
	t.deepEqual([a.changes, b.changes], [['+0'], []]);
	const perMinute = a.effects() / 5;
	t.true(perMinute >= 30 && perMinute < 40, `${perMinute} calls a minute`);
});

test('of many that start together one leads', async (t) => {
	const world = startReplicas(t);
	for (const identity of ['a', 'b', 'c', 'd', 'e']) world.start(identity);
	await world.clock.advance(60_000);
	t.is(world.leaders().length, 1);
	t.deepEqual(world.overlaps, []);
});

test('a leader that stops hands over within 200 ms', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	const b = world.start('b');
	await world.clock.advance(5_000);
	const stopped = a.stop();
	await world.clock.advance(200);
	await stopped;
	t.deepEqual(world.leaders(), ['b']);
	t.like(world.lease(), { holderIdentity: 'b', leaseTransitions: 1 });
	t.deepEqual([a.changes, b.changes, world.overlaps], [['+0', '-0'], ['+0'], []]);
});

test('without a watch a release is seen at the next look', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	const b = world.start('b');
	b.network.faults.inject({ kind: 'freeze-watches' });
	await world.clock.advance(5_000);
	await a.stop();
	await world.clock.advance(2_000);
	t.true(b.leads());
});

test('the last to go leaves a Lease that anybody may take at once', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	await a.stop();
	t.like(world.lease(), { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
	const b = world.start('b');
	await world.clock.advance(0);
	t.true(b.leads());
	t.is(world.lease()?.['leaseTransitions'], 1);
});

test('before a Lease is given up, what is under way ends: nobody leads until then', async (t) => {
	const world = startReplicas(t);
	const written = Promise.withResolvers<void>();
	const asked: number[] = [];
	const a = world.start('a', {
		beforeRelease: (shard) => {
			asked.push(shard);
			return written.promise;
		},
	});
	await world.clock.advance(0);
	world.start('b');
	await world.clock.advance(1_000);
	const stopped = a.stop();
	await world.clock.advance(3_000);
	t.deepEqual(asked, [0]);
	t.deepEqual(world.leaders(), []);
	t.deepEqual(a.changes, ['+0'], 'what it leads is lost once that has ended');
	written.resolve();
	await world.clock.advance(200);
	await stopped;
	t.deepEqual(world.leaders(), ['b']);
	t.deepEqual(a.changes, ['+0', '-0']);
});

test('what does not end in time does not keep the Lease', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a', { beforeRelease: () => new Promise<never>(() => undefined) });
	await world.clock.advance(0);
	world.start('b');
	await world.clock.advance(1_000);
	const stopped = a.stop();
	await world.clock.advance(5_200);
	await stopped;
	t.deepEqual(world.leaders(), ['b']);
	t.deepEqual(
		a.problems.map(({ code }) => code),
		['E_LEASE'],
	);
});

test('a stop in the middle of a write whose answer never comes still gives the Lease up', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	a.trouble('lose-answer');
	a.onEffect(({ answered }) => {
		if (answered) a.pause();
	});
	await world.clock.advance(2_000);
	a.onEffect(() => undefined);
	a.trouble(undefined);
	const stopped = a.stop();
	a.resume();
	await world.clock.advance(200);
	await stopped;
	t.like(world.lease(), { holderIdentity: '' });
});

test('a renewal whose answer is lost is read back, and counts from when it was sent', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	a.trouble('lose-answer');
	await world.clock.advance(60_000);
	t.true(a.leads());
	t.deepEqual(a.changes, ['+0']);
});

test('a Lease whose acquisition was applied without an answer is led all the same', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	a.trouble('lose-answer');
	await world.clock.advance(0);
	t.true(a.leads());
});

test('calls that hang end in time for another try, and at last the term ends', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	a.trouble('hang');
	await world.clock.advance(6_000);
	t.true(a.leads());
	a.trouble(undefined);
	await world.clock.advance(2_000);
	t.true(a.leads());
	await world.clock.advance(20_000);
	t.deepEqual(a.changes, ['+0']);
	a.trouble('hang');
	await world.clock.advance(10_000);
	t.false(a.leads());
	t.true(a.problems.some(({ message }) => message.includes('no answer within 5s')));
});

test('somebody who touches only the metadata of a Lease changes nothing about who leads', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a');
	await world.clock.advance(0);
	const b = world.start('b');
	for (let touched = 0; touched < 10; touched += 1) {
		world.store.patch(
			{ group: 'coordination.k8s.io', plural: 'leases', namespace: 'spillway', name: leaseName },
			'application/merge-patch+json',
			{ metadata: { annotations: { touched: String(touched) } } },
		);
		await world.clock.advance(1_700);
	}
	t.deepEqual([a.changes, b.changes], [['+0'], []]);
	const { annotations, labels } = world.store.get({
		group: 'coordination.k8s.io',
		plural: 'leases',
		namespace: 'spillway',
		name: leaseName,
	}).metadata;
	t.deepEqual(annotations, { touched: '9' });
	t.deepEqual(labels, { 'app.kubernetes.io/managed-by': 'spillway', 'spillway.dev/deployment': leaseName });
});

test('two processes with one identity never lead together', async (t) => {
	const world = startReplicas(t);
	const one = world.start('twin');
	await world.clock.advance(0);
	const other = world.start('twin');
	for (let second = 0; second < 60; second += 1) {
		await world.clock.advance(1_000);
		t.false(one.leads() && other.leads());
	}
	t.true(one.leads());
});

test('timings: the tight profile takes over from a dead leader within 3.5 s', async (t) => {
	const world = startReplicas(t);
	const timings = { leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 500 };
	const a = world.start('a', { timings });
	await world.clock.advance(0);
	const b = world.start('b', { timings });
	await world.clock.advance(10_000);
	a.kill();
	await world.clock.advance(3_500);
	t.true(b.leads());
	t.deepEqual(world.overlaps, []);
});

test('timings that cannot be safe are refused', (t) => {
	const timings = { leaseDuration: 10_000, renewDeadline: 10_000, retryPeriod: 2_000 };
	t.throws(() => startReplicas(t).start('a', { timings }), {
		instanceOf: RangeError,
		message: /renew deadline/,
	});
});

test('without election a process always leads, and runs until it is stopped', async (t) => {
	const life = new AbortController();
	const run = alwaysLeading.run(life.signal);
	t.true(alwaysLeading.leads('emojivoto/emoji'));
	life.abort();
	await run;
	await alwaysLeading.run(life.signal);
});
