import test from 'ava';
import fc from 'fast-check';
import { shareOf, undeliverable } from '../../src/model/weights.ts';
import {
	anyHistory,
	anyLive,
	anyPolicy,
	beginWith,
	isWell,
	names,
	playHistory,
	type Sight,
	shiftsOf,
} from '../support/troubled-histories.ts';

const runs = { numRuns: 600 };
const anyPlay = fc
	.record({ policy: anyPolicy, history: anyHistory(), live: anyLive })
	.map(({ policy, history, live }) => ({ policy, ...playHistory(policy, history, beginWith(live)) }));

test('INV-01 whatever was seen, what is decided can be written, and is never all zero', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ turns }) => {
			for (const { shift } of shiftsOf(turns)) t.is(undeliverable(shift.to), undefined);
		}),
		runs,
	);
});

test('INV-03 a decision names the policy’s backends, in its order, in integers', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ turns }) => {
			for (const { shift } of shiftsOf(turns)) {
				t.deepEqual([...shift.to.keys()], names);
				t.true([...shift.to.values()].every((weight) => Number.isInteger(weight) && weight >= 0));
			}
		}),
		runs,
	);
});

const blindSight: fc.Arbitrary<Sight> = fc.oneof(
	fc.constantFrom<Sight>('unknown', 'nothing'),
	fc.record({ ready: fc.nat(3), freshFor: fc.constantFrom(0, -1, -60_000) }),
);

test('INV-07 what is only stale or unknown moves nothing, however long it lasts', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(blindSight), anyLive, (policy, history, live) => {
			const { turns } = playHistory(policy, history, beginWith(live));
			t.deepEqual(shiftsOf(turns), []);
		}),
		runs,
	);
});

test('INV-08 what is not known is Unknown, never Unhealthy, and a stale word is none', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ turns }) => {
			for (const { look, memory } of turns.filter((turn) => !turn.look.blind)) {
				for (const [index, sight] of look.sights.entries()) {
					const fresh = typeof sight === 'object' && sight.freshFor > 0;
					const { verdict } = memory.backends.get(names[index] ?? '') ?? {};
					if (!fresh) t.is(verdict, 'Unknown');
				}
			}
		}),
		runs,
	);
});

test('INV-13 a backend receives new traffic only while its newest fresh sample is ready', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ policy, turns }) => {
			for (const { shift, live, look } of shiftsOf(turns)) {
				for (const [index, name] of names.entries()) {
					const gains = shareOf(shift.to, name) > shareOf(live, name) + 1e-9;
					if (gains) t.true(isWell(policy, look.sights[index]), `${name} is not well`);
				}
			}
		}),
		runs,
	);
});

test('INV-09 nothing is decided, and nothing remembered, while an input is missing', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ turns }) => {
			for (const { decision, before, memory } of turns.filter(({ look }) => look.blind)) {
				t.is(decision.kind, 'hold');
				t.is(memory, before);
			}
		}),
		runs,
	);
});

test('INV-30 the same inputs give the same decision, reasons included', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, (policy, history, live) => {
			const [once, again] = [1, 2].map(() => playHistory(policy, history, beginWith(live)));
			t.deepEqual(once, again);
		}),
		{ numRuns: 100 },
	);
});

test('INV-31 Observe decides what Active decides', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, (policy, history, live) => {
			const [active, observe] = (['Active', 'Observe'] as const).map(
				(mode) => playHistory({ ...policy, mode }, history, beginWith(live)).turns,
			);
			t.deepEqual(active, observe);
		}),
		{ numRuns: 100 },
	);
});
