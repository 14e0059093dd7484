import test from 'ava';
import fc from 'fast-check';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import { sameRatio, shareOf, undeliverable } from '../../src/model/weights.ts';
import {
	countMoves,
	histories,
	type Moment,
	playHistory,
	snapshotOf,
	toWeights,
	weightsAfter,
} from '../support/histories.ts';

/** Every decision of a random history must satisfy `holds`. */
function always(
	holds: (
		decided: ReturnType<typeof playHistory>[number],
		policy: Parameters<typeof toWeights>[0],
	) => boolean,
): void {
	fc.assert(
		fc.property(histories, (history) => playHistory(history).every((each) => holds(each, history.policy))),
		{ numRuns: 1_000 },
	);
}

function indexOf(policy: Parameters<typeof toWeights>[0], service: string): number {
	return policy.backends.findIndex((backend) => backend.service === service);
}

test('INV-01 never all zero: whatever is written can be delivered', (t) => {
	always(({ decision }) => decision.kind === 'hold' || undeliverable(decision.to) === undefined);
	t.pass();
});

test('INV-02 a backend that is down past failover.after has no traffic while another is ready', (t) => {
	always((each, policy) => {
		if (policy.failover.after > 0 || each.seen.includes('unknown')) return true;
		const ready = (index: number): boolean => Number(each.seen[index]) >= policy.health.minReady;
		if (!policy.backends.some((_, index) => ready(index))) return true;
		return policy.backends.every(
			({ service }, index) => ready(index) || shareOf(weightsAfter(each), service) === 0,
		);
	});
	t.pass();
});

test('INV-03 names and their order are those of the policy, weights are integers', (t) => {
	always(({ decision }, policy) => {
		if (decision.kind === 'hold') return true;
		const services = policy.backends.map(({ service }) => service);
		return (
			[...decision.to.keys()].join() === services.join() && [...decision.to.values()].every(Number.isInteger)
		);
	});
	t.pass();
});

test('INV-04 with everything known and no timers, only the first tier that is ready has traffic', (t) => {
	always((each, policy) => {
		const settled =
			policy.failover.after === 0 && policy.failback.after === 0 && policy.failback.mode === 'Auto';
		if (!settled || each.seen.includes('unknown')) return true;
		const ready = policy.backends.filter((_, index) => Number(each.seen[index]) >= policy.health.minReady);
		if (ready.length === 0) return true;
		const first = Math.min(...ready.map(({ tier }) => tier));
		const wanted = new Map(
			policy.backends.map((one) => [one.service, ready.includes(one) && one.tier === first ? one.weight : 0]),
		);
		return sameRatio(weightsAfter(each), wanted);
	});
	t.pass();
});

test('INV-08 what is unknown is neither left nor given more', (t) => {
	always((each, policy) => {
		if (each.decision.kind === 'hold') return true;
		const { to, from } = each.decision;
		return policy.backends.every(
			({ service }, index) =>
				each.seen[index] !== 'unknown' || shareOf(to, service) <= shareOf(from, service) + 1e-3,
		);
	});
	t.pass();
});

test('INV-08 losing sight of everything moves nothing', (t) => {
	always((each) => each.seen.some((seen) => seen !== 'unknown') || sameRatio(weightsAfter(each), each.live));
	t.pass();
});

test('INV-12 a failing run shorter than failover.after moves no traffic off a backend', (t) => {
	fc.assert(
		fc.property(histories, ({ policy, live, moments }) => {
			const short = moments.map((moment): Moment => ({ ...moment, lasts: 1 }));
			const patient = { ...policy, failover: { ...policy.failover, after: 30_000 } };
			return playHistory({ policy: patient, live, moments: short }).every(
				({ decision }) =>
					decision.kind === 'hold' ||
					decision.move === 'failback' ||
					!decision.reasons.some(({ code }) => code === 'BackendUnhealthy'),
			);
		}),
		{ numRuns: 500 },
	);
	t.pass();
});

test('INV-13 only a backend whose newest sample is ready gains traffic', (t) => {
	always((each, policy) => {
		const { decision } = each;
		if (decision.kind === 'hold') return true;
		return [...decision.to.keys()].every((service) => {
			const gains = shareOf(decision.to, service) > shareOf(decision.from, service) + 1e-3;
			return !gains || Number(each.seen[indexOf(policy, service)]) >= policy.health.minReady;
		});
	});
	t.pass();
});

test('INV-20 with failback.mode Manual no move but a failover gives traffic to a backend that has none', (t) => {
	always(({ decision }, policy) => {
		if (policy.failback.mode === 'Auto' || decision.kind === 'hold' || decision.move === 'failover')
			return true;
		return [...decision.to.keys()].every(
			(service) => shareOf(decision.to, service) === 0 || shareOf(decision.from, service) > 0,
		);
	});
	t.pass();
});

test('INV-21 the same inputs, decided again, move nothing', (t) => {
	fc.assert(
		fc.property(histories, ({ policy, live, moments }) => {
			const last = moments.slice(-1);
			const decided = playHistory({
				policy,
				live,
				moments: [...moments, ...last, ...last].map((moment) => ({ ...moment, lasts: 0 })),
			});
			return countMoves(decided.slice(-2)) === 0;
		}),
		{ numRuns: 500 },
	);
	t.pass();
});

test('INV-22 once what is seen stops changing the weights settle and stay', (t) => {
	fc.assert(
		fc.property(histories, ({ policy, live, moments }) => {
			const last = moments.at(-1);
			if (last === undefined) return true;
			const still = Array.from({ length: 12 }, () => ({ ...last, lasts: 60_000 }));
			return countMoves(playHistory({ policy, live, moments: [...moments, ...still] }).slice(-6)) === 0;
		}),
		{ numRuns: 500 },
	);
	t.pass();
});

test('INV-30 the same history gives the same decisions, reasons included', (t) => {
	fc.assert(
		fc.property(histories, (history) => {
			t.deepEqual(playHistory(history), playHistory(history));
		}),
		{ numRuns: 100 },
	);
});

test('INV-09 nothing is decided while an input is missing, whatever else is seen', (t) => {
	fc.assert(
		fc.property(histories, ({ policy, live, moments: [moment] }) => {
			const snapshot = snapshotOf(policy, toWeights(policy, live), moment?.seen ?? []);
			const { decision, memory } = decide(
				policy,
				{ ...snapshot, waitingFor: ['slices of east/shop'] },
				emptyMemory,
				0,
			);
			return decision.kind === 'hold' && memory === emptyMemory;
		}),
		{ numRuns: 200 },
	);
	t.pass();
});
