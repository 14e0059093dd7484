// Invariants of the pass, while replicas take turns, others write too, linkerd-smi lags and answers are lost.
import test from 'ava';
import fc from 'fast-check';
import { sameRatio, undeliverable } from '../../src/model/weights.ts';
import { anyLive, anyPolicy, isWell, knownSight, names, settledWeights } from '../support/histories.ts';
import { anyRounds, calmRound, type Played, playRounds } from '../support/pass-histories.ts';

/** Every round of a random history, with the one before it, must satisfy `holds`. */
async function always(holds: (played: Played, last: Played | undefined) => boolean): Promise<void> {
	await fc.assert(
		fc.asyncProperty(anyPolicy, anyRounds(), anyLive, async (policy, rounds, live) => {
			const played = await playRounds(policy, live, rounds);
			return played.every((each, index) => holds(each, played[index - 1]));
		}),
		{ numRuns: 500 },
	);
}

test('INV-01 only what was decided is sent, and never what would send traffic nowhere', async (t) => {
	await always(
		({ sent, report: { decision } }) =>
			sent === undefined ||
			(decision.kind === 'shift' && sent.shift === decision && undeliverable(decision.to) === undefined),
	);
	t.pass();
});

test('INV-26 a replica that follows sends nothing, and leaves moves to the leader', async (t) => {
	await always(({ round, sent, report, memory }, last) => {
		if (round.duty !== 'follow') return report.follows === undefined;
		const before = round.restarted ? undefined : last?.memory;
		const kept = memory.pending === before?.pending && memory.episode === before?.episode;
		return report.follows === true && sent === undefined && kept;
	});
	t.pass();
});

test('INV-08 what is not known is never called unhealthy, whoever leads and writes', async (t) => {
	await always(({ round: { look }, sent, memory }) => {
		const unknown = names.filter((_, index) => {
			const sight = look.sights[index];
			return typeof sight !== 'object' || sight.freshFor <= 0;
		});
		if (sent !== undefined && unknown.length === names.length) return false;
		return look.blind || unknown.every((name) => memory.backends.get(name)?.verdict === 'Unknown');
	});
	t.pass();
});

test('INV-22 a shift has converged only when the live object and what the proxies route by carry it', async (t) => {
	await always(({ report: { end }, after, routed }) => {
		if (end.kind !== 'converged') return true;
		return sameRatio(after, end.pending.shift.to) && sameRatio(routed, after);
	});
	t.pass();
});

test('INV-22 INV-23 after any history, restarts and others’ writes included, the right weights are reached and stay', async (t) => {
	const sights = fc.array(knownSight, { minLength: names.length, maxLength: names.length });
	const auto = anyPolicy.map((policy) => ({
		...policy,
		failback: { ...policy.failback, mode: 'Auto' as const },
	}));
	await fc.assert(
		fc.asyncProperty(auto, anyRounds(), sights, anyLive, async (policy, rounds, last, live) => {
			fc.pre(policy.backends.some(({ weight }, index) => weight > 0 && isWell(policy, last[index])));
			const calm = Array.from({ length: 8 }, () => calmRound(last));
			const played = await playRounds(policy, live, [...rounds, ...calm]);
			for (const { sent, after, memory, report } of played.slice(-3)) {
				t.true(sameRatio(after, settledWeights(policy, last)));
				t.deepEqual([sent, memory.pending, report.end.kind], [undefined, undefined, 'held']);
			}
		}),
		{ numRuns: 500 },
	);
});
