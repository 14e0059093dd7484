import test from 'ava';
import { createPresentPlan, type PresentPlanParts } from '../../../src/cli/policy-review/present-plan.ts';
import { ProblemError, problem } from '../../../src/model/problem.ts';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import { createMemoryCluster } from '../../../src/simulator/memory-cluster.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { createFleet } from '../../support/fleet.ts';
import { aBackend, aPolicy } from '../../support/policies.ts';

const { signal } = new AbortController();

function stage(size: number, parts: Partial<PresentPlanParts> = {}) {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	const fleet = createFleet(store, size);
	const cluster = createMemoryCluster({ name: 'east', store, clock });
	const found: string[] = [];
	const plan = createPresentPlan({
		clock,
		random: () => 0.5,
		async findCluster(name) {
			found.push(name);
			await Promise.resolve();
			if (name === 'east') return cluster;
			const where = { kind: 'named', name } as const;
			throw new ProblemError(problem('E_CLUSTER_UNREACHABLE', { where, message: 'refused' }));
		},
		...parts,
	});
	return { clock, store, fleet, cluster, plan, found };
}

const east = new Set(['east']);

test('policies are decided by what the clusters are now, and nothing is written', async (t) => {
	const { clock, store, fleet, plan } = stage(3);
	fleet.setReady(1, false);
	const before = store.resourceVersion();
	const planning = plan(fleet.policies, east, signal);
	await clock.advance(1_000);
	const decisions = await planning;
	t.deepEqual(
		fleet.policies.map(({ key }) => decisions.get(key)?.kind),
		['hold', 'shift', 'hold'],
	);
	t.like(decisions.get('shop/web-1'), {
		move: 'failover',
		to: new Map([
			['web-1', 0],
			['spare-1', 1],
		]),
	});
	t.is(store.resourceVersion(), before);
});

test('five hundred policies are decided at once', async (t) => {
	const { clock, fleet, plan } = stage(500);
	fleet.setReady(499, false);
	const planning = plan(fleet.policies, east, signal);
	await clock.advance(1_000);
	const decisions = await planning;
	t.is(decisions.size, 500);
	t.is(decisions.get('shop/web-499')?.kind, 'shift');
});

test('no policies ask nobody', async (t) => {
	const { plan, found } = stage(1);
	t.deepEqual(await plan([], east, signal), new Map());
	t.deepEqual(found, []);
});

test('a cluster without an answer leaves its policies out after 30 s, and the others are decided', async (t) => {
	const { clock, fleet, plan } = stage(1);
	const far = aPolicy({
		key: 'shop/far',
		target: { kind: 'TrafficSplit', cluster: 'west', namespace: 'shop', name: 'far' },
	});
	let isOver = false;
	const planning = plan([...fleet.policies, far], new Set(['east', 'west']), signal).finally(() => {
		isOver = true;
	});
	await clock.advance(29_999);
	t.false(isOver);
	await clock.advance(1);
	t.deepEqual([...(await planning).keys()], ['shop/web-0']);
});

test('an origin that stays unreached is unknown after staleAfter, where that is sooner', async (t) => {
	const { clock, fleet, plan } = stage(1);
	const [policy = aPolicy()] = fleet.policies;
	const origin = { cluster: 'west', namespace: 'shop', service: 'spare-0' };
	const distant = {
		...policy,
		health: { minReady: 1, staleAfter: 10_000 },
		backends: [aBackend('web-0'), aBackend('spare-0', { tier: 1, origin })],
	};
	const planning = plan([distant], new Set(['east', 'west']), signal);
	await clock.advance(10_001);
	t.is((await planning).get('shop/web-0')?.kind, 'hold');
});

test('timers of backends that this process knows go on', async (t) => {
	const slow = (policy: ReturnType<typeof aPolicy>) => ({
		...policy,
		failover: { after: 60_000, via: 'Direct' as const },
	});
	const fresh = stage(1);
	fresh.fleet.setReady(0, false);
	const waits = fresh.plan(fresh.fleet.policies.map(slow), east, signal);
	await fresh.clock.advance(1_000);
	t.is((await waits).get('shop/web-0')?.kind, 'hold');

	const known = stage(1, {
		recall: () => ({ backends: new Map([['web-0', { verdict: 'Healthy', failingSince: 0 }]]) }),
	});
	known.fleet.setReady(0, false);
	const goes = known.plan(known.fleet.policies.map(slow), east, signal);
	await known.clock.advance(1_000);
	t.is((await goes).get('shop/web-0')?.kind, 'shift');
});

test('an abort ends it, and its watches', async (t) => {
	const { clock, fleet, plan } = stage(1);
	const stop = new AbortController();
	const far = aPolicy({ target: { kind: 'TrafficSplit', cluster: 'west', namespace: 'shop', name: 'far' } });
	const planning = plan([...fleet.policies, far], new Set(['east', 'west']), stop.signal);
	await clock.advance(1_000);
	stop.abort(new Error('enough'));
	await t.throwsAsync(planning, { message: 'enough' });
});

test('once it is over nobody is asked any more', async (t) => {
	const { clock, plan, found } = stage(1);
	const far = aPolicy({ target: { kind: 'TrafficSplit', cluster: 'west', namespace: 'shop', name: 'far' } });
	const planning = plan([far], new Set(['west']), signal);
	await clock.advance(30_000);
	await planning;
	const asked = found.length;
	t.true(asked > 0);
	await clock.advance(3_600_000);
	t.is(found.length, asked);
});
