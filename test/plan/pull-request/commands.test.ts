import test from 'ava';
import fc from 'fast-check';
import type { Command } from '../../../src/model/ports/pull-request-text.ts';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { aNote, somePullRequestFacts } from '../../support/pull-request-samples.ts';

const { commands, body } = createPullRequestText();
const hour = 3_600_000;
const hold = (span: number): Command => ({ kind: 'hold', span });

const lines: Readonly<Record<string, readonly Command[]>> = {
	'/spillway hold': [hold(hour)],
	'/spillway hold 1h': [hold(hour)],
	'/spillway hold 30m': [hold(hour / 2)],
	'/spillway hold 1h30m': [hold(1.5 * hour)],
	'/spillway hold 90s': [hold(90_000)],
	'/spillway hold 24h please, the deploy runs': [hold(24 * hour)],
	'/spillway hold until I had a look': [hold(hour)],
	'/failover veto': [{ kind: 'veto' }],
	'/Spillway  RETRY ': [{ kind: 'retry' }],
	'   /spillway resume\r': [{ kind: 'resume' }],
	'/spillway escalate now': [{ kind: 'escalate' }],
	'/spillway dance': [{ kind: 'unknown', text: 'dance' }],
	'/spillway': [{ kind: 'unknown', text: '' }],
	'/spillway hold 25h': [{ kind: 'unknown', text: 'hold 25h' }],
	'/spillway hold 59s': [{ kind: 'unknown', text: 'hold 59s' }],
	'/spillway hold 5': [{ kind: 'unknown', text: 'hold 5' }],
	'/spillway hold 99999999999h': [{ kind: 'unknown', text: 'hold 99999999999h' }],
	'I would /spillway veto': [],
	'    /spillway veto': [],
	'> /spillway veto': [],
	'`/spillway veto`': [],
	'/spillways veto': [],
	'/spillway-veto': [],
	'- /spillway veto': [],
	'': [],
};

for (const [line, expected] of Object.entries(lines)) {
	test(`${JSON.stringify(line)} is ${JSON.stringify(expected)}`, (t) => {
		t.deepEqual(commands(line), expected);
	});
}

test('the commands of several lines come in order', (t) => {
	t.deepEqual(commands('Not yet.\r\n/spillway hold 2h\r\nand then\n/spillway retry'), [
		hold(2 * hour),
		{ kind: 'retry' },
	]);
});

test('commands in fenced code and in hidden comments are none', (t) => {
	t.deepEqual(commands('```\n/spillway veto\n```\n/spillway resume'), [{ kind: 'resume' }]);
	t.deepEqual(commands('~~~~ text\n/spillway veto\n~~~\n/spillway veto\n~~~~\n'), []);
	t.deepEqual(commands('```sh\n/spillway veto'), []);
	t.deepEqual(commands('<!--\n/spillway veto\n-->\n/spillway resume'), [{ kind: 'resume' }]);
	t.deepEqual(commands('<!-- mark -->\n\n/spillway resume'), [{ kind: 'resume' }]);
});

test('one comment has at most ten commands', (t) => {
	t.is(commands('/spillway retry\n'.repeat(30)).length, 10);
});

const facts = somePullRequestFacts(undefined, { controls: { hastened: 0, hold: { until: 0, by: 'alice' } } });
const written = body(facts, aNote(facts));
const tick = (text: string, box: string): string =>
	text.replace(new RegExp(`- \\[ \\] (.*spillway:box:${box} )`), '- [x] $1');

test('a ticked box of our body is its command, in CRLF too; our body by itself asks for nothing', (t) => {
	const held = somePullRequestFacts();
	const open = body(held, aNote(held));
	t.deepEqual(commands(open), []);
	t.deepEqual(commands(written), []);
	t.deepEqual(commands(tick(open, 'hold')), [hold(hour)]);
	t.deepEqual(commands(tick(tick(open, 'veto'), 'escalate').replaceAll('\n', '\r\n')), [
		{ kind: 'veto' },
		{ kind: 'escalate' },
	]);
	t.deepEqual(commands(tick(written, 'resume').replace('[x]', '[X]')), [{ kind: 'resume' }]);
});

test('what people write around our part of a body is no command, and neither are their boxes', (t) => {
	t.deepEqual(commands(`/spillway veto\n- [x] veto <!-- spillway:box:veto -->\n\n${written}`), []);
});

test('a box is drawn empty again', (t) => {
	t.is(body(facts, aNote(facts), tick(written, 'resume')), written);
});

test('no foreign text in a body is a command', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(hostileText, (by) => {
				const given = somePullRequestFacts(undefined, { base: by, controls: { hastened: 0, veto: { by } } });
				return commands(body(given, aNote(given))).length === 0;
			}),
			{ numRuns: 200 },
		),
	);
});
