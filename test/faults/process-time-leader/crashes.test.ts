import test from 'ava';
import { findObject } from '../../../src/simulator/world/apply.ts';
import { type Deployment, type Instance, startDeployment } from '../../support/instances.ts';
import type { Effect } from '../../support/replica-wire.ts';

/** A failover and a failback, with time for a successor of whoever dies in between. */
async function playEpisode(world: Deployment): Promise<void> {
	await world.clock.advance(2_000);
	world.setReady(false);
	await world.clock.advance(60_000);
	world.setReady(true);
	await world.clock.advance(90_000);
}

interface Played {
	readonly transitions: readonly string[];
	/** Effects of each process that are no business of the election. */
	readonly effects: readonly (readonly Effect[])[];
	/** The policy's entry at the end. */
	readonly ledger: object | undefined;
	readonly deaths: number;
}

/** Plays it with processes of which the n-th dies at the n-th point; a new one starts at that moment. */
async function play(points: readonly Effect[]): Promise<Played> {
	const world = startDeployment({ failback: { mode: 'Auto', after: 10_000, via: 'Direct' } });
	const effects: Effect[][] = [];
	let deaths = 0;
	let last: Instance | undefined;
	const start = (): void => {
		const seen: Effect[] = [];
		effects.push(seen);
		const point = points[effects.length - 1];
		const instance = world.start();
		last = instance;
		const order: number[] = [];
		instance.onEffect((effect) => {
			if (effect.plural === 'leases') return;
			if (!effect.answered) order.push(effect.index);
			const own = { ...effect, index: order.indexOf(effect.index) };
			seen.push(own);
			if (own.index !== point?.index || own.answered !== point.answered) return;
			instance.kill();
			deaths += 1;
			start();
		});
	};
	start();
	await playEpisode(world);
	const stopped = last?.stop();
	await world.clock.advance(1_000);
	await stopped;
	const key = { group: '', plural: 'configmaps', namespace: 'spillway', name: 'spillway-east-ledger' };
	const data = findObject(world.store, key)?.['data'] as Readonly<Record<string, string>> | undefined;
	const ledger = JSON.parse(data?.['ledger.json'] ?? '{}').policies?.['emojivoto/emoji'];
	return { transitions: world.transitions, effects, ledger, deaths };
}

const expected = ['0/1', '1/0'];

test('F-053 a crash before or after any call leaves the same weights behind, with no transition more', async (t) => {
	t.timeout(120_000);
	const undisturbed = await play([]);
	t.deepEqual(undisturbed.transitions, expected);
	const points = undisturbed.effects[0] ?? [];
	t.true(points.length >= 10, `${points.length} points`);
	for (const point of points) {
		const played = await play([point]);
		const where = `${point.answered ? 'after' : 'before'} call ${point.index}, of ${point.plural}`;
		t.is(played.deaths, 1, where);
		t.deepEqual(played.transitions, expected, where);
		const open = Object.keys(played.ledger ?? {}).filter((field) => field !== 'settled');
		t.deepEqual(open, [], `${where}: nothing is pending, and the episode is over`);
	}
});

test('F-054 neither do two crashes, wherever they are', async (t) => {
	t.timeout(120_000);
	const { effects } = await play([]);
	for (const first of effects[0] ?? []) {
		const { effects: later } = await play([first]);
		const seconds = (later[1] ?? []).filter(({ answered }) => answered === first.answered);
		for (const second of seconds) {
			const played = await play([first, second]);
			const where = `${JSON.stringify(first)}, then ${JSON.stringify(second)}`;
			t.is(played.deaths, 2, where);
			t.deepEqual(played.transitions, expected, where);
		}
	}
});
