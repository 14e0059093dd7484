import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { createPullRequestText } from '../../src/plan/pull-request/text.ts';
import { aNote, samples } from '../support/pull-request-samples.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { hasBrowser, startBrowser } from './browser.ts';
import { composePage } from './page.ts';

const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };

/** What a page looks like, in pixels. */
interface Look {
	readonly width: number;
	/** The picture's blocks, and how many of them were drawn. */
	readonly pictures: number;
	readonly drawn: number;
	/** The smallest letters of a picture. */
	readonly letters: number;
	/** The last of what is to be seen first: verdict, table, choices. */
	readonly firstEnds: number;
	/** By how much the widest table has to be scrolled. */
	readonly tableScrolls: number;
}

const look = `({
	width: document.documentElement.scrollWidth,
	pictures: document.querySelectorAll('pre.mermaid').length,
	drawn: document.querySelectorAll('pre.mermaid > svg:not([aria-roledescription="error"])').length,
	letters: Math.min(99, ...[...document.querySelectorAll('pre.mermaid > svg')].map((svg) =>
		16 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)),
	firstEnds: document.querySelector('.markdown-body > ul')?.getBoundingClientRect().bottom ?? 0,
	tableScrolls: Math.max(0, ...[...document.querySelectorAll('table')].map((table) =>
		table.scrollWidth - table.clientWidth)),
})`;

const unfold = 'document.querySelectorAll("details").forEach((each) => { each.open = true; })';

function defineTests(): void {
	test('on a phone and on a desk, no page scrolls sideways, all pictures are drawn, and what matters comes first', async (t) => {
		const folder = await makeFolder(t);
		const text = createPullRequestText();
		await using browser = await startBrowser();
		for (const [name, facts] of Object.entries(samples)) {
			const file = join(folder, `${name}.html`);
			await writeFile(file, composePage({ title: text.title(facts), body: text.body(facts, aNote(facts)) }));
			for (const viewport of [phone, desk]) {
				const page = await browser.open(pathToFileURL(file).href, viewport);
				const first = (await page.evaluate(look)) as Look;
				t.is(first.drawn, first.pictures, name);
				t.true(first.letters >= 10, `${name}: letters of ${first.letters} px`);
				await page.evaluate(unfold);
				const unfolded = (await page.evaluate(look)) as Look;
				t.true(unfolded.width <= viewport.width, `${name}: ${unfolded.width} px wide`);
				// Nobody has names such as these.
				if (name === 'hostile') continue;
				t.true(first.firstEnds <= viewport.height, `${name}: what comes first ends at ${first.firstEnds} px`);
				t.is(unfolded.tableScrolls, 0, name);
			}
		}
	});

	test('a picture that is none, and a page that is too wide, are noticed', async (t) => {
		const file = join(await makeFolder(t), 'bad.html');
		const body = '```mermaid\nflowchart LR\n  a["x"y"]\n```\n\nText';
		const page = composePage({ title: 'Bad', body }).replace('<p>Text', '<p style="width: 500px">Text');
		await writeFile(file, page);
		await using browser = await startBrowser();
		const opened = await browser.open(pathToFileURL(file).href, phone);
		const { pictures, drawn, width } = (await opened.evaluate(look)) as Look;
		t.deepEqual({ pictures, drawn }, { pictures: 1, drawn: 0 });
		t.true(width > phone.width);
	});
}

if (hasBrowser) defineTests();
else test('without a browser, structure and syntax are what there is to try', (t) => t.false(hasBrowser));
