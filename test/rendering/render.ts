// Writes the sample pull requests as Markdown (the golden files), as pages and, where there is a browser, pictures of them on a phone and on a desk:
// `node test/rendering/render.ts <folder>`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPullRequestText } from '../../src/plan/pull-request/text.ts';
import { aNote, samples } from '../support/pull-request-samples.ts';
import { hasBrowser, startBrowser, type Viewport } from './browser.ts';
import { composePage } from './page.ts';

const viewports: readonly Viewport[] = [
	{ width: 390, height: 844 },
	{ width: 1440, height: 900 },
];

const [, , folder] = process.argv;
if (folder === undefined) {
	process.stderr.write('usage: node test/rendering/render.ts <folder>\n');
	process.exitCode = 2;
} else {
	await writePages(resolve(folder));
}

async function writePages(into: string): Promise<void> {
	await mkdir(into, { recursive: true });
	const text = createPullRequestText();
	for (const [name, facts] of Object.entries(samples)) {
		const body = text.body(facts, aNote(facts));
		await writeFile(join(into, `${name}.md`), `${body}\n`);
		await writeFile(join(into, `${name}.html`), composePage({ title: text.title(facts), body }));
	}
	if (hasBrowser) await takePictures(into);
	else process.stdout.write('There is no browser here, so there are pages but no pictures.\n');
}

/** Each sample as it opens, and with all of it unfolded. */
async function takePictures(into: string): Promise<void> {
	await using browser = await startBrowser();
	for (const name of Object.keys(samples)) {
		for (const viewport of viewports) {
			const page = await browser.open(pathToFileURL(join(into, `${name}.html`)).href, viewport);
			const picture = join(into, `${name}-${viewport.width}`);
			await writeFile(`${picture}.png`, await page.screenshot('page'));
			await writeFile(`${picture}-first.png`, await page.screenshot('viewport'));
			await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
			await writeFile(`${picture}-open.png`, await page.screenshot('page'));
		}
	}
}
