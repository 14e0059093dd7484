import test from 'ava';
import type { Notice } from '../../src/model/notice.ts';
import type { PullRequestEvent } from '../../src/model/pull-request.ts';
import { composeEvent } from '../../src/report/compose-event.ts';
import { logNotices } from '../../src/report/notice-log.ts';
import { aShift, emojiTarget } from '../support/changes.ts';
import { createLogLines } from '../support/log-lines.ts';

const url = 'https://forge.example/config/pulls/12';
const news = {
	kind: 'pull-request',
	group: { move: 'failover', name: 'east' },
	number: 12,
	url,
	policies: ['a/b', 'a/c'],
} as const;
const asked: Notice = {
	kind: 'requested',
	policy: 'emojivoto/emoji',
	target: emojiTarget,
	shift: aShift(),
	number: 12,
	url,
	after: 300.6,
};

function log(notice: Notice): readonly string[] {
	const lines = createLogLines();
	logNotices(lines)(notice);
	return lines.lines;
}

const events: readonly (readonly [event: PullRequestEvent, level: string, message: string])[] = [
	['Opened', 'info', 'pull request opened'],
	['Reopened', 'info', 'pull request opened again'],
	['Updated', 'info', 'pull request updated'],
	['Withdrawn', 'info', 'pull request withdrawn: it is not needed any more'],
	['Merged', 'info', 'pull request merged'],
	['MergedLate', 'warn', 'pull request merged when it was not needed any more'],
	['Vetoed', 'warn', 'pull request vetoed'],
	['TakenOver', 'warn', 'pull request taken over by a person, and left alone'],
	['Blocked', 'warn', 'pull request cannot be merged'],
	['Escalated', 'warn', 'pull request not merged in time: the next step is taken'],
	['Commanded', 'info', 'pull request: a command was carried out'],
];

for (const [event, level, message] of events) {
	test(`${event} is one line of level ${level}`, (t) => {
		t.deepEqual(log({ ...news, event }), [
			`${level} ${message} {"number":12,"url":"${url}","move":"failover","group":"east","policies":["a/b","a/c"]}`,
		]);
	});
}

test('of many policies the first are named, and what was said stands behind them', (t) => {
	const policies = Array.from({ length: 1_000 }, (_, index) => `a/p${index}`);
	const [line = ''] = log({ ...news, event: 'Blocked', policies, detail: 'the check ci failed' });
	t.true(
		line.endsWith(
			'"policies":["a/p0","a/p1","a/p2","a/p3","a/p4","and 995 more"],"detail":"the check ci failed"}',
		),
	);
});

test('what people are asked for is one line of its policy', (t) => {
	t.deepEqual(log(asked), [
		`info asked for in a pull request {"policy":"emojivoto/emoji","target":"east emojivoto/emoji-svc","move":"failover","weights":"emoji-svc 0, emoji-svc-west 1","episode":"emojivoto/emoji-mbz3k2o0","number":12,"url":"${url}","ms":301}`,
	]);
});

for (const [move, reason] of [
	['failover', 'FailoverRequested'],
	['failback', 'FailbackRequested'],
] as const) {
	test(`an Event on the target says that people are asked for a ${move}`, (t) => {
		const event = composeEvent({ ...asked, shift: aShift({ move }), uid: 'u' });
		t.is(
			event?.note,
			`emoji-svc 0, emoji-svc-west 1 (policy emojivoto/emoji): asked for in pull request #12 ${url}`,
		);
		t.deepEqual([event?.type, event?.reason, event?.regarding.uid], ['Normal', reason, 'u']);
	});
}

test('without a live object there is no Event, and of a whole group there is none', (t) => {
	t.is(composeEvent(asked), undefined);
	t.is(composeEvent({ ...news, event: 'Vetoed' }), undefined);
});
