// Invariants over time: what ends, what waits, and what a restart may change.
import test from 'ava';
import fc from 'fast-check';
import { emptyMemory } from '../../src/model/decision.ts';
import { sameRatio } from '../../src/model/weights.ts';
import {
	anyHistory,
	anyLive,
	anyPolicy,
	anySight,
	beginWith,
	isWell,
	knownSight,
	names,
	playHistory,
	type Sight,
	settledWeights,
	shiftsOf,
	steadyLook,
} from '../support/histories.ts';

const hour = 3_600_000;
const anySights = fc.array(anySight, { minLength: names.length, maxLength: names.length });
const knownSights = fc.array(knownSight, { minLength: names.length, maxLength: names.length });

function steady(sights: readonly Sight[], after: number, count: number) {
	return Array.from({ length: count }, () => steadyLook(sights, after));
}

test('INV-21 with nothing new and no time gone by, at most one shift follows, whatever stood there', (t) => {
	fc.assert(
		fc.property(anyPolicy, anySights, anyLive, (policy, sights, live) => {
			const { turns } = playHistory(policy, steady(sights, 0, 5), beginWith(live));
			t.true(shiftsOf(turns).length <= 1);
		}),
		{ numRuns: 2_000 },
	);
});

test('INV-22 after any history, once what is seen stops changing, the weights come to rest for ever', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anySights, anyLive, (policy, history, sights, live) => {
			const { end } = playHistory(policy, history, beginWith(live));
			const { turns } = playHistory(policy, steady(sights, hour, 10), end);
			t.deepEqual(shiftsOf(turns.slice(names.length + 1)), []);
		}),
		{ numRuns: 1_000 },
	);
});

test('INV-24 INV-04 where it ends depends on what is seen last, not on what was seen or missed before', (t) => {
	const auto = anyPolicy.map((policy) => ({
		...policy,
		failback: { ...policy.failback, mode: 'Auto' as const },
	}));
	fc.assert(
		fc.property(auto, anyHistory(), knownSights, anyLive, (policy, history, sights, live) => {
			const isSomeoneWell = policy.backends.some(
				({ weight }, index) => weight > 0 && isWell(policy, sights[index]),
			);
			fc.pre(isSomeoneWell);
			const before = playHistory(policy, history, beginWith(live)).end;
			const { end } = playHistory(policy, steady(sights, hour, 5), before);
			t.true(sameRatio(end.live, settledWeights(policy, sights)));
		}),
		{ numRuns: 1_000 },
	);
});

test('INV-22 a time to decide again always lies ahead', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, (policy, history, live) => {
			for (const { wakeAt, now } of playHistory(policy, history, beginWith(live)).turns) {
				t.true(wakeAt === undefined || wakeAt > now);
			}
		}),
		{ numRuns: 1_000 },
	);
});

test('INV-22 whoever only comes at those times arrives where one who looks every second does', (t) => {
	const patient = anyPolicy.map((policy) => ({ ...policy, failover: { ...policy.failover, after: 10_000 } }));
	fc.assert(
		fc.property(patient, knownSights, anyLive, (policy, sights, live) => {
			const often = playHistory(policy, steady(sights, 1_000, 150), beginWith(live));
			let standing = beginWith(live);
			for (let count = 0, after = 0; count < 12; count += 1) {
				const { turns, end } = playHistory(policy, [steadyLook(sights, after)], standing);
				const [turn] = turns;
				standing = end;
				if (turn?.decision.kind === 'shift') after = 0;
				else if (turn?.wakeAt === undefined || turn.wakeAt - end.now > 1_000_000) break;
				else after = turn.wakeAt - end.now;
			}
			t.true(sameRatio(standing.live, often.end.live));
		}),
		{ numRuns: 200 },
	);
});

test('INV-12 a backend that fails for less than failover.after at a time is never left', (t) => {
	const flapping = fc.array(fc.record({ fails: fc.nat(9_999), recovers: fc.nat(20_000) }), { maxLength: 8 });
	fc.assert(
		fc.property(anyPolicy, flapping, (anyOne, spells) => {
			const policy = { ...anyOne, failover: { ...anyOne.failover, after: 10_000 } };
			const [well, down] = [5, 0].map((ready) => names.map(() => ({ ready, freshFor: hour })));
			if (well === undefined || down === undefined) return;
			const home = settledWeights(policy, well);
			const looks = spells.flatMap(({ fails, recovers }) => [
				steadyLook(down, recovers),
				steadyLook(well, fails),
			]);
			const { turns } = playHistory(policy, [steadyLook(well, 0), ...looks], beginWith(home));
			t.deepEqual(shiftsOf(turns), []);
		}),
		{ numRuns: 500 },
	);
});

test('INV-16 a restart may delay the next shift, and never brings it forward', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(knownSight), fc.nat(11), anyLive, (policy, history, at, live) => {
			const whole = playHistory(policy, history, beginWith(live));
			const [before, after] = [history.slice(0, at), history.slice(at)];
			const killed = playHistory(policy, before, beginWith(live));
			fc.pre(shiftsOf(killed.turns).length === 0);
			const restarted = playHistory(policy, after, { ...killed.end, memory: emptyMemory });
			const [undisturbed] = shiftsOf(whole.turns);
			const [delayed] = shiftsOf(restarted.turns);
			t.true(delayed === undefined || (undisturbed !== undefined && delayed.now >= undisturbed.now));
		}),
		{ numRuns: 1_000 },
	);
});
