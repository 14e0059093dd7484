import test from 'ava';
import fc from 'fast-check';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { ManualEdit } from '../../src/model/manual-edit.ts';
import { renderReason } from '../../src/model/reason.ts';
import { codes, outcome, start } from '../support/play-decisions.ts';
import { aBackend, aPolicy, aSnapshot, weights } from '../support/policies.ts';

const home = { 'emoji-svc': 1, 'emoji-svc-west': 0 };
const away = { 'emoji-svc': 0, 'emoji-svc-west': 1 };
const half = { 'emoji-svc': 1, 'emoji-svc-west': 1 };
const committing = aPolicy({
	failover: { after: 0, via: 'Commit' },
	failback: { mode: 'Auto', after: 0, via: 'Commit' },
});
const primaryDown = { 'emoji-svc': 0, 'emoji-svc-west': 1 };
const episode = { id: 'emojivoto/emoji-1', since: start - 60_000 };

const edit: ManualEdit = {
	commit: '0123456789abcdef0123456789abcdef01234567',
	author: 'Ada <ada@example.org>',
	found: weights(home),
	against: weights(away),
	hold: 3_600_000,
	until: start + 3_600_000,
};

/** Ada took a failover back; the primary is still down. */
function reverted(manual: ManualEdit = edit): PolicyMemory {
	const first = decide(committing, aSnapshot(home, primaryDown), { ...emptyMemory, episode }, start);
	const { pending } = first.memory;
	if (pending === undefined) throw new Error('nothing was decided');
	const committed = { commit: 'c1', on: 'c0', at: start };
	return { ...first.memory, pending: { ...pending, committed }, manual };
}

test('F15 weights that a person set in Git stay, and the decision says whose and for how long', (t) => {
	const seen = decide(committing, aSnapshot(home, primaryDown), reverted(), start + 1_000);
	t.is(outcome(seen.decision), 'hold');
	t.deepEqual(codes(seen.decision), ['ManualEdit', 'BackendUnhealthy']);
	const [reason] = seen.decision.reasons;
	t.is(
		reason && renderReason(reason),
		'Ada <ada@example.org> set TrafficSplit east emojivoto/emoji-svc to emoji-svc 1, emoji-svc-west 0 in commit ' +
			'0123456789ab, which stays for 1h from that commit on (onManualEdit: Hold)',
	);
	t.is(seen.wakeAt, edit.until);
	t.is(seen.memory.pending, undefined);
	t.deepEqual([seen.memory.episode, seen.memory.manual], [episode, edit]);
});

test('a hold that is over lets the decided weights go, and is remembered as released until they are live', (t) => {
	const until = start + 3_600_000;
	const before = decide(committing, aSnapshot(home, primaryDown), reverted(), until - 1);
	t.is(outcome(before.decision), 'hold');
	const after = decide(committing, aSnapshot(home, primaryDown), before.memory, until);
	t.deepEqual(outcome(after.decision), { failover: [0, 1] });
	t.deepEqual(after.memory.manual, { ...edit, released: true });
	const again = decide(committing, aSnapshot(home, primaryDown), after.memory, until + 1);
	t.deepEqual(outcome(again.decision), { failover: [0, 1] });
	const live = decide(committing, aSnapshot(away, primaryDown), again.memory, until + 2);
	t.is(live.memory.manual, undefined);
});

test('a person’s weights that turn out to be the decided ones are in place, and forgotten', (t) => {
	const manual = { ...edit, found: weights(half) };
	const healthy = { 'emoji-svc': 1, 'emoji-svc-west': 1 };
	const first = decide(committing, aSnapshot(half, healthy), reverted(manual), start + 1);
	t.deepEqual(codes(first.decision), ['ManualEdit']);
	const second = decide(committing, aSnapshot(home, healthy), first.memory, start + 2);
	t.deepEqual(codes(second.decision), ['InPlace']);
	t.is(second.memory.manual, undefined);
});

const third = aPolicy({
	...committing,
	onManualEdit: 'Adopt',
	backends: [
		aBackend('emoji-svc'),
		aBackend('emoji-svc-west', { tier: 1 }),
		aBackend('emoji-svc-central', { tier: 2 }),
	],
});

test('adopted weights stay for as long as the decision is the one they stand against, and no longer', (t) => {
	const live = { 'emoji-svc': 1, 'emoji-svc-west': 0, 'emoji-svc-central': 0 };
	const { hold: _, until: __, ...adopted } = edit;
	const manual = {
		...adopted,
		against: weights({ 'emoji-svc': 0, 'emoji-svc-west': 1, 'emoji-svc-central': 0 }),
	};
	const memory = { ...emptyMemory, episode, manual };
	const year = 365 * 86_400_000;
	const held = decide(
		third,
		aSnapshot(live, { ...primaryDown, 'emoji-svc-central': 1 }),
		memory,
		start + year,
	);
	t.deepEqual(codes(held.decision), ['ManualEdit', 'BackendUnhealthy']);
	t.regex(held.decision.reasons.map(renderReason)[0] ?? '', /stays until the decision changes/);
	t.is(held.wakeAt, Number.POSITIVE_INFINITY);

	const worse = aSnapshot(live, { 'emoji-svc': 0, 'emoji-svc-west': 0, 'emoji-svc-central': 1 });
	const moved = decide(third, worse, held.memory, start + year + 1);
	t.deepEqual(outcome(moved.decision), { failover: [0, 0, 1] });
	t.like(moved.memory.manual, { released: true });
});

const otherRules = [
	['people’s edits are written over', { onManualEdit: 'Override' }],
	['they are adopted', { onManualEdit: 'Adopt' }],
	['they are held for longer', { manualHold: 7_200_000 }],
] as const;

for (const [what, rules] of otherRules) {
	test(`once the policy says that ${what}, an edit held under the old rule is left to be found again`, (t) => {
		const policy = aPolicy({ ...committing, ...rules });
		const seen = decide(policy, aSnapshot(home, primaryDown), reverted(), start + 1);
		t.deepEqual(outcome(seen.decision), { failover: [0, 1] });
		t.is(seen.memory.manual, undefined);
	});
}

test('an edit in Git holds no direct write', (t) => {
	const direct = aPolicy();
	const seen = decide(direct, aSnapshot(home, primaryDown), reverted(), start + 1);
	t.deepEqual(outcome(seen.decision), { failover: [0, 1] });
});

test('while a hold lasts nothing is proposed, whatever becomes of the backends, and the episode goes on', (t) => {
	const sight = fc.constantFrom(0, 1, 'unknown' as const);
	const look = fc.record({
		primary: sight,
		fallback: sight,
		live: fc.constantFrom(home, half),
		after: fc.nat(600_000),
	});
	fc.assert(
		fc.property(fc.array(look, { minLength: 1, maxLength: 12 }), (looks) => {
			let memory = reverted();
			let now = start;
			for (const { primary, fallback, live, after } of looks) {
				now += after;
				if (now >= start + 3_600_000) return;
				const snapshot = aSnapshot(live, { 'emoji-svc': primary, 'emoji-svc-west': fallback });
				const next = decide(committing, snapshot, memory, now);
				if (next.memory.manual === undefined) {
					// What a person set is what is decided.
					t.true(codes(next.decision).includes('InPlace'));
					return;
				}
				t.is(next.decision.kind, 'hold');
				t.deepEqual(next.memory.episode, episode);
				memory = next.memory;
			}
		}),
	);
	t.pass();
});
