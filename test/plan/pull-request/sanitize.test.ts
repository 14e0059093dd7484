import test from 'ava';
import fc from 'fast-check';
import {
	sanitizeLabel,
	sanitizeLine,
	sanitizeName,
	sanitizeSentence,
	sanitizeTitle,
} from '../../../src/plan/pull-request/sanitize.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { findEffects } from '../../support/markdown-effects.ts';
import { hostileTexts } from '../../support/pull-request-samples.ts';

test('a name is a code span, whatever it is', (t) => {
	t.is(sanitizeName('web-east'), '`web-east`');
	t.is(sanitizeName('@octocat'), '`@octocat`');
	t.is(sanitizeName('a`b|c'), '`a\\u0060b\\u007Cc`');
	t.is(sanitizeName(' \n '), '`(empty)`');
	t.is(sanitizeName('x'.repeat(400)), `\`${'x'.repeat(159)}…\``);
});

test('a sentence keeps its words, and what a forge might see more in becomes code', (t) => {
	t.is(
		sanitizeSentence('web-east is unhealthy: 0 ready endpoints, minReady is 1'),
		'`web-east` is unhealthy: 0 ready endpoints, minReady is 1',
	);
	t.is(
		sanitizeSentence('3 ready in west/shop/web (see #12), @team.'),
		'3 ready in `west/shop/web` (see `#12`), `@team`.',
	);
	t.is(sanitizeSentence('set to web-east 1, web-west 0'), 'set to `web-east` 1, `web-west` 0');
	t.is(sanitizeSentence('commit deadbeef of 20261121'), 'commit `deadbeef` of `20261121`');
	t.is(sanitizeSentence('1. not a list'), '`1`. not a list');
	t.is(sanitizeSentence('don’t say "never"!'), 'don’t say "never"!');
	t.is(sanitizeSentence(''), '');
});

test('neighbours share a code span', (t) => {
	t.is(sanitizeSentence('a b_c d_e f'), 'a `b_c d_e` f');
	t.is(sanitizeSentence('b_c, d_e'), '`b_c`, `d_e`');
});

test('hidden characters, line ends and our own marks can be seen and do nothing', (t) => {
	t.is(sanitizeName('a\u202Eb\u200B\uFEFFc\u0000'), '`a\\u202Eb\\u200B c\\u0000`');
	t.is(sanitizeName('<!-- spillway:end -->'), '`\\u003C!-- spillway:end -->`');
	t.is(sanitizeName('a\r\n\tb\u2028c'), '`a b c`');
	t.is(sanitizeName('\u3164\uD800'), '`\\u3164\\uD800`');
});

const effects: Readonly<Record<string, string>> = {
	'ask @octocat': 'mention in ask @octocat',
	'see #1': 'reference in see #1',
	'see deadbeef': 'commit in see deadbeef',
	'see https://evil.example': 'link https://evil.example',
	'[x](https://evil.example)': 'link https://evil.example',
	'![x](https://evil.example)': 'image x',
	'a <b>b': 'HTML <b>',
	'# a': 'block heading',
	'    a': 'block code_block',
	'```\na\n```': 'code block ',
	'a *b* c': 'em ',
	'good :boom:': 'emoji in good :boom:',
};

for (const [text, effect] of Object.entries(effects)) {
	test(`${JSON.stringify(text)} would have an effect by itself`, (t) => {
		t.true(findEffects(text).includes(effect), JSON.stringify(findEffects(text)));
	});
}

for (const text of hostileTexts) {
	test(`nothing comes of ${JSON.stringify(text.slice(0, 60))}`, (t) => {
		t.deepEqual(findEffects(`${sanitizeSentence(text)} ${sanitizeName(text)}`), []);
		t.deepEqual(
			findEffects(`| a | b |\n|---|---|\n| ${sanitizeSentence(text)} | ${sanitizeName(text)} |`),
			[],
		);
	});
}

test('nothing comes of any text: no link, picture, mention, reference, HTML or block', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(hostileText, (text) => {
				const [sentence, name] = [sanitizeSentence(text), sanitizeName(text)];
				const shown = [`${sentence} and ${name}`, `- ${sentence}`, `**${name}** ${sentence}`, sentence];
				return shown.every((markdown) => findEffects(markdown).length === 0 && !markdown.includes('\n'));
			}),
			{ numRuns: 1_000 },
		),
	);
});

test('a cell stays a cell, whatever it holds', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(hostileText, (text) => {
				const cells = `${sanitizeSentence(text)} | ${sanitizeName(text)}`;
				return [...cells.matchAll(/\|/g)].length === 1;
			}),
			{ numRuns: 500 },
		),
	);
});

test('a title, a line and a label have no more than they may', (t) => {
	t.is(sanitizeTitle('shop/web', 20), 'shop/web');
	t.is(sanitizeTitle('@a #1 `b` <i>', 20), '_a _1 _b_ _i_');
	t.is(sanitizeLine('a\nb\u202E`', 20), 'a b\\u202E`');
	t.is(sanitizeLabel('shop/web.v1'), 'shop/web.v1');
	t.is(sanitizeLabel('1. "x"] --> y;%%{init}'), '1 ?x?? --? y????init?');
	t.is(sanitizeLabel('...'), '?');
	t.notThrows(() =>
		fc.assert(
			fc.property(hostileText, (text) => {
				const label = sanitizeLabel(text);
				return [...sanitizeTitle(text, 30)].length <= 30 && /^[^"<>{}[\]();%#&`|\n]{1,40}$/u.test(label);
			}),
		),
	);
});
