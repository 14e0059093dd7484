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

function startReporter(createEvent: Cluster['createEvent'], isWriting = () => false) {
	const log = createLogLines();
	const { cluster: real, clock } = startSplitCluster();
	const findCluster = () => Promise.resolve({ ...real, createEvent });
	return { log, clock, reporter: createEventReporter({ findCluster, clock, log, isWriting }) };
}

test('a convergence is told to the target’s cluster, as an Event about the live object', async (t) => {
	const events: ClusterEvent[] = [];
	const { log, reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
	reporter.report(converged);
	reporter.report({ ...converged, shift: aShift({ move: 'failback', reasons: [] }) });
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
	{ kind: 'released', ...about, since: 1 },
	{ kind: 'failed', ...about, message: 'no' },
];

test('nothing but a convergence, a failed write and a warning is an Event', async (t) => {
	const { reporter } = startReporter(() => Promise.resolve(t.fail()));
	for (const notice of others) reporter.report(notice);
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
		reporter.report(converged);
		await reporter.drain();
		t.is(log.lines.length, 1);
		t.regex(log.lines[0] ?? '', /^warn event not created {"policy":"emojivoto\/emoji","reason":"/);
	}
});

/** A server that answers when told to. */
function startSlowServer(isWriting?: () => boolean) {
	const begun: string[] = [];
	const open = new Set<() => void>();
	const { reporter, clock, log } = startReporter(({ reason }, signal) => {
		begun.push(reason);
		return new Promise((resolve, reject) => {
			open.add(resolve);
			signal.addEventListener('abort', () => reject(new Error('given up')), { once: true });
		});
	}, isWriting);
	const answer = async (): Promise<void> => {
		for (const end of [...open]) {
			open.delete(end);
			end();
		}
		await clock.advance(0);
	};
	return { reporter, clock, log, begun, answer };
}

test('F-036 four Events are on their way at once, and the others wait their turn', async (t) => {
	const { reporter, clock, begun, answer } = startSlowServer();
	for (let count = 0; count < 10; count += 1) reporter.report(converged);
	await clock.advance(60_000);
	t.is(begun.length, 4);
	await answer();
	t.is(begun.length, 8);
	await answer();
	await answer();
	t.is(begun.length, 10);
	reporter.report(converged);
	await clock.advance(0);
	t.is(begun.length, 11);
});

test('F-036 a thousand Events wait, the newest of more are dropped, and that is told once', async (t) => {
	const { reporter, clock, log, begun, answer } = startSlowServer();
	for (let burst = 1; burst <= 2; burst += 1) {
		reporter.report(failed);
		for (let count = 0; count < 1_010; count += 1) reporter.report(converged);
		reporter.report(failed);
		await clock.advance(0);
		t.is(log.lines.length, burst - 1);
		for (let round = 0; round < 252; round += 1) await answer();
		t.is(begun.length, burst * 1_000);
		t.is(begun.filter((reason) => reason === 'FailoverFailed').length, burst);
		t.is(log.lines.length, burst);
		t.is(log.lines.at(-1), 'warn events dropped {"dropped":12}');
	}
});

test('Events wait until no write is under way, for 5 s at most', async (t) => {
	let writes = 1;
	const { reporter, clock, begun, answer } = startSlowServer(() => writes > 0);
	for (let count = 0; count < 6; count += 1) reporter.report(converged);
	await clock.advance(3_000);
	t.is(begun.length, 0);
	writes = 0;
	await clock.advance(100);
	t.is(begun.length, 4);
	writes = 1;
	await answer();
	await clock.advance(1_800);
	t.is(begun.length, 4);
	await clock.advance(200);
	t.is(begun.length, 6);
	reporter.report(converged);
	await clock.advance(4_900);
	t.is(begun.length, 6);
	await clock.advance(200);
	t.is(begun.length, 7);
});

test('at the end Events are sent without waiting for writes, and given up after 5 s', async (t) => {
	const { reporter, clock, log, begun, answer } = startSlowServer(() => true);
	for (let count = 0; count < 6; count += 1) reporter.report(converged);
	await clock.advance(0);
	t.is(begun.length, 0);
	const drained = reporter.drain();
	await clock.advance(4_900);
	t.is(begun.length, 4);
	await clock.advance(200);
	await drained;
	reporter.report(converged);
	await answer();
	t.is(begun.length, 4);
	t.deepEqual(log.lines.at(-1), 'warn events dropped {"dropped":2}');
	t.is(log.lines.length, 5);
});

for (const filling of ['y', 'é', '…', '🦊']) {
	test(`a note is as long as Kubernetes takes, and no longer, when it is full of ${filling}`, async (t) => {
		const events: ClusterEvent[] = [];
		const { reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
		const cause = { kind: 'NoSignal', detail: filling.repeat(2000) } as const;
		const reasons = [{ code: 'BackendUnknown', backend: 'emoji-svc', cause } as const];
		reporter.report({ ...converged, shift: aShift({ reasons }) });
		await reporter.drain();
		const note = events[0]?.note ?? '';
		const size = Buffer.byteLength(note);
		t.true(size <= 1024 && size > 1024 - Buffer.byteLength(filling), `${size} bytes`);
		t.regex(note, new RegExp(`unknown: (${filling})+$`, 'u'));
	});
}

const stalled = problem('E_ADAPTOR_STALLED', { where: { kind: 'named', name: 'east' }, message: 'it lags' });
const warned: Notice = { kind: 'warned', ...about, reason: 'AdaptorStalled', problem: stalled, uid: 'u' };

test('F-036 what keeps a move from succeeding is a Warning, once until it succeeds or fails otherwise', async (t) => {
	const events: ClusterEvent[] = [];
	const { reporter } = startReporter((event) => Promise.resolve(void events.push(event)));
	const back: Notice = { ...failed, shift: aShift({ move: 'failback' }) };
	const { uid: _, ...nowhere } = warned;
	for (const notice of [failed, failed, warned, warned, nowhere, converged, failed, back]) {
		reporter.report(notice);
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
		reporter.report({ ...converged, labelled: true, shift: aShift({ move }) });
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
	reporter.report({ ...converged, target: { ...emojiTarget, kind: 'GRPCRoute' } });
	await reporter.drain();
	t.like(events[0]?.regarding, {
		kind: 'GRPCRoute',
		apiVersion: 'gateway.networking.k8s.io/v1',
		resource: { plural: 'grpcroutes' },
	});
});
