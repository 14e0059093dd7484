import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import { composeEvent } from '../../src/report/compose-event.ts';
import { aShift, emojiTarget } from '../support/changes.ts';

const about = { policy: 'emojivoto/emoji', target: emojiTarget };
const shift = aShift();

const lags: readonly (readonly [notice: Notice, reason: string, note: string])[] = [
	[
		{ kind: 'unsynced', ...about, commit: 'cafe', since: 61_000, blocker: 'it is suspended', uid: 'u' },
		'NotApplied',
		'commit cafe of policy emojivoto/emoji is not live: it is suspended',
	],
	[
		{ kind: 'escalated', ...about, shift, since: 30_000, uid: 'u' },
		'Escalated',
		'emoji-svc 0, emoji-svc-west 1 (policy emojivoto/emoji) written directly, Git or the syncer follows later',
	],
	[
		{ kind: 'indebted', ...about, since: 600_000, blocker: 'no route', uid: 'u' },
		'GitDebt',
		'Git is behind policy emojivoto/emoji for 10m: no route',
	],
];

for (const [notice, reason, note] of lags) {
	test(`${notice.kind} is a Warning about the live object, with what is in the way`, (t) => {
		const event = composeEvent(notice);
		t.deepEqual(
			[event?.type, event?.reason, event?.note, event?.regarding.uid],
			['Warning', reason, note, 'u'],
		);
	});
}

test('without a live object to tie it to there is no Event', (t) => {
	t.is(composeEvent({ kind: 'indebted', ...about, since: 600_000 }), undefined);
	t.is(composeEvent({ kind: 'released', ...about, since: 600_000 }), undefined);
});
