// A way back that is no longer the one that was begun.
import test from 'ava';
import { createTraffic } from '../support/play-traffic.ts';
import { aBackend, aPolicy, weights } from '../support/policies.ts';
import { atFirstStep, away, home, minute, primaryDown, ramped, well } from '../support/returning-traffic.ts';

test('declared weights are gone towards in their ratio', (t) => {
	const backends = [aBackend('a', { weight: 70 }), aBackend('b', { weight: 30 }), aBackend('c', { tier: 1 })];
	const traffic = createTraffic({ ...ramped({ after: 0 }), backends }, { a: 0, b: 0, c: 1 });
	const all = { a: 1, b: 1, c: 1 };
	t.deepEqual(
		[0, 1, 2].map((at) => traffic.look(at * minute, all).outcome),
		[{ failback: [7, 3, 90] }, { failback: [35, 15, 50] }, { failback: [70, 30, 0] }],
	);
});

test('another backend that returns on the way makes it another way, from where traffic is', (t) => {
	const backends = [aBackend('a', { weight: 70 }), aBackend('b', { weight: 30 }), aBackend('c', { tier: 1 })];
	const traffic = createTraffic({ ...ramped({ after: 0 }), backends }, { a: 0, b: 0, c: 1 });
	traffic.look(0, { a: 1, b: 0, c: 1 });
	t.deepEqual(traffic.live, { a: 10, b: 0, c: 90 });
	const next = traffic.look(1, { a: 1, b: 1, c: 1 });
	t.is(next.outcome, 'hold', 'what has traffic and gains more is waited for, as its past is not known');
	t.is(next.wakesAt, minute);
	t.deepEqual(traffic.look(minute, { a: 1, b: 1, c: 1 }).outcome, { failback: [16, 3, 81] });
});

test('an edited ramp goes on from the step that is live', (t) => {
	const traffic = atFirstStep();
	traffic.policy = ramped({ ramp: [10, 20, 100] });
	t.deepEqual(traffic.look(4 * minute, well).outcome, { failback: [20, 80] });
	traffic.policy = aPolicy();
	t.deepEqual(traffic.look(4 * minute + 1, well).outcome, { failback: [1, 0] });
});

test('without memory of the way back the rest of it is a way of its own, and a delay', (t) => {
	const traffic = atFirstStep();
	traffic.memory = { backends: new Map() };
	t.is(traffic.look(3 * minute + 1, well).outcome, 'hold');
	t.is(traffic.look(4 * minute, well).outcome, 'hold');
	t.deepEqual(traffic.look(5 * minute + 1, well).outcome, { failback: [19, 81] });
});

test('a step that somebody undoes is written again; other weights are the start of another way back', (t) => {
	const traffic = atFirstStep();
	traffic.live = away;
	t.deepEqual(traffic.look(3 * minute + 1, well).outcome, { failback: [10, 90] });
	traffic.look(4 * minute + 1, well);
	t.deepEqual(traffic.live, { 'emoji-svc': 50, 'emoji-svc-west': 50 });
	traffic.live = away;
	t.deepEqual(traffic.look(4 * minute + 2, well).outcome, { failback: [10, 90] });
});

test('a step that is undone again and again is contested, like any other write', (t) => {
	const traffic = atFirstStep();
	const outcomes = [1, 2, 3, 4].map((index) => {
		traffic.live = away;
		return traffic.look(3 * minute + index, well).codes[0];
	});
	t.deepEqual(outcomes, ['BackendHealthy', 'BackendHealthy', 'BackendHealthy', 'Contested']);
});

test('weights at home that somebody else changed are put back at once, where the primary still has traffic', (t) => {
	const traffic = createTraffic(ramped(), home);
	traffic.look(0, primaryDown);
	traffic.look(minute, well);
	for (const at of [3, 4, 5, 6]) traffic.look(at * minute, well);
	traffic.live = { 'emoji-svc': 50, 'emoji-svc-west': 50 };
	t.deepEqual(traffic.look(7 * minute, well).outcome, { failback: [1, 0] });
	traffic.live = away;
	t.deepEqual(traffic.look(8 * minute, well).outcome, { failback: [10, 90] });
});

test('an approval is kept until the episode ends', (t) => {
	const traffic = atFirstStep(ramped({ via: 'PullRequest' }));
	const { episode } = traffic.memory;
	const approved = { episode: episode?.id ?? '', number: 12, to: weights(home) };
	traffic.memory = { ...traffic.memory, approved };
	traffic.look(3 * minute + 1, well);
	traffic.look(4 * minute, well);
	t.is(traffic.memory.approved, approved);
	traffic.look(5 * minute, well, { arrives: false });
	t.is(traffic.memory.approved, approved);
	traffic.look(5 * minute, well);
	t.is(traffic.memory.approved, undefined);
});

test('a way back that begins anew after a relapse is asked for anew', (t) => {
	const traffic = atFirstStep(ramped({ via: 'PullRequest' }));
	const approved = { episode: traffic.memory.episode?.id ?? '', number: 12, to: weights(home) };
	traffic.memory = { ...traffic.memory, approved };
	traffic.look(3 * minute + 1, primaryDown);
	t.is(traffic.memory.approved, undefined);
});

test('a way back from other weights is asked for anew', (t) => {
	const traffic = atFirstStep(ramped({ via: 'PullRequest' }));
	const approved = { episode: traffic.memory.episode?.id ?? '', number: 12, to: weights(home) };
	traffic.memory = { ...traffic.memory, approved };
	traffic.live = { 'emoji-svc': 40, 'emoji-svc-west': 60 };
	traffic.look(9 * minute, well);
	t.deepEqual(traffic.live, { 'emoji-svc': 46, 'emoji-svc-west': 54 });
	t.is(traffic.memory.approved, undefined);
});

test('with failback.mode Manual only what a person has begun goes on', (t) => {
	const traffic = createTraffic(ramped({ mode: 'Manual' }), home);
	traffic.look(0, primaryDown);
	t.deepEqual(traffic.look(minute, well).codes, ['InPlace', 'FailbackManual']);
	t.is(traffic.look(60 * minute, well).outcome, 'hold');
	traffic.live = { 'emoji-svc': 20, 'emoji-svc-west': 80 };
	t.deepEqual(traffic.look(61 * minute, well).outcome, { failback: [28, 72] });
});
