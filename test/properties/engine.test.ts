// What each decision must be, where every shift arrives.
import test from 'ava';
import fc from 'fast-check';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import { sameRatio, shareOf, type Weights } from '../../src/model/weights.ts';
import {
	anyHistory,
	anyLive,
	anyPolicy,
	beginWith,
	calmHistory,
	isWell,
	type Look,
	names,
	playHistory,
	type Sight,
	settledWeights,
	shiftsOf,
	type Turn,
} from '../support/histories.ts';

const anyPlay = fc.record({ policy: anyPolicy, history: calmHistory(), live: anyLive });

/** Every turn of a random history must satisfy `holds`, for policies changed this way. */
function always(
	holds: (turn: Turn, policy: FailoverPolicy) => boolean,
	change: (policy: FailoverPolicy) => FailoverPolicy = (policy) => policy,
): void {
	fc.assert(
		fc.property(anyPlay, ({ policy: anyOne, history, live }) => {
			const policy = change(anyOne);
			return playHistory(policy, history, beginWith(live)).turns.every((turn) => holds(turn, policy));
		}),
		{ numRuns: 1_000 },
	);
}

/** The weights after a decision. */
function weightsAfter({ decision, live }: Turn): Weights {
	return decision.kind === 'shift' ? decision.to : live;
}

function isKnown(sight: Sight): boolean {
	return typeof sight === 'object' && sight.freshFor > 0;
}

function isAnyWell(policy: FailoverPolicy, { sights }: Look): boolean {
	return policy.backends.some(({ weight }, index) => weight > 0 && isWell(policy, sights[index]));
}

function withoutTimers(policy: FailoverPolicy): FailoverPolicy {
	return {
		...policy,
		failover: { ...policy.failover, after: 0 },
		failback: { ...policy.failback, after: 0, mode: 'Auto' },
	};
}

test('INV-02 a backend that is down past failover.after has no traffic while another is ready', (t) => {
	always(
		(turn, policy) => {
			const { sights } = turn.look;
			if (!sights.every(isKnown) || !isAnyWell(policy, turn.look)) return true;
			return names.every(
				(name, index) => isWell(policy, sights[index]) || shareOf(weightsAfter(turn), name) === 0,
			);
		},
		(policy) => ({ ...policy, failover: { ...policy.failover, after: 0 } }),
	);
	t.pass();
});

test('INV-04 with everything known and no timers, only the first tier that is ready has traffic', (t) => {
	always((turn, policy) => {
		const { look } = turn;
		if (!look.sights.every(isKnown) || !isAnyWell(policy, look)) return true;
		return sameRatio(weightsAfter(turn), settledWeights(policy, look.sights));
	}, withoutTimers);
	t.pass();
});

test('INV-08 what is unknown is neither left nor given more', (t) => {
	always(({ decision, look }) => {
		if (decision.kind === 'hold') return true;
		const { to, from } = decision;
		return names.every((name, index) => {
			const sight = look.sights[index];
			return (sight !== undefined && isKnown(sight)) || shareOf(to, name) <= shareOf(from, name) + 1e-3;
		});
	});
	t.pass();
});

test('INV-09 nothing is decided while an input is missing, whatever else is seen', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, (policy, history, live) => {
			const { turns } = playHistory(policy, history, beginWith(live));
			return turns.every(
				({ look, decision, before, memory }) =>
					!look.blind || (decision.kind === 'hold' && memory === before),
			);
		}),
		{ numRuns: 1_000 },
	);
	t.pass();
});

test('INV-12 a failing run shorter than failover.after moves no traffic off a backend', (t) => {
	fc.assert(
		fc.property(anyPlay, ({ policy, history, live }) => {
			const short = history.map((look) => ({ ...look, after: 1 }));
			const patient = { ...policy, failover: { ...policy.failover, after: 30_000 } };
			const { turns } = playHistory(patient, short, beginWith(live));
			return shiftsOf(turns).every(
				({ shift: { move, reasons } }) =>
					move === 'failback' || !reasons.some(({ code }) => code === 'BackendUnhealthy'),
			);
		}),
		{ numRuns: 500 },
	);
	t.pass();
});

test('INV-20 with failback.mode Manual no move but a failover gives traffic to a backend that has none', (t) => {
	always(
		({ decision }) =>
			decision.kind === 'hold' ||
			decision.move === 'failover' ||
			names.every((name) => shareOf(decision.to, name) === 0 || shareOf(decision.from, name) > 0),
		(policy) => ({ ...policy, failback: { ...policy.failback, mode: 'Manual' } }),
	);
	t.pass();
});

test('INV-30 the same history gives the same decisions, reasons included', (t) => {
	fc.assert(
		fc.property(anyPolicy, anyHistory(), anyLive, (policy, history, live) => {
			const [once, again] = [0, 1].map(() => playHistory(policy, history, beginWith(live)));
			t.deepEqual(once, again);
		}),
		{ numRuns: 100 },
	);
});
