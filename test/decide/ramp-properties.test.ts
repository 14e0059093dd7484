// What holds of every history, also where the way back is gone in steps.
import test from 'ava';
import fc from 'fast-check';
import { weightsAt } from '../../src/decide/ramp-weights.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { sameRatio, shareOf, undeliverable } from '../../src/model/weights.ts';
import {
	anyHistory,
	anyLive,
	anyPolicy,
	anySight,
	beginWith,
	calmHistory,
	isWell,
	knownSight,
	names,
	playHistory,
	type Sight,
	settledWeights,
	shiftsOf,
	steadyLook,
	type Turn,
} from '../support/histories.ts';

const hour = 3_600_000;
const longestRamp = [10, 20, 30, 50, 80, 100];
const anyRamp = fc.constantFrom<readonly number[]>([10, 50, 100], [1, 100], [33, 66, 100], longestRamp);

const anyRamped: fc.Arbitrary<FailoverPolicy> = fc
	.tuple(anyPolicy, anyRamp, fc.constantFrom(1_000, 30_000, 60_000))
	.map(([policy, ramp, rampInterval]) => ({
		...policy,
		failback: { ...policy.failback, ramp, rampInterval },
	}));

const autoRamped = anyRamped.map((policy) => ({
	...policy,
	failback: { ...policy.failback, mode: 'Auto' as const },
}));

const anySights = fc.array(anySight, { minLength: names.length, maxLength: names.length });
const knownSights = fc.array(knownSight, { minLength: names.length, maxLength: names.length });

function steady(sights: readonly Sight[], after: number, count: number) {
	return Array.from({ length: count }, () => steadyLook(sights, after));
}

/** Every turn of a random history must satisfy `holds`, for policies changed this way. */
function always(
	holds: (turn: Turn, policy: FailoverPolicy) => boolean,
	change: (policy: FailoverPolicy) => FailoverPolicy = (policy) => policy,
): void {
	fc.assert(
		fc.property(anyRamped, calmHistory(), anyLive, (anyOne, history, live) => {
			const policy = change(anyOne);
			return playHistory(policy, history, beginWith(live)).turns.every((turn) => holds(turn, policy));
		}),
		{ numRuns: 1_500 },
	);
}

test('INV-01 INV-03 each step can be written, and is part of the way it says', (t) => {
	always(({ decision, memory }) => {
		if (decision.kind === 'hold') return true;
		const { to, ramp, move } = decision;
		if (undeliverable(to) !== undefined) return false;
		if (ramp === undefined) return true;
		const from = memory.ramp?.from;
		return (
			move === 'failback' &&
			ramp.of.includes(ramp.percent) &&
			from !== undefined &&
			sameRatio(to, weightsAt(from, ramp.final, ramp.percent))
		);
	});
	t.pass();
});

test('INV-13 a step gives traffic to nobody who is not well', (t) => {
	always(({ decision, look }, policy) => {
		if (decision.kind === 'hold' || decision.move === 'failover') return true;
		const { from, to } = decision;
		return names.every(
			(name, index) => isWell(policy, look.sights[index]) || shareOf(to, name) <= shareOf(from, name) + 1e-3,
		);
	});
	t.pass();
});

test('INV-02 a ramp never keeps traffic on a backend that is down while another is ready', (t) => {
	always(
		({ look: { sights }, decision, live }, policy) => {
			const isKnown = sights.every((sight) => typeof sight === 'object' && sight.freshFor > 0);
			const isAnyWell = policy.backends.some(
				({ weight }, index) => weight > 0 && isWell(policy, sights[index]),
			);
			if (!isKnown || !isAnyWell) return true;
			const after = decision.kind === 'shift' ? decision.to : live;
			return names.every((name, index) => isWell(policy, sights[index]) || shareOf(after, name) === 0);
		},
		(policy) => ({ ...policy, failover: { ...policy.failover, after: 0 } }),
	);
	t.pass();
});

test('INV-02 leaving is never a step: it goes all the way at once', (t) => {
	always(({ decision, memory }) => {
		if (decision.kind === 'hold' || decision.move === 'failback') return true;
		return decision.ramp === undefined && memory.ramp === undefined && memory.approved === undefined;
	});
	t.pass();
});

test('INV-02 traffic on a backend that is down is left by a failover, however long that takes to arrive', (t) => {
	const hasty = anyRamped.map((policy) => ({ ...policy, failover: { ...policy.failover, after: 0 } }));
	fc.assert(
		fc.property(hasty, anyHistory(), anyLive, (policy, history, live) => {
			for (const { shift, look, live: before } of shiftsOf(
				playHistory(policy, history, beginWith(live)).turns,
			)) {
				const isDown = names.some((name, index) => {
					const sight = look.sights[index];
					const isKnown = typeof sight === 'object' && sight.freshFor > 0;
					return isKnown && !isWell(policy, sight) && shareOf(before, name) > 0;
				});
				t.true(!isDown || (shift.move === 'failover' && shift.ramp === undefined));
			}
		}),
		{ numRuns: 1_500 },
	);
});

