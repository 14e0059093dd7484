// What the live object must carry before a shift counts as having happened.
import test from 'ava';
import { emptyMemory, type PendingShift } from '../../src/model/decision.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { confirmObject } from '../../src/reconcile/confirm.ts';
import { createMemoryLedger } from '../../src/reconcile/memory-ledger.ts';
import type { PassEnd, PassParts } from '../../src/reconcile/pass-report.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aShift } from '../support/changes.ts';
import { impossible } from '../support/impossible-delivery.ts';
import { anAnswer } from '../support/pass-reports.ts';
import { passServices } from '../support/pass-services.ts';
import { aPolicy, aSnapshot, weights } from '../support/policies.ts';

const policy = aPolicy();
const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };

/** Judges an object against a failback to these weights, and says whether that is still pending. */
function judge(object: KubernetesObject, { to = home, written = false } = {}) {
	const pending: PendingShift = { shift: aShift({ move: 'failback', to: weights(to) }), decidedAt: 0 };
	const ledger = createMemoryLedger();
	ledger.save(policy.key, { ...emptyMemory, pending });
	const told: string[] = [];
	const clock = createVirtualClock();
	const parts: PassParts = {
		...passServices(impossible, clock),
		ledger,
		verify: () => Promise.reject(new Error('an answer in hand is not asked for again')),
		onObject: (cluster, { metadata }) => told.push(`${cluster} ${metadata.name}`),
	};
	const input = { policy, snapshot: aSnapshot(home, {}), manifests: undefined, tip: 'tip-1' };
	const end: PassEnd = confirmObject(parts, { input, pending, written }, object);
	return { end: end.kind, told, isPending: ledger.load(policy.key).pending !== undefined };
}

const settled = { end: 'converged', told: ['east emoji-svc'], isPending: false };
const differs = { end: 'failed', told: ['east emoji-svc'], isPending: true };

test('a shift converged when the object carries its weights, as ratios', (t) => {
	t.deepEqual(judge(anAnswer(home)), settled);
	t.deepEqual(judge(anAnswer({ 'emoji-svc': 100, 'emoji-svc-west': 0 })), settled);
	t.deepEqual(judge(anAnswer({ 'emoji-svc': '1', 'emoji-svc-west': '0' })), settled);
});

test('backends that nobody named do not count', (t) => {
	t.deepEqual(judge(anAnswer({ ...home, other: 9 })), settled);
});

const strange: readonly (readonly [what: string, object: KubernetesObject])[] = [
	['carries other weights than decided', anAnswer({ 'emoji-svc': 0, 'emoji-svc-west': 1 })],
	['lacks a backend that was decided about', anAnswer({ 'emoji-svc': 1 })],
	['has no backends', anAnswer({})],
	['has weights that are none', anAnswer({ ...home, 'emoji-svc': 'many' })],
	['has no spec', { metadata: anAnswer({}).metadata }],
];

for (const [what, object] of strange) {
	test(`an object that ${what} never converged, and the shift stays pending`, (t) => {
		t.deepEqual(judge(object), differs);
	});
	test(`an object that ${what} in answer to our own write is one that somebody undid`, (t) => {
		t.deepEqual(judge(object, { written: true }), { ...differs, isPending: false });
	});
}
