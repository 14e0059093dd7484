// What people were asked and said, in the ledger.
import test from 'ava';
import type { PolicyMemory } from '../../src/model/decision.ts';
import type { PullRequestView } from '../../src/model/pull-request.ts';
import { renderReason } from '../../src/model/reason.ts';
import {
	type DurableMemory,
	dropDurable,
	pickDurable,
	sameDurable,
} from '../../src/reconcile/ledger-text.ts';
import {
	aMemory,
	askedMemory,
	firstInstant,
	gitMemory,
	readLedger,
	writeLedger,
} from '../support/durable-memories.ts';
import { weights } from '../support/policies.ts';

const view: PullRequestView = {
	number: 12,
	url: 'https://git.example/shop/pulls/12',
	head: 'c3',
	state: 'Blocked',
	blocker: 'check ci/lint failed',
	controls: {
		hold: { until: firstInstant + 600_000, by: 'ada' },
		hastened: 2,
		veto: { by: 'bob' },
		retriedAt: firstInstant - 5_000,
	},
};

test('what people were asked and said, and how far traffic has returned, is read as it was written', (t) => {
	const { by: _, ...veto } = askedMemory.veto ?? t.fail();
	const { settledAt: __, ...ramp } = askedMemory.ramp ?? t.fail();
	const memories = new Map<string, DurableMemory>([
		['a/all', askedMemory],
		['a/least', { veto, ramp }],
	]);
	const { content, problems } = readLedger(writeLedger(memories));
	t.deepEqual(problems, []);
	t.deepEqual(content.policies, memories);
});

test('a step that people are asked for is read as it was written', (t) => {
	const { pending } = aMemory();
	if (pending === undefined) return t.fail();
	const ramp = { percent: 10, of: [10, 50, 100], final: weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 }) };
	const reasons = pending.shift.reasons.map((reason) => ({
		code: 'Remembered' as const,
		text: renderReason(reason),
	}));
	const asked = { ...pending, shift: { ...pending.shift, ramp, reasons }, requested: view };
	const plain = { ...asked, requested: { ...view, controls: { hastened: 0 } } };
	const { content } = readLedger(
		writeLedger(
			new Map(
				Object.entries({ 'a/asked': asked, 'a/plain': plain }).map(([key, each]) => [key, { pending: each }]),
			),
		),
	);
	t.deepEqual(content.policies.get('a/asked')?.pending, asked);
	t.deepEqual(content.policies.get('a/plain')?.pending, plain);
});

test('F7 what a protected branch refused is known to be asked for instead', (t) => {
	const { pending } = aMemory();
	if (pending === undefined) return t.fail();
	const debt = { to: weights({ a: 0, b: 1 }), since: firstInstant, diverted: true } as const;
	const { content } = readLedger(
		writeLedger(new Map([['a/b', { pending: { ...pending, diverted: true }, debt }]])),
	);
	t.true(content.policies.get('a/b')?.pending?.diverted);
	t.deepEqual(content.policies.get('a/b')?.debt, debt);
});

test('F-068 the state of a pull request that this version does not know passes for open', (t) => {
	const { pending } = aMemory();
	if (pending === undefined) return t.fail();
	const root = JSON.parse(writeLedger(new Map([['a/b', { pending: { ...pending, requested: view } }]])));
	Object.assign(root.policies['a/b'].pending.requested, { state: 'Queued', controls: undefined, later: 1 });
	const { content, problems } = readLedger(JSON.stringify(root));
	t.deepEqual(problems, []);
	t.deepEqual(content.policies.get('a/b')?.pending?.requested, {
		...view,
		state: 'Open',
		controls: { hastened: 0 },
	});
});

test('a hold of the ladder ends no later than the longest that began now', (t) => {
	const { pending } = aMemory();
	if (pending === undefined) return t.fail();
	const asked = {
		...pending,
		requested: { ...view, controls: { ...view.controls, hold: { until: firstInstant * 2, by: 'ada' } } },
	};
	const { content } = readLedger(writeLedger(new Map([['a/b', { pending: asked }]])));
	t.is(content.policies.get('a/b')?.pending?.requested?.controls.hold?.until, firstInstant + 259_200_000);
});

test('every field that survives is picked, written and compared, and the rest is not', (t) => {
	const { backends, pending, episode, settled } = aMemory();
	const whole = {
		backends,
		behindSince: 5,
		episode,
		pending,
		settled,
		...gitMemory,
		...askedMemory,
	} as PolicyMemory;
	const kept = pickDurable(whole);
	t.deepEqual([...Object.keys(kept), 'backends', 'behindSince'].sort(), Object.keys(whole).sort());
	t.deepEqual(dropDurable(whole), { backends, behindSince: 5 });
	const { content } = readLedger(writeLedger(new Map([['a/b', kept]])));
	t.deepEqual(Object.keys(content.policies.get('a/b') ?? {}).sort(), Object.keys(kept).sort());
	t.true(sameDurable(whole, { ...kept, backends: new Map() }));
	for (const field of Object.keys(kept)) t.false(sameDurable(whole, { ...whole, [field]: undefined }), field);
});
