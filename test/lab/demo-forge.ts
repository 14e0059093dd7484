// The demo's real forge: a Gitea of its own.
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import git from 'isomorphic-git';
import {
	cast,
	type DemoForge,
	type ForgeAccount,
	type ForgeKit,
	type ForgeOptions,
	hookEvents,
} from '../../src/cli/demo/forge.ts';
import type { Lifetime } from '../../src/cli/demo/lifetime.ts';
import { giteaVersion } from './gitea/programs.ts';
import type { GiteaUser } from './gitea/server.ts';
import { startGitea } from './gitea.ts';
import { documentedScopes } from './pull-request-people.ts';

export const giteaKit: ForgeKit = {
	what: `Gitea ${giteaVersion}`,
	step: 'Gitea on 127.0.0.1, which has the config repository shop/config',
	start: startForge,
};

const fs = { promises: files };

async function startForge({ files: first }: ForgeOptions, lifetime: Lifetime): Promise<DemoForge> {
	const gitea = await startGitea({ teardown: lifetime.defer });
	const owner = await gitea.createUser(cast.owner);
	const spillway = await gitea.createUser(cast.spillway);
	const person = await gitea.createUser(cast.person);
	const { repository: name } = cast;
	const repository = await gitea.createRepository({ owner, name, files: Object.fromEntries(first) });
	for (const user of [spillway, person]) await gitea.addCollaborator(repository, user, 'write');
	// Looked at many times a second, which its API is not for.
	const gitdir = join(gitea.folder, 'data', 'data', 'gitea-repositories', `${repository.fullName}.git`);
	return {
		repositoryUrl: repository.url,
		apiUrl: repository.apiUrl,
		page: repository.url.replace(/\.git$/, ''),
		spillway: accountOf(await gitea.limitUser(spillway, documentedScopes)),
		person: accountOf(person),
		tip: () => git.resolveRef({ fs, gitdir, ref: 'refs/heads/main' }),
		async addWebhook(url, secret) {
			await gitea.addWebhook(repository, { url, secret, events: hookEvents });
		},
	};
}

function accountOf({ name: login, token }: GiteaUser): ForgeAccount {
	return { login, token };
}
