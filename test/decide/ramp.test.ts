import test from 'ava';
import { renderReason } from '../../src/model/reason.ts';
import { start } from '../support/play-decisions.ts';
import { createTraffic } from '../support/play-traffic.ts';
import { aPolicy, weights } from '../support/policies.ts';
import {
	atFirstStep,
	fallbackDown,
	home,
	minute,
	primaryDown,
	ramped,
	well,
} from '../support/returning-traffic.ts';

const primaryUnknown = { 'emoji-svc': 'unknown', 'emoji-svc-west': 1 } as const;

test('F-094 traffic returns in steps, the first after failback.after, each an interval after the one before is live', (t) => {
	const traffic = createTraffic(ramped(), home);
	t.deepEqual(traffic.look(0, primaryDown).outcome, { failover: [0, 1] });
	t.deepEqual(traffic.look(minute, well).codes, ['InPlace', 'BackendRecovering']);
	t.deepEqual(traffic.look(3 * minute - 1, well).wakesAt, 3 * minute);
	t.deepEqual(traffic.look(3 * minute, well).outcome, { failback: [10, 90] });
	const waiting = traffic.look(3 * minute + 1, well);
	t.deepEqual([waiting.codes, waiting.wakesAt], [['InPlace', 'RampWaiting'], 4 * minute]);
	t.is(traffic.look(4 * minute - 1, well).outcome, 'hold');
	t.deepEqual(traffic.look(4 * minute, well).outcome, { failback: [50, 50] });
	t.deepEqual(traffic.look(5 * minute, well).outcome, { failback: [1, 0] });
	t.deepEqual(traffic.look(6 * minute, well).codes, ['InPlace']);
	t.deepEqual([traffic.memory.episode, traffic.memory.ramp], [undefined, undefined]);
});

