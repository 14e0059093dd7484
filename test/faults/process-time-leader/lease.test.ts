import test from 'ava';
import { createContestedTarget, overlappingEpochs } from '../../support/contested-target.ts';
import { type Replica, type Replicas, startReplicas } from '../../support/replicas.ts';

interface Contest {
	readonly world: Replicas;
	readonly a: Replica;
	readonly b: Replica;
	readonly history: readonly string[];
}

/** Two replicas, of which `a` leads for 10 s already; both write whenever they lead. */
async function startContest(t: Parameters<typeof startReplicas>[0]): Promise<Contest> {
	const world = startReplicas(t);
	const target = createContestedTarget(world);
	const a = world.start('a');
	await world.clock.advance(0);
	const b = world.start('b');
	for (const replica of [a, b]) target.contest(replica);
	await world.clock.advance(10_000);
	return { world, a, b, history: target.history };
}

test('F-056 the standby takes over from a leader that died within the lease and a retry period', async (t) => {
	const { world, a, b, history } = await startContest(t);
	a.kill();
	let waited = 0;
	for (; !b.leads() && waited < 60_000; waited += 100) await world.clock.advance(100);
	t.true(waited <= 17_000, `${waited} ms`);
	t.like(world.lease(), { holderIdentity: 'b', leaseTransitions: 1 });
	await world.clock.advance(5_000);
	t.deepEqual([...new Set(history)], ['a#1', 'b#1']);
});

for (let index = 0; index < 6; index += 1) {
	test(`F-055 a leader that is told to stop during its call ${index} gives the Lease up, whatever became of the call`, async (t) => {
		const world = startReplicas(t);
		const a = world.start('a');
		await world.clock.advance(0);
		const b = world.start('b');
		const during = a.effects() + index;
		let stopped: Promise<void> | undefined;
		a.onEffect((effect) => {
			if (effect.index !== during || !effect.answered) return;
			a.onEffect(() => undefined);
			stopped = a.stop();
		});
		let waited = 0;
		for (; stopped === undefined && waited < 60_000; waited += 100) await world.clock.advance(100);
		await world.clock.advance(200);
		await stopped;
		t.deepEqual(world.leaders(), ['b']);
		t.deepEqual([a.changes, b.changes], [['+0', '-0'], ['+0']]);
	});
}

test('F-063 a Lease that is deleted is made anew by its leader, and nobody else leads meanwhile', async (t) => {
	const { world, b, history } = await startContest(t);
	for (let time = 0; time < 5; time += 1) {
		world.deleteLease();
		await world.clock.advance(200);
		t.like(world.lease(), { holderIdentity: 'a' });
		await world.clock.advance(3_000);
	}
	t.deepEqual(world.leaders(), ['a']);
	t.deepEqual([b.changes, [...new Set(history)], world.overlaps], [[], ['a#1'], []]);
});

test('F-063 a Lease that is deleted while its leader cannot know is not taken before that one has stopped', async (t) => {
	const { world, a, b, history } = await startContest(t);
	const heal = a.network.faults.inject({ kind: 'unreachable' });
	world.deleteLease();
	await world.clock.advance(9_000);
	t.false(b.leads());
	await world.clock.advance(8_000);
	t.true(b.leads());
	heal();
	await world.clock.advance(30_000);
	t.deepEqual(world.leaders(), ['b']);
	t.deepEqual([world.overlaps, overlappingEpochs(history)], [[], []]);
});

for (const holder of ['somebody', 'b', '']) {
	test(`F-064 a leader steps down at once when the Lease is edited by hand to "${holder}"`, async (t) => {
		const { world, a, b, history } = await startContest(t);
		world.editLease({ holderIdentity: holder });
		await world.clock.advance(200);
		t.false(a.leads());
		const written = history.length;
		await world.clock.advance(12_000);
		t.deepEqual(world.leaders(), [], 'and nobody takes it before whoever may hold it has had its time');
		t.is(history.length, written);
		await world.clock.advance(5_000);
		t.is(world.leaders().length, 1);
		await world.clock.advance(5_000);
		t.deepEqual([world.overlaps, overlappingEpochs(history)], [[], []]);
		t.is(a.leads(), !b.leads());
	});
}

test('F-064 a leader whose watch is silent steps down with its next renewal', async (t) => {
	const { world, a } = await startContest(t);
	a.network.faults.inject({ kind: 'freeze-watches' });
	world.editLease({ holderIdentity: 'somebody' });
	await world.clock.advance(2_000);
	t.false(a.leads());
});

test('F-065 a leader that may not update Leases stops writing at the renew deadline', async (t) => {
	const { world, a, b, history } = await startContest(t);
	a.trouble('refuse');
	await world.clock.advance(8_000);
	t.true(a.leads());
	await world.clock.advance(2_000);
	t.false(a.leads());
	const written = history.length;
	await world.clock.advance(4_000);
	t.is(history.length, written);
	await world.clock.advance(5_000);
	t.deepEqual(world.leaders(), ['b']);
	t.true(a.problems.every(({ code }) => code === 'E_FORBIDDEN'));
	t.true(a.problems.length > 0);
	a.trouble(undefined);
	await world.clock.advance(60_000);
	t.deepEqual([world.leaders(), world.overlaps, overlappingEpochs(history)], [['b'], [], []]);
	t.deepEqual(b.problems, []);
});

test('F-066 a leader cut off from the API stops before the standby starts', async (t) => {
	const { world, a, b, history } = await startContest(t);
	const heal = a.network.faults.inject({ kind: 'unreachable' });
	let stopped = 0;
	let started = 0;
	for (let passed = 100; passed <= 20_000; passed += 100) {
		await world.clock.advance(100);
		if (!a.leads()) stopped ||= passed;
		if (b.leads()) started ||= passed;
	}
	t.true(stopped <= 10_000 && stopped + 3_000 < started && started <= 17_000, `${stopped}, ${started}`);
	heal();
	await world.clock.advance(30_000);
	t.deepEqual([world.leaders(), world.overlaps, overlappingEpochs(history)], [['b'], [], []]);
});

test('F-067 a leader that can watch and read but not write steps down', async (t) => {
	const { world, a, history } = await startContest(t);
	a.trouble('drop');
	await world.clock.advance(10_000);
	t.false(a.leads());
	t.true(a.problems.some(({ code }) => code === 'E_LEASE'));
	await world.clock.advance(7_000);
	t.deepEqual(world.leaders(), ['b']);
	a.trouble(undefined);
	await world.clock.advance(30_000);
	t.deepEqual([world.leaders(), world.overlaps, overlappingEpochs(history)], [['b'], [], []]);
});

test('F-067 a follower that can write but hears nothing takes nothing from a leader that renews', async (t) => {
	const { world, b } = await startContest(t);
	b.network.faults.inject({ kind: 'freeze-watches' });
	await world.clock.advance(120_000);
	t.deepEqual([world.leaders(), b.changes], [['a'], []]);
});
