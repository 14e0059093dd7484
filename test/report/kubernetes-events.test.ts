import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import type { Cluster, ClusterEvent } from '../../src/model/ports/cluster.ts';
import { ProblemError, problem } from '../../src/model/problem.ts';
import { createEventReporter } from '../../src/report/kubernetes-events.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { createLogLines } from '../support/log-lines.ts';
import { liveObject } from '../support/pass-reports.ts';
import { startSplitCluster } from '../support/split-cluster.ts';

const about = { policy: 'emojivoto/emoji', target: emojiTarget };
const shift = aShift();
const converged = { kind: 'converged', ...about, shift, uid: 'uid-of-it', after: 300 } as const;
const { signal } = new AbortController();

function startReporter(createEvent: Cluster['createEvent']) {
	const log = createLogLines();
	const cluster = { ...startSplitCluster().cluster, createEvent };
	return { log, reporter: createEventReporter({ findCluster: () => Promise.resolve(cluster), log }) };
}

test('a convergence is told to the target’s cluster, as an Event about the live object', async (t) => {
	const events: ClusterEvent[] = [];
	const { log, reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
	reporter.report(converged, signal);
	reporter.report({ ...converged, shift: aShift({ move: 'failback', reasons: [] }) }, signal);
	await reporter.drain();
	t.deepEqual(events[0], {
		regarding: {
			resource: { group: 'split.smi-spec.io', versions: ['v1alpha2', 'v1alpha1'], plural: 'trafficsplits' },
			namespace: 'emojivoto',
			name: 'emoji-svc',
			kind: 'TrafficSplit',
			apiVersion: 'split.smi-spec.io/v1alpha2',
			uid: 'uid-of-it',
		},
		type: 'Normal',
		reason: 'Failover',
		note: 'emoji-svc 0, emoji-svc-west 1 (policy emojivoto/emoji): emoji-svc is unhealthy: 0 ready endpoints, minReady is 1; tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1',
	});
	t.is(events[1]?.reason, 'Failback');
	t.deepEqual(log.lines, []);
});

const others: readonly Notice[] = [
	{ kind: 'revision', commit: 'c0ffee', policies: 1 },
	{ kind: 'held', ...about, reasons: [] },
	{ kind: 'decided', ...about, shift },
	{ kind: 'proposed', ...about, change: anEditChange() },
	{ kind: 'delivered', ...about, shift, evidence: { kind: 'written', object: liveObject }, after: 1 },
	{ kind: 'unsynced', ...about, commit: 'cafe', since: 1 },
	{ kind: 'failed', ...about, message: 'no' },
];

test('nothing but a convergence, a failed write and a warning is an Event', async (t) => {
	const { reporter } = startReporter(() => Promise.resolve(t.fail()));
	for (const notice of others) reporter.report(notice, signal);
	await reporter.drain();
	t.pass();
});

test('F-036 an Event that cannot be created is logged, and throws nothing', async (t) => {
	const refused = problem('E_FORBIDDEN', {
		where: { kind: 'named', name: 'east' },
		message: 'no event right',
	});
	for (const error of [new ProblemError(refused), new TypeError('our own')]) {
		const { log, reporter } = startReporter(() => Promise.reject(error));
		reporter.report(converged, signal);
		await reporter.drain();
		t.is(log.lines.length, 1);
		t.regex(log.lines[0] ?? '', /^warn event not created {"policy":"emojivoto\/emoji","reason":"/);
	}
});

test('F-036 Events that hang are bounded: more are dropped and logged, and room comes back', async (t) => {
	const ends: (() => void)[] = [];
	const hang = () => new Promise<void>((resolve) => ends.push(resolve));
	const { log, reporter } = startReporter(hang);
	for (let count = 0; count < 70; count += 1) reporter.report(converged, signal);
	t.deepEqual(
		log.lines,
		Array.from(
			{ length: 6 },
			(_, index) => `warn event dropped {"policy":"emojivoto/emoji","dropped":${index + 1}}`,
		),
	);
	await new Promise((resolve) => setImmediate(resolve));
	t.is(ends.length, 64);
	for (const end of ends) end();
	await reporter.drain();
	reporter.report(converged, signal);
	await new Promise((resolve) => setImmediate(resolve));
	t.is(ends.length, 65);
	for (const end of ends) end();
	await reporter.drain();
	t.is(log.lines.length, 6);
});

for (const filling of ['y', 'é', '…', '🦊']) {
	test(`a note is as long as Kubernetes takes, and no longer, when it is full of ${filling}`, async (t) => {
		const events: ClusterEvent[] = [];
		const { reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
		const cause = { kind: 'NoSignal', detail: filling.repeat(2000) } as const;
		const reasons = [{ code: 'BackendUnknown', backend: 'emoji-svc', cause } as const];
		reporter.report({ ...converged, shift: aShift({ reasons }) }, signal);
		await reporter.drain();
		const note = events[0]?.note ?? '';
		const size = Buffer.byteLength(note);
		t.true(size <= 1024 && size > 1024 - Buffer.byteLength(filling), `${size} bytes`);
		t.regex(note, new RegExp(`unknown: (${filling})+$`, 'u'));
	});
}

const refusedWrite = problem('E_WRITE_REFUSED', {
	where: { kind: 'named', name: 'east' },
	message: 'cannot patch',
	got: 'admission webhook says no',
});
const failed: Notice = {
	kind: 'failed',
	...about,
	message: 'cannot patch',
	problem: refusedWrite,
	shift,
	uid: 'u',
};
const stalled = problem('E_ADAPTOR_STALLED', { where: { kind: 'named', name: 'east' }, message: 'it lags' });
const warned: Notice = { kind: 'warned', ...about, reason: 'AdaptorStalled', problem: stalled, uid: 'u' };

test('F-036 what keeps a move from succeeding is a Warning, once until it succeeds or fails otherwise', async (t) => {
	const events: ClusterEvent[] = [];
	const { reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
	const back: Notice = { ...failed, shift: aShift({ move: 'failback' }) };
	const { uid: _, ...nowhere } = warned;
	for (const notice of [failed, failed, warned, warned, nowhere, converged, failed, back]) {
		reporter.report(notice, signal);
	}
	await reporter.drain();
	t.deepEqual(
		events.map(({ type, reason }) => `${type} ${reason}`),
		[
			'Warning FailoverFailed',
			'Warning AdaptorStalled',
			'Normal Failover',
			'Warning FailoverFailed',
			'Warning FailbackFailed',
		],
	);
	t.is(
		events[0]?.note,
		'emoji-svc 0, emoji-svc-west 1 (policy emojivoto/emoji): cannot patch: "admission webhook says no"'.replaceAll(
			'"',
			'',
		),
	);
	t.regex(events[1]?.note ?? '', /^policy emojivoto\/emoji: it lags; see whether linkerd-smi runs/);
});

test('Events of a policy made of labels are named as linkerd-failover named them, both ways', async (t) => {
	const events: ClusterEvent[] = [];
	const { reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
	for (const move of ['failover', 'failback'] as const) {
		reporter.report({ ...converged, labelled: true, shift: aShift({ move }) }, signal);
	}
	await reporter.drain();
	t.deepEqual(
		events.map(({ reason }) => reason),
		['Failover', 'Failover'],
	);
});

test('an Event about a route names its kind and its API version', async (t) => {
	const events: ClusterEvent[] = [];
	const { reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
	reporter.report({ ...converged, target: { ...emojiTarget, kind: 'GRPCRoute' } }, signal);
	await reporter.drain();
	t.like(events[0]?.regarding, {
		kind: 'GRPCRoute',
		apiVersion: 'gateway.networking.k8s.io/v1',
		resource: { plural: 'grpcroutes' },
	});
});
