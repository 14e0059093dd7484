import test from 'ava';
import { startEmbeddedGitea } from '../../support/embedded-gitea.ts';
import { giteaCases } from '../../support/gitea-corpus.ts';
import { playGiteaCase } from '../../support/play-gitea.ts';

/** What the embedded forge does not have, by the case that tells of it. */
const beyond: ReadonlySet<string> = new Set(['fork']);

for (const each of giteaCases.filter(({ id }) => !beyond.has(id))) {
	test(`the embedded forge answers as Gitea does: ${each.title} (${each.id})`, async (t) => {
		const { gitea } = await startEmbeddedGitea(t);
		await playGiteaCase(t, gitea, each);
		t.pass();
	});
}

test('what the embedded forge does not have is among what was recorded', (t) => {
	const known = new Set(giteaCases.map(({ id }) => id));
	t.deepEqual(
		[...beyond].filter((id) => !known.has(id)),
		[],
	);
});
