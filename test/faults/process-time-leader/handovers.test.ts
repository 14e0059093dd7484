import test from 'ava';
import { startDeployment } from '../../support/instances.ts';
import { anEndpointSlice, aService, aSplit, createObjects } from '../../support/kubernetes-objects.ts';
import { aBackend, aPolicy } from '../../support/policies.ts';
import { startReconciling } from '../../support/reconciling.ts';

test('F-056 a failover that falls due while the leader is dead is made by its successor', async (t) => {
	const world = startDeployment();
	const a = world.start();
	await world.clock.advance(2_000);
	const b = world.start();
	await world.clock.advance(5_000);
	a.kill();
	world.setReady(false);
	await world.clock.advance(10_000);
	t.deepEqual(world.transitions, []);
	await world.clock.advance(7_500);
	t.deepEqual(world.transitions, ['0/1']);
	await b.stop();
});

test('F-068 processes that replace each other in the middle of a failover move nothing by that', async (t) => {
	const world = startDeployment({ failback: { mode: 'Auto', after: 600_000, via: 'Direct' } });
	let instance = world.start();
	await world.clock.advance(2_000);
	world.setReady(false);
	await world.clock.advance(5_000);
	for (let upgrade = 0; upgrade < 4; upgrade += 1) {
		const next = world.start();
		await world.clock.advance(3_000);
		const stopped = instance.stop();
		await world.clock.advance(200);
		await stopped;
		t.true(next.leads(), 'within 200 ms');
		instance = next;
		await world.clock.advance(30_000);
	}
	t.deepEqual(world.transitions, ['0/1']);
	world.setReady(true);
	await world.clock.advance(599_000);
	t.deepEqual(world.transitions, ['0/1']);
	await world.clock.advance(2_000);
	t.deepEqual(world.transitions, ['0/1', '1/0']);
	await instance.stop();
});

test('a follower decides along with the leader and writes nothing', async (t) => {
	const world = startDeployment();
	const [a, b] = [world.start(), world.start()];
	await world.clock.advance(2_000);
	const written: string[] = [];
	b.onEffect(({ plural, answered }) => {
		if (answered && plural !== 'leases') written.push(plural);
	});
	world.setReady(false);
	await world.clock.advance(30_000);
	t.deepEqual(world.transitions, ['0/1']);
	t.deepEqual(written, []);
	await Promise.all([a.stop(), b.stop()]);
});

test('F-071 a policy whose passes throw every time backs off, is named, and holds up no other, after a restart either', async (t) => {
	for (const _restart of [1, 2]) {
		let thrown = 0;
		const world = startReconciling(t, {
			wrap: (delivery) => ({
				deliver(change, signal) {
					if (change.target.name !== 'emoji-svc') return delivery.deliver(change, signal);
					thrown += 1;
					throw new Error('poison');
				},
			}),
		});
		const { store, clock } = world;
		for (const name of ['emoji-svc', 'web-svc']) {
			const [primary, west] = [name, `${name}-west`];
			createObjects(
				store,
				...(name === 'emoji-svc'
					? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'emojivoto' } }]
					: []),
				aService({ metadata: { name: primary } }),
				aService({ metadata: { name: west } }),
				anEndpointSlice({ service: primary, ready: [false] }),
				anEndpointSlice({ service: west }),
				aSplit({ metadata: { name }, service: name, backends: { [primary]: 1, [west]: 0 } }),
			);
		}
		const web = { ...aPolicy().target, name: 'web-svc' };
		const backends = [aBackend('web-svc'), aBackend('web-svc-west', { tier: 1 })];
		world.apply(aPolicy(), aPolicy({ key: 'emojivoto/web', name: 'web', target: web, backends }));
		await clock.advance(1_000);
		t.deepEqual(world.patched, ['emojivoto/web-svc']);
		await clock.advance(600_000);
		t.true(thrown > 10 && thrown < 60, `${thrown} tries in ten minutes`);
		t.true(
			world.notices.some(
				(notice) =>
					notice.kind === 'failed' &&
					notice.policy === 'emojivoto/emoji' &&
					notice.message.includes('poison'),
			),
		);
		await world.stop();
	}
});
