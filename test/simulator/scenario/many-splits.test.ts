// A thousand splits behind one primary that fails, through the whole loop.
import test from 'ava';
import { parseScenario } from '../../../src/simulator/scenario/parse-scenario.ts';
import { playScenario } from '../../../src/simulator/scenario/play-scenario.ts';
import type { Scenario, Step } from '../../../src/simulator/scenario/scenario.ts';
import type { Stage } from '../../../src/simulator/scenario/stage.ts';
import { runStaged } from '../../support/staged-spillway.ts';

const count = 1_000;
const names = Array.from({ length: count }, (_, index) => `split-${index}`);

const base = parseScenario(`
title: a thousand splits
clusters: {east: {services: {web: 1, spare: 1}, syncEvery: 10s}}
pullRequests: {groupBy: Cluster}
timeline: [{at: 1s}]
`);

function compose(timeline: readonly Step[]): Scenario {
	const { east } = base.clusters;
	if (east === undefined) throw new Error('there is no east');
	const splits = Object.fromEntries(names.map((name) => [name, { web: 1, spare: 0 }]));
	const policies = names.map((name) => {
		const target = { cluster: 'east', name };
		const backends = [{ service: 'web' }, { service: 'spare', tier: 1 }];
		const moves = { failover: { via: 'PullRequest' }, failback: { via: 'PullRequest', after: '1m' } };
		return [name, { target, backends, ...moves }] as const;
	});
	return {
		...base,
		clusters: { east: { ...east, splits } },
		policies: Object.fromEntries(policies),
		timeline,
	};
}

test('a thousand splits that fail together are one commit and one pull request, and one merge moves them all', async (t) => {
	const number = 1;
	const minute = 60_000;
	let stage: Stage | undefined;
	let opened: number | undefined;
	const live = (weights: readonly number[]) =>
		Object.fromEntries([0, 499, 999].map((index) => [`east/split-${index}`, weights]));
	const timeline: readonly Step[] = [
		{ at: minute, scale: { 'east/web': 0 } },
		{
			at: minute + 2_000,
			expect: {
				weights: live([1, 0]),
				commits: 0,
				pulls: { open: 1, total: 1, of: { [number]: { title: '1000 splits' } } },
			},
			pulls: [{ act: 'merge', of: number, as: 'ada', style: 'squash' }],
		},
		{
			at: 2 * minute,
			expect: { weights: live([0, 1]), commits: 0, patches: 0, pulls: { open: 0, total: 1, of: {} } },
		},
	];
	const surprises = await playScenario(compose(timeline), async (set, onNotice, signal) => {
		stage = set;
		const begun = set.clock.now();
		set.forge.core.subscribe((event) => {
			if (event.kind === 'pull' && event.action === 'opened') opened = set.clock.now() - begun - minute;
		});
		await runStaged(set, onNotice, signal);
	});
	t.deepEqual(surprises, []);
	if (stage === undefined) return t.fail('nothing was played');
	const [merge] = stage.repository.log();
	t.is(merge?.files.length, count);
	const { calls, creations } = stage.forge.port.counts();
	t.is(creations, 1);
	t.true(calls <= 60, `${calls} calls`);
	t.true(opened !== undefined && opened <= 500, `opened after ${opened} ms`);
});
