import test from 'ava';
import fc from 'fast-check';
import type { CommentTopic } from '../../../src/model/ports/pull-request-text.ts';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { findEffects } from '../../support/markdown-effects.ts';

const { comment, isAbout, isOurs, commands } = createPullRequestText();

const topics: readonly CommentTopic[] = [
	{ kind: 'withdrawn', why: 'web-east is healthy' },
	{ kind: 'withdrawn', why: 'web-east is healthy', round: 1 },
	{ kind: 'takenOver', why: 'push' },
	{ kind: 'takenOver', why: 'base' },
	{ kind: 'vetoed' },
	{ kind: 'duplicate', of: 12 },
	{ kind: 'duplicate', of: 13 },
	{ kind: 'rung', step: 'Notify', mentions: [], text: 'Nobody merged within 5m.' },
	{ kind: 'rung', step: 'AutoMerge', mentions: [], text: 'It is merged now.' },
	{ kind: 'mergedLate', answer: 'The weights are committed back' },
	{ kind: 'command', id: '77.0', text: 'Held until 2026-11-21 19:14:56 UTC' },
	{ kind: 'command', id: 'IC_kwDO--x/y=', text: 'Resumed' },
	{ kind: 'unknownCommand', id: '78.0', text: 'dance' },
];

test('a comment is told from all others by its mark, and is ours', (t) => {
	for (const one of topics) {
		const body = comment(one);
		t.true(isOurs(body));
		t.deepEqual(
			topics.filter((topic) => isAbout(body, topic)),
			[one],
		);
		t.true(isAbout(`\r\n${body.replaceAll('\n', '\r\n')}`, one));
	}
});

test('a comment is about its topic in whatever words it was said', (t) => {
	t.true(isAbout(comment({ kind: 'withdrawn', why: 'one' }), { kind: 'withdrawn', why: 'another' }));
});

test('comments of people are not ours, even if they quote one', (t) => {
	const [first] = topics;
	const body = first === undefined ? '' : comment(first);
	t.false(isOurs('LGTM'));
	t.false(isOurs(`I saw ${body}`));
	t.false(isOurs(`> ${body}`));
});

test('comments are short, and no command', (t) => {
	for (const topic of topics) {
		t.true(comment(topic).length < 500);
		t.deepEqual(commands(comment(topic)), []);
	}
});

test('only those whom spillway.yaml names are mentioned', (t) => {
	const mentions = ['alice', 'team:acme/sre', '@bob', 'no body', 'x\n@carol'];
	const body = comment({ kind: 'rung', step: 'Notify', mentions, text: 'ask @mallory' });
	t.is(
		body,
		'<!-- spillway:rung:Notify.0 -->\n\n@alice, @acme/sre, @bob, `no body` and `x @carol`: ask `@mallory`.',
	);
});

test('an unknown command is answered with those there are', (t) => {
	const body = comment({ kind: 'unknownCommand', id: '1', text: 'dance' });
	t.true(body.includes('There is no `/spillway dance`. There are `/spillway hold 1h`'));
	t.true(comment({ kind: 'unknownCommand', id: '1', text: '' }).includes('Which command?'));
});

test('nothing comes of what others wrote in a comment', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(hostileText, (text) => {
				const said: readonly CommentTopic[] = [
					{ kind: 'withdrawn', why: text },
					{ kind: 'rung', step: text, mentions: [], text },
					{ kind: 'mergedLate', answer: text },
					{ kind: 'command', id: text, text },
					{ kind: 'unknownCommand', id: text, text },
				];
				return said.every(
					(topic) => findEffects(comment(topic)).length === 0 && isAbout(comment(topic), topic),
				);
			}),
			{ numRuns: 300 },
		),
	);
});
