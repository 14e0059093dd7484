import test from 'ava';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { createContestedTarget, overlappingEpochs } from '../../support/contested-target.ts';
import { startDeployment } from '../../support/instances.ts';
import { type Replicas, startReplicas } from '../../support/replicas.ts';

/** Everybody who led during `span`, with '' for nobody, in the order in which they did. */
async function leadersWhile(world: Replicas, span: number): Promise<readonly string[]> {
	const seen = new Set<string>();
	for (let passed = 0; passed < span; passed += 500) {
		await world.clock.advance(500);
		seen.add(world.leaders().join());
	}
	return [...seen];
}

for (let index = 0; index < 16; index += 1) {
	for (const sent of [false, true]) {
		test(`F-057 a leader that pauses for 60 s ${sent ? 'after' : 'before'} its call ${index} writes nothing once another one led`, async (t) => {
			const world = startReplicas(t);
			const target = createContestedTarget(world);
			const a = world.start('a');
			target.contest(a);
			await world.clock.advance(0);
			const b = world.start('b');
			target.contest(b);
			let begun = false;
			const first = a.effects() + index;
			a.onEffect((effect) => {
				if (begun || effect.index < first || effect.answered !== sent) return;
				begun = true;
				a.pause();
			});
			await world.clock.advance(20_000);
			t.true(begun);
			await world.clock.advance(40_000);
			t.deepEqual(world.leaders(), ['b']);
			const before = target.history.length;
			a.resume();
			t.false(a.leads(), 'the first question on waking is answered by the own clock');
			await world.clock.advance(10_000);
			t.deepEqual([...new Set(target.history.slice(before))], ['b#1']);
			t.deepEqual(overlappingEpochs(target.history), []);
			t.deepEqual(world.overlaps, []);
		});
	}
}

test('F-058 a process that stalls for 5 s goes on leading; one that stalls past the deadline stops before anything else', async (t) => {
	const world = startReplicas(t);
	const target = createContestedTarget(world);
	const a = world.start('a');
	target.contest(a);
	await world.clock.advance(10_000);
	a.pause();
	await world.clock.advance(5_000);
	a.resume();
	t.true(a.leads());
	await world.clock.advance(10_000);
	t.deepEqual(a.changes, ['+0']);
	a.pause();
	await world.clock.advance(11_000);
	a.resume();
	t.false(a.leads());
	await world.clock.advance(10_000);
	t.deepEqual(a.changes, ['+0', '-0', '+0']);
	t.deepEqual(overlappingEpochs(target.history), []);
});

for (const hours of [1, -1]) {
	test(`F-059 a wall clock that is set by ${hours} h on one machine moves no deadline`, async (t) => {
		// `Clock.now()` counts from a monotonic clock, so a step shows only between processes: one that restarts has it.
		const world = startReplicas(t);
		const a = world.start('a');
		await world.clock.advance(20_000);
		a.kill();
		const again = world.start('a-again', { offset: hours * 3_600_000 });
		t.deepEqual(await leadersWhile(world, 12_500), ['']);
		await world.clock.advance(4_500);
		t.true(again.leads());
		t.deepEqual(await leadersWhile(world, 60_000), ['a-again']);
	});
}

for (const minutes of [10, -10, 3, -3]) {
	test(`F-060 clocks that differ by ${minutes} min neither hasten nor hinder a takeover`, async (t) => {
		const world = startReplicas(t);
		const a = world.start('a');
		await world.clock.advance(0);
		const b = world.start('b', { offset: minutes * 60_000 });
		t.deepEqual(await leadersWhile(world, 120_000), ['a']);
		a.kill();
		t.deepEqual(await leadersWhile(world, 12_500), ['']);
		await world.clock.advance(4_500);
		t.true(b.leads());
		const c = world.start('c', { offset: -minutes * 60_000 });
		t.deepEqual(await leadersWhile(world, 120_000), ['b']);
		t.deepEqual([c.changes, world.overlaps], [[], []]);
	});
}

/** Leases that last 2.5 times as long as a leader leads without renewing. */
const wide = { leaseDuration: 15_000, renewDeadline: 6_000, retryPeriod: 2_000 };

for (const [fast, timings] of [
	['a', wide],
	['b', wide],
] as const) {
	test(`F-061 with ${fast} twice as fast nobody leads twice, as the lease lasts more than twice the deadline`, async (t) => {
		const world = startReplicas(t);
		const target = createContestedTarget(world);
		const a = world.start('a', { timings, rate: fast === 'a' ? 2 : 1 });
		await world.clock.advance(0);
		const b = world.start('b', { timings, rate: fast === 'b' ? 2 : 1 });
		for (const replica of [a, b]) target.contest(replica);
		for (const cut of [a, b, a, b]) {
			const heal = cut.network.faults.inject({ kind: 'unreachable' });
			await world.clock.advance(40_000);
			heal();
			await world.clock.advance(40_000);
		}
		t.deepEqual(world.overlaps, []);
		t.deepEqual(overlappingEpochs(target.history), []);
		t.true(new Set(target.history).size > 2);
	});
}

test('F-061 with the default timings a clock twice as fast may lead early, and still no write of the old leader comes late', async (t) => {
	const world = startReplicas(t);
	const target = createContestedTarget(world);
	const a = world.start('a');
	await world.clock.advance(0);
	const b = world.start('b', { rate: 2 });
	for (const replica of [a, b]) target.contest(replica);
	t.deepEqual(await leadersWhile(world, 120_000), ['a'], 'while the leader renews, haste is of no use');
	a.network.faults.inject({ kind: 'unreachable' });
	await world.clock.advance(30_000);
	t.deepEqual(world.leaders(), ['b']);
	t.deepEqual(overlappingEpochs(target.history), []);
});

test.serial('F-062 a step of the wall clock by 30 s neither lengthens nor cuts a hold-down', async (t) => {
	const wall = Date.now;
	t.teardown(() => {
		Date.now = wall;
	});
	const before = systemClock.now();
	Date.now = () => wall() - 30_000;
	const after = systemClock.now();
	t.true(after >= before && after - before < 10_000, 'every timer counts by this clock, which did not step');
	const world = startDeployment({ failover: { after: 30_000, via: 'Direct' } });
	const instance = world.start();
	await world.clock.advance(2_000);
	world.setReady(false);
	await world.clock.advance(29_900);
	t.deepEqual(world.transitions, []);
	await world.clock.advance(200);
	t.deepEqual(world.transitions, ['0/1']);
	await instance.stop();
});
