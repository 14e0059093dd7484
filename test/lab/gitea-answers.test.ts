import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { giteaCases, giteaRecordedFrom } from '../support/gitea-corpus.ts';
import { type GiteaRole, type GiteaUnderTest, giteaRoles, playGiteaCase } from '../support/play-gitea.ts';
import { onGitea } from './gitea/on-gitea.ts';
import { giteaModule, giteaPackage, giteaVersion } from './gitea/programs.ts';
import type { Gitea } from './gitea.ts';

await onGitea((find) => {
	test('real: the recorded answers are those of the Gitea that the lab builds', async (t) => {
		t.is(giteaRecordedFrom, `Gitea ${giteaVersion}`);
		const goMod = await readFile(join(giteaModule.folder, 'go.mod'), 'utf8');
		t.true(goMod.includes(`${giteaPackage} v${giteaVersion}`));
	});

	let gitea: GiteaUnderTest | undefined;
	test.before('real: those who ask are there', async () => {
		gitea = await populate(find());
	});
	for (const each of giteaCases) {
		test.serial(`real: Gitea answers as recorded: ${each.title} (${each.id})`, async (t) => {
			t.timeout(120_000);
			if (gitea === undefined) throw new Error('nobody is there');
			await playGiteaCase(t, gitea, each);
			t.pass();
		});
	}
});

async function populate(gitea: Gitea): Promise<GiteaUnderTest> {
	const made = await Promise.all(
		giteaRoles.map(async (role) => [role, await gitea.createUser(role)] as const),
	);
	const users = Object.fromEntries(made) as Readonly<Record<GiteaRole, (typeof made)[number][1]>>;
	return {
		users,
		call: gitea.call,
		async createRepository(name) {
			const repository = await gitea.createRepository({ owner: users.owner, name, files: 'readme' });
			await gitea.addCollaborator(repository, users.writer, 'write');
			await gitea.addCollaborator(repository, users.reviewer, 'write');
			await gitea.addCollaborator(repository, users.reader, 'read');
			return repository;
		},
	};
}