test('the interval begins when a step is live, however long it was on its way', (t) => {
	const traffic = createTraffic(ramped(), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	for (const at of [3, 30, 60]) {
		t.deepEqual(traffic.look(at * minute, well, { arrives: false }).outcome, { failback: [10, 90] });
	}
	t.deepEqual(traffic.look(70 * minute, well).outcome, { failback: [10, 90] });
	t.is(traffic.look(71 * minute - 1, well).outcome, 'hold');
	t.deepEqual(traffic.look(71 * minute, well).outcome, { failback: [50, 50] });
});

test('a step that is seen live, and not yet confirmed, is waited for and looked at again', (t) => {
	const traffic = createTraffic(ramped(), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	traffic.look(3 * minute, well, { arrives: false });
	traffic.live = { 'emoji-svc': 10, 'emoji-svc-west': 90 };
	const seen = traffic.look(4 * minute, well);
	t.deepEqual([seen.codes, seen.wakesAt], [['InPlace'], 5 * minute]);
	t.is(traffic.look(9 * minute, well).outcome, 'hold');
	t.not(traffic.memory.pending, undefined);
});

test('a step says how far it goes, and why', (t) => {
	const traffic = createTraffic(ramped(), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	const steps = [3, 4, 5].map((at) => traffic.look(at * minute, well).decided);
	t.deepEqual(
		steps.map((step) => (step.kind === 'shift' ? step.ramp : undefined)),
		[10, 50, 100].map((percent) => ({ percent, of: [10, 50, 100], final: weights(home) })),
	);
	t.deepEqual(
		steps.map(({ reasons }) => reasons.map(renderReason)),
		[
			[
				'emoji-svc is healthy: 1 ready endpoint',
				'10 % of the way back to emoji-svc 1, emoji-svc-west 0, in steps of 10, 50 and 100 %',
			],
			[
				'emoji-svc is healthy: 1 ready endpoint',
				'50 % of the way back to emoji-svc 1, emoji-svc-west 0, in steps of 10, 50 and 100 %',
			],
			[
				'emoji-svc is healthy: 1 ready endpoint',
				'100 % of the way back to emoji-svc 1, emoji-svc-west 0, in steps of 10, 50 and 100 %',
				'tier 0 takes the traffic: emoji-svc 1, emoji-svc-west 0',
			],
		],
	);
	const held = atFirstStep().look(3 * minute + 1, well).decided;
	t.deepEqual(held.reasons.map(renderReason), [
		'the weights are right: emoji-svc 10, emoji-svc-west 90',
		'10 % of the way back is live; 50 % follows once all is well for 1m',
	]);
});

test('a primary that fails on the way is left at once and altogether, and the ramp begins anew', (t) => {
	const traffic = atFirstStep();
	traffic.look(4 * minute, well);
	t.deepEqual(traffic.look(4 * minute + 1, primaryDown).outcome, { failover: [0, 1] });
	t.is(traffic.memory.ramp, undefined);
	t.is(traffic.look(5 * minute, well).outcome, 'hold');
	t.deepEqual(traffic.look(7 * minute, well).outcome, { failback: [10, 90] });
});

test('a fallback that fails on the way leaves the rest to the primary at once', (t) => {
	const traffic = atFirstStep();
	t.deepEqual(traffic.look(3 * minute + 1, fallbackDown).outcome, { failover: [1, 0] });
	t.is(traffic.memory.ramp, undefined);
});

test('a fallback that fails while the first step is still asked for leaves all to the primary', (t) => {
	const traffic = createTraffic(ramped(), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	traffic.look(3 * minute, well, { arrives: false });
	t.deepEqual(traffic.look(3 * minute + 1, fallbackDown).outcome, { failover: [1, 0] });
});

test('a primary that fails while the first step is still asked for is not returned to', (t) => {
	const traffic = createTraffic(ramped(), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	traffic.look(3 * minute, well, { arrives: false });
	t.deepEqual(traffic.look(4 * minute, primaryDown).codes, ['InPlace', 'BackendUnhealthy']);
	t.deepEqual([traffic.memory.pending, traffic.memory.ramp], [undefined, undefined]);
	t.is(traffic.look(5 * minute, well).outcome, 'hold');
	t.deepEqual(traffic.look(7 * minute, well).outcome, { failback: [10, 90] });
});

test('while the primary cannot be seen it keeps what it has; the next step comes an interval after it is seen well', (t) => {
	const traffic = atFirstStep();
	t.deepEqual(traffic.look(4 * minute, primaryUnknown).codes, ['InPlace', 'BackendUnknown']);
	t.deepEqual(traffic.look(5 * minute, well).codes, ['InPlace', 'RampWaiting']);
	t.is(traffic.look(6 * minute - 1, well).outcome, 'hold');
	t.deepEqual(traffic.look(6 * minute, well).outcome, { failback: [50, 50] });
});

test('failing for less than failover.after stops the way back, and does not end it', (t) => {
	const policy = { ...ramped(), failover: { after: 30_000, via: 'Direct' } as const };
	const traffic = createTraffic(policy, home);
	traffic.look(0, primaryDown);
	traffic.look(30_000, primaryDown);
	traffic.look(minute, well);
	t.deepEqual(traffic.look(3 * minute, well).outcome, { failback: [10, 90] });
	t.is(traffic.look(4 * minute, primaryDown).outcome, 'hold');
	t.is(traffic.look(4 * minute + 20_000, well).outcome, 'hold');
	t.deepEqual(traffic.look(5 * minute + 20_000, well).outcome, { failback: [50, 50] });
});

test('a committed step that the primary is not seen well behind stays as it was decided', (t) => {
	const traffic = createTraffic(ramped({ via: 'Commit' }), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	traffic.look(3 * minute, well, { arrives: false });
	const { pending } = traffic.memory;
	if (pending === undefined) return t.fail();
	const committed = { commit: 'c1', on: 'c0', at: start };
	traffic.memory = { ...traffic.memory, pending: { ...pending, committed } };
	const blind = traffic.look(4 * minute, primaryUnknown, { arrives: false });
	t.is(blind.decided, pending.shift);
	t.deepEqual(traffic.look(5 * minute, well).outcome, { failback: [10, 90] });
	t.deepEqual(traffic.look(6 * minute, well).outcome, { failback: [50, 50] });
});

for (const ramp of [undefined, [100]]) {
	test(`a ramp of ${ramp === undefined ? 'no' : 'one'} step is none`, (t) => {
		const { ramp: _, ...failback } = ramped().failback;
		const traffic = createTraffic(aPolicy({ failback: { ...failback, ...(ramp && { ramp }) } }), home);
		traffic.look(0, primaryDown);
		traffic.look(minute, well);
		const { decided } = traffic.look(3 * minute, well);
		t.is(traffic.memory.ramp, undefined);
		t.deepEqual(decided.kind === 'shift' && [...decided.to.values()], [1, 0]);
		t.false('ramp' in decided);
	});
}
