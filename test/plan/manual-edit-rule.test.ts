import test from 'ava';
import { emptyMemory, type PolicyMemory } from '../../src/model/decision.ts';
import type { ManualEdit } from '../../src/model/manual-edit.ts';
import { manualEditRule } from '../../src/plan/manual-edit-rule.ts';
import { aPolicy, weights } from '../support/policies.ts';

const home = weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 });
const away = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });
const episode = { id: 'e1', since: 5 };
const edit: ManualEdit = { commit: 'c7', author: 'Ada <a@b>', found: home, against: away };

test('people’s edits are held for as long as the policy says, or adopted, or written over', (t) => {
	t.like(manualEditRule(aPolicy({ manualHold: 5_000 }), emptyMemory), { action: 'Hold', hold: 5_000 });
	t.like(manualEditRule(aPolicy({ onManualEdit: 'Adopt' }), emptyMemory), { action: 'Adopt' });
	t.is(manualEditRule(aPolicy({ onManualEdit: 'Override' }), emptyMemory), undefined);
});

const cases: readonly (readonly [string, Omit<PolicyMemory, 'backends'>, readonly unknown[]])[] = [
	['before the first commit of all, the baseline', {}, [home]],
	['before the first one of an episode, the baseline too', { episode }, [home]],
	[
		'after it, nothing but what it wrote',
		{ episode, written: { commit: 'c1', to: away, episode: 'e1' } },
		[away],
	],
	[
		'in the next episode, what the last one left as well',
		{ episode, written: { commit: 'c1', to: away, episode: 'e0' } },
		[home, away],
	],
	['once the episode is over, too', { written: { commit: 'c1', to: away, episode: 'e0' } }, [home, away]],
];

for (const [when, memory, expected] of cases) {
	test(`what the branch may carry unsuspected: ${when}`, (t) => {
		t.deepEqual(manualEditRule(aPolicy(), { ...emptyMemory, ...memory })?.expected, expected);
	});
}

test('only an edit that is released may be written over', (t) => {
	t.is(manualEditRule(aPolicy(), { ...emptyMemory, manual: edit })?.released, undefined);
	const released = { ...emptyMemory, manual: { ...edit, released: true } as const };
	t.is(manualEditRule(aPolicy(), released)?.released, 'c7');
});
