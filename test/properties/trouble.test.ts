// Invariants that must hold while samples go stale, inputs are missing and shifts do not arrive.
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
} from '../support/histories.ts';

const runs = { numRuns: 1_000 };
const anyPlay = fc
	.record({ policy: anyPolicy, history: anyHistory(), live: anyLive })
	.map(({ policy, history, live }) => ({ policy, ...playHistory(policy, history, beginWith(live)) }));

test('INV-01 INV-03 every shift can be written, in integers, by the policy’s names in its order', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ turns }) => {
			for (const { shift } of shiftsOf(turns)) {
				t.is(undeliverable(shift.to), undefined);
				t.deepEqual([...shift.to.keys()], names);
			}
		}),
		runs,
	);
});

const blindSight: fc.Arbitrary<Sight> = fc.oneof(
	fc.constantFrom<Sight>('unknown', 'nothing'),
	fc.record({ ready: fc.nat(3), freshFor: fc.constantFrom(0, -1, -60_000) }),
);

test('INV-07 losing sight of everything stops even a shift that has not arrived', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyHistory(blindSight), anyLive, (policy, seen, blind, live) => {
			const { end } = playHistory(policy, seen, beginWith(live));
			t.deepEqual(shiftsOf(playHistory(policy, blind, end).turns), []);
		}),
		runs,
	);
});

test('INV-08 what is not known, or only known from before, is Unknown and never Unhealthy', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ turns }) => {
			for (const { look, memory } of turns.filter((turn) => !turn.look.blind)) {
				const unknown = names.filter((_, index) => {
					const sight = look.sights[index];
					return typeof sight !== 'object' || sight.freshFor <= 0;
				});
				for (const name of unknown) t.is(memory.backends.get(name)?.verdict, 'Unknown');
			}
		}),
		runs,
	);
});

test('INV-13 measured by what is live, only a backend whose fresh sample is ready gains, down to the last unit', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ policy, turns }) => {
			for (const { shift, live, look } of shiftsOf(turns)) {
				const gaining = names.filter((name) => shareOf(shift.to, name) > shareOf(live, name) + 1e-9);
				for (const name of gaining) t.true(isWell(policy, look.sights[names.indexOf(name)]), name);
			}
		}),
		runs,
	);
});

test('INV-31 Observe decides what Active decides, as long as nothing arrives', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, (policy, history, live) => {
			const stuck = history.map((look) => ({ ...look, arrives: false }));
			const [active, observe] = (['Active', 'Observe'] as const).map(
				(mode) => playHistory({ ...policy, mode }, stuck, beginWith(live)).turns,
			);
			t.deepEqual(active, observe);
		}),
		{ numRuns: 100 },
	);
});
