import { readFile } from 'node:fs/promises';
import test from 'ava';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { aNote, samples } from '../../support/pull-request-samples.ts';

// Written anew by `node test/rendering/render.ts <folder>`, to be copied here and read.
for (const [name, facts] of Object.entries(samples)) {
	test(`the body of ${name} is the one that was last read by a person`, async (t) => {
		const golden = await readFile(new URL(`golden/${name}.md`, import.meta.url), 'utf8');
		t.is(`${createPullRequestText().body(facts, aNote(facts))}\n`, golden);
	});
}
