import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { renderMarkdown } from '../../../../src/cli/demo/markdown/render.ts';
import { createPullRequestText } from '../../../../src/plan/pull-request/text.ts';
import { aNote, samples } from '../../../support/pull-request-samples.ts';

function render(markdown: string, width = 40): string {
	return renderMarkdown(markdown, { width, color: false }).join('\n');
}

for (const width of [66, 86]) {
	test(`a failover's body in ${width} columns is the one that was last read by a person`, async (t) => {
		const facts = samples['failover'];
		if (facts === undefined) throw new Error('there is no such sample');
		const shown = render(createPullRequestText().body(facts, aNote(facts)), width);
		t.is(`${shown}\n`, await readFile(new URL(`failover-${width}.txt`, import.meta.url), 'utf8'));
	});
}

for (const [name, facts] of Object.entries(samples)) {
	test(`${name}: no line is wider than 66 columns`, (t) => {
		const body = createPullRequestText().body(facts, aNote(facts));
		const lines = renderMarkdown(body, { width: 66, color: true }).map(stripVTControlCharacters);
		t.deepEqual(
			lines.filter((line) => [...line].length > 66),
			[],
		);
	});
}

const texts: readonly (readonly [what: string, markdown: string, shown: string])[] = [
	['nothing', '', ''],
	['a heading is bold, and so has no mark', '## Why', 'Why'],
	[
		'lines of a paragraph are joined, and wrapped',
		'one two\nthree '.repeat(5),
		'one two three one two three one two\nthree one two three one two three',
	],
	[
		'items hang',
		'- one two three four five six seven eight\n- two',
		'• one two three four five six seven\n  eight\n• two',
	],
	['boxes are drawn', '- [ ] hold\n- [x] veto', '☐ hold\n☑ veto'],
	['comments are not shown', 'a <!-- spillway:box:hold -->b', 'a b'],
	['of a link the text is', 'see [`a/b.yaml`](<https://e.example/a?x=1&amp;y>)', 'see a/b.yaml'],
	['code means nothing but itself', '`**a** [b](<c>)` and **b**', '**a** [b](<c>) and b'],
	['a code block keeps its lines', '```yaml\na: 1\n  b: **2**\n```', '  a: 1\n    b: **2**'],
	[
		'a diagram is a word',
		'```mermaid\nflowchart LR\n  a --> b\n```',
		'(here its page has a picture of the traffic)',
	],
	[
		'what is folded is named',
		'<details><summary><b>Why</b></summary>\n\nhidden\n\n</details>\n\n<details><summary>When</summary>\n\n- x\n\n</details>',
		'▸ Why   ▸ When',
	],
	[
		'a table is aligned',
		'| a | b |\n|:--|--:|\n| one<br>two | 1% |\n| x | **100%** |',
		'a        b\n───   ────\none     1%\ntwo\nx     100%',
	],
	['Windows ends lines in its own way', '- a\r\n- b\r\n\r\nc', '• a\n• b\n\nc'],
];

for (const [what, markdown, shown] of texts) {
	test(`${what}`, (t) => t.is(render(markdown), shown));
}

test('a table that is too wide has its widest column wrapped', (t) => {
	const table = '| name | why |\n|:--|:--|\n| web | one two three four five six |';
	t.is(render(table, 24), 'name   why\n────   ─────────────────\nweb    one two three\n       four five six');
});

test('colours stand only where they are asked for, and change no text', (t) => {
	const markdown = '**`a` is** `b`\n\n<details><summary>c</summary></details>';
	const painted = renderMarkdown(markdown, { width: 40, color: true }).join('\n');
	t.true(painted.includes('\x1b[1m'));
	t.is(stripVTControlCharacters(painted), render(markdown));
	t.false(render(markdown).includes('\x1b'));
});

test('what moves a cursor is no text', (t) => {
	t.is(render('a\x1b[2Jb\u0007 \u009bc'), 'a[2Jb c');
});

test('a word that is wider than its line is broken', (t) => {
	t.is(render('`a/long/path`b c', 8), 'a/long/p\nathb c');
});
