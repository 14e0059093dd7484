import test from 'ava';
import fc from 'fast-check';
import { createPullRequestText } from '../../src/plan/pull-request/text.ts';
import { hostileText } from '../support/hostile-text.ts';
import {
	aNote,
	hostileFacts,
	manyPullRequestChanges,
	samples,
	somePullRequestFacts,
} from '../support/pull-request-samples.ts';
import { parseMarkdown, renderMarkdown } from './forge-markdown.ts';
import { parseMermaid } from './mermaid-syntax.ts';

const text = createPullRequestText();

/** The pictures of a body, as their source. */
function picturesOf(body: string): readonly string[] {
	return parseMarkdown(body)
		.filter(({ type, info }) => type === 'fence' && info === 'mermaid')
		.map(({ content }) => content);
}

for (const [name, facts] of Object.entries(samples)) {
	const body = text.body(facts, aNote(facts));

	test(`the body of ${name} renders as one verdict, narrow tables, folds that close, and a picture`, (t) => {
		const html = renderMarkdown(body);
		t.regex(html, /^\s*<p><strong>/);
		t.is(html.split('<details>').length, html.split('</details>').length);
		t.is(html.split('<summary>').length, html.split('</summary>').length);
		const tokens = parseMarkdown(body);
		const columns = tokens.filter(({ type }) => type === 'th_open').length;
		const tables = tokens.filter(({ type }) => type === 'table_open').length;
		t.true(tables >= 1 && columns <= 4 * tables);
		t.is(picturesOf(body).length, facts.state === 'open' ? 1 : 0);
		t.is(/spillway:/.test(html.replaceAll(/<code>.*?<\/code>/gs, '')), false, 'no mark can be seen');
	});

	test(`the picture of ${name} is Mermaid, and small`, async (t) => {
		for (const picture of picturesOf(body)) {
			t.is(await parseMermaid(picture), 'flowchart-v2');
			t.true(picture.split('\n').length <= 15);
		}
		t.pass();
	});
}

test('a body of boxes shows a box for each', (t) => {
	const facts = somePullRequestFacts();
	const html = renderMarkdown(text.body(facts, aNote(facts)));
	t.is(html.match(/<input type="checkbox"/g)?.length, 4);
});

test('Mermaid complains about what is none', async (t) => {
	await t.throwsAsync(() => parseMermaid('flowchart LR\n  a["x"y"] --> b'));
	await t.throwsAsync(() => parseMermaid('hello'));
});

test('a picture is Mermaid whatever the names are', async (t) => {
	await t.notThrowsAsync(() =>
		fc.assert(
			fc.asyncProperty(fc.array(hostileText, { minLength: 14, maxLength: 14 }), async (texts) => {
				const facts = hostileFacts((index) => texts[index] ?? '');
				const [picture, ...others] = picturesOf(text.body(facts, aNote(facts)));
				const kind = await parseMermaid(picture ?? '');
				return kind === 'flowchart-v2' && others.length === 0;
			}),
			{ numRuns: 100 },
		),
	);
});

test('of many splits and backends a picture draws a few, and counts the rest', (t) => {
	const facts = somePullRequestFacts(manyPullRequestChanges(1_000));
	const [picture = ''] = picturesOf(text.body(facts, aNote(facts)));
	t.is(picture.match(/^ {2}s\d\[/gm)?.length, 4);
	t.is(picture.match(/s\db\d\[/g)?.length, 8);
	t.true(picture.includes('rest["and 996 more splits"]'));
});