test('INV-09 INV-30 nothing is decided blindly, and the same history gives the same decisions', (t) => {
	fc.assert(
		fc.property(anyRamped, anyHistory(), anyLive, (policy, history, live) => {
			const [once, again] = [0, 1].map(() => playHistory(policy, history, beginWith(live)));
			t.deepEqual(once, again);
			for (const { look, decision, before, memory } of once?.turns ?? []) {
				t.true(!look.blind || (decision.kind === 'hold' && memory === before));
			}
		}),
		{ numRuns: 200 },
	);
});

test('INV-17 INV-21 with no time gone by, at most one step is taken', (t) => {
	fc.assert(
		fc.property(anyRamped, anySights, anyLive, (policy, sights, live) => {
			const { turns } = playHistory(policy, steady(sights, 0, 5), beginWith(live));
			t.true(shiftsOf(turns).length <= 1);
		}),
		{ numRuns: 2_000 },
	);
});

/** A wait before it, and each step, once for each backend that may have joined on the way. */
const enough = 4 * (longestRamp.length + 1);

test('INV-22 INV-24 whatever came before, the right weights are reached, to the letter, and stay', (t) => {
	fc.assert(
		fc.property(autoRamped, anyHistory(), knownSights, anyLive, (policy, history, sights, live) => {
			fc.pre(policy.backends.some(({ weight }, index) => weight > 0 && isWell(policy, sights[index])));
			const before = playHistory(policy, history, beginWith(live)).end;
			const { end } = playHistory(policy, steady(sights, hour, enough), before);
			t.true(sameRatio(end.live, settledWeights(policy, sights)));
			t.deepEqual([end.memory.ramp, end.memory.pending], [undefined, undefined]);
			t.deepEqual(shiftsOf(playHistory(policy, steady(sights, hour, 3), end).turns), []);
		}),
		{ numRuns: 1_500 },
	);
});

test('INV-22 the weights come to rest whatever is seen, also where it is nothing', (t) => {
	fc.assert(
		fc.property(anyRamped, anyHistory(), anySights, anyLive, (policy, history, sights, live) => {
			const { end } = playHistory(policy, history, beginWith(live));
			const { turns } = playHistory(policy, steady(sights, hour, enough + 5), end);
			t.deepEqual(shiftsOf(turns.slice(enough)), []);
		}),
		{ numRuns: 1_000 },
	);
});

test('INV-22 a time to decide again always lies ahead', (t) => {
	fc.assert(
		fc.property(anyRamped, anyHistory(), anyLive, (policy, history, live) => {
			for (const { wakeAt, now } of playHistory(policy, history, beginWith(live)).turns) {
				t.true(wakeAt === undefined || wakeAt > now);
			}
		}),
		{ numRuns: 1_500 },
	);
});

test('INV-22 whoever only comes at those times arrives where one who looks every second does', (t) => {
	const patient = anyRamped.map((policy) => ({ ...policy, failover: { ...policy.failover, after: 10_000 } }));
	fc.assert(
		fc.property(patient, knownSights, anyLive, (policy, sights, live) => {
			const often = playHistory(policy, steady(sights, 1_000, 700), beginWith(live));
			let standing = beginWith(live);
			for (let count = 0, after = 0; count < 40; count += 1) {
				const { turns, end } = playHistory(policy, [steadyLook(sights, after)], standing);
				const [turn] = turns;
				standing = end;
				if (turn?.decision.kind === 'shift') after = 0;
				else if (turn?.wakeAt === undefined || turn.wakeAt - end.now > 1_000_000) break;
				else after = turn.wakeAt - end.now;
			}
			t.true(sameRatio(standing.live, often.end.live));
		}),
		{ numRuns: 100 },
	);
});

test('INV-16 a restart that forgets everything may delay the next shift, and never brings it forward', (t) => {
	fc.assert(
		fc.property(anyRamped, anyHistory(knownSight), fc.nat(11), anyLive, (policy, history, at, live) => {
			const whole = playHistory(policy, history, beginWith(live));
			const [before, after] = [history.slice(0, at), history.slice(at)];
			const killed = playHistory(policy, before, beginWith(live));
			const done = shiftsOf(killed.turns).length;
			fc.pre(done === 0 || killed.end.memory.ramp?.settledAt !== undefined);
			const restarted = playHistory(policy, after, { ...killed.end, memory: emptyMemory });
			const undisturbed = shiftsOf(whole.turns)[done];
			const [delayed] = shiftsOf(restarted.turns);
			t.true(delayed === undefined || (undisturbed !== undefined && delayed.now >= undisturbed.now));
		}),
		{ numRuns: 1_500 },
	);
});
