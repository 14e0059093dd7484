import test from 'ava';
import { shardOf } from '../../src/model/shards.ts';
import { leaseName, type Replica, type Replicas, startReplicas } from '../support/replicas.ts';

const shards = 8;
const all = Array.from({ length: shards }, (_, shard) => shard);

/** Shards led by each, from the Leases; checked against what the replicas say. */
function share(world: Replicas, replicas: readonly Replica[]): ReadonlyMap<string, readonly number[]> {
	const holder = (shard: number): unknown => world.lease(`${leaseName}-${shard}`)?.['holderIdentity'];
	return new Map(
		replicas.map((replica) => [replica.identity, all.filter((shard) => holder(shard) === replica.identity)]),
	);
}

/** A policy of each shard. */
const policies = all.map((shard) => {
	for (let index = 0; ; index += 1) if (shardOf(`a/${index}`, shards) === shard) return `a/${index}`;
});

function leadersOfEach(world: Replicas): readonly (readonly string[])[] {
	return policies.map((policy) => world.leaders(policy));
}

test('one replica leads every shard at once', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a', { shards });
	await world.clock.advance(2_000);
	t.deepEqual([...share(world, [a]).values()], [all]);
	t.true(policies.every((policy) => a.leads(policy)));
});

test('replicas share the shards; one that comes gets its part without a wait for expiry', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a', { shards });
	await world.clock.advance(5_000);
	const b = world.start('b', { shards });
	await world.clock.advance(200);
	const c = world.start('c', { shards });
	await world.clock.advance(200);
	const parts = share(world, [a, b, c]);
	for (const [identity, part] of parts) t.true(part.length > 0, `${identity} leads nothing`);
	t.deepEqual([...parts.values()].flat().sort(), all);
	t.true(leadersOfEach(world).every(({ length }) => length === 1));
	await world.clock.advance(120_000);
	t.deepEqual(share(world, [a, b, c]), parts, 'and nothing moves any more');
});

test('the shards of a replica that stops are taken over within 200 ms, and no other moves', async (t) => {
	const world = startReplicas(t);
	const replicas = ['a', 'b', 'c'].map((identity) => world.start(identity, { shards }));
	const [a, ...rest] = replicas;
	await world.clock.advance(20_000);
	const before = share(world, rest);
	const stopped = a?.stop();
	await world.clock.advance(200);
	await stopped;
	const after = share(world, rest);
	t.deepEqual([...after.values()].flat().sort(), all);
	for (const [identity, part] of before) t.true(part.every((shard) => after.get(identity)?.includes(shard)));
});

test('the shards of a dead replica are taken over within a lease and a retry period', async (t) => {
	const world = startReplicas(t);
	const [a, ...rest] = ['a', 'b', 'c'].map((identity) => world.start(identity, { shards }));
	await world.clock.advance(20_000);
	const before = share(world, rest);
	a?.kill();
	await world.clock.advance(17_000);
	const after = share(world, rest);
	t.deepEqual([...after.values()].flat().sort(), all);
	for (const [identity, part] of before) t.true(part.every((shard) => after.get(identity)?.includes(shard)));
	t.true(leadersOfEach(world).every(({ length }) => length === 1));
});

test('at no instant do two lead one shard, while replicas come, stop and die', async (t) => {
	const world = startReplicas(t);
	const live: Replica[] = [];
	const check = async (span: number): Promise<void> => {
		for (let passed = 0; passed < span; passed += 500) {
			await world.clock.advance(500);
			t.true(leadersOfEach(world).every(({ length }) => length <= 1));
		}
	};
	for (const identity of ['a', 'b', 'c', 'd']) {
		live.push(world.start(identity, { shards }));
		await check(3_000);
	}
	live.shift()?.kill();
	await check(20_000);
	const stopped = live.shift()?.stop();
	await check(2_000);
	await stopped;
	t.true(leadersOfEach(world).every(({ length }) => length === 1));
});

test('a replica that was cut off gets its part back once it is back', async (t) => {
	const world = startReplicas(t);
	const [a, b] = ['a', 'b'].map((identity) => world.start(identity, { shards }));
	await world.clock.advance(20_000);
	const heal = a?.network.faults.inject({ kind: 'unreachable' });
	await world.clock.advance(40_000);
	t.true(policies.every((policy) => b?.leads(policy) === true && a?.leads(policy) === false));
	heal?.();
	await world.clock.advance(15_000);
	t.true(leadersOfEach(world).every(({ length }) => length === 1));
	t.true(policies.some((policy) => a?.leads(policy)));
});

test('a member takes the Lease that another one left, so that they do not pile up', async (t) => {
	const world = startReplicas(t);
	for (let restart = 0; restart < 5; restart += 1) {
		const a = world.start(`a-${restart}`, { shards });
		await world.clock.advance(5_000);
		await a.stop();
	}
	t.like(world.lease(`${leaseName}-member-0`), { holderIdentity: '', leaseTransitions: 4 });
	t.is(world.lease(`${leaseName}-member-1`), undefined);
});

test('of the Leases of dead members one is taken once it is old by the wall clock', async (t) => {
	const world = startReplicas(t);
	world.start('a', { shards }).kill();
	const b = world.start('b', { shards });
	await world.clock.advance(1_000);
	b.kill();
	await world.clock.advance(3_600_000);
	const c = world.start('c', { shards });
	await world.clock.advance(20_000);
	t.like(world.lease(`${leaseName}-member-0`), { holderIdentity: 'c' });
	t.true(policies.every((policy) => c.leads(policy)));
});

test('without a watch a replica takes what nobody holds, once it waited for the others', async (t) => {
	const world = startReplicas(t);
	const a = world.start('a', { shards, blind: true });
	await world.clock.advance(14_000);
	t.false(policies.some((policy) => a.leads(policy)));
	await world.clock.advance(3_000);
	t.true(policies.every((policy) => a.leads(policy)));
});
