// The adapter for Gitea and Forgejo, on a real Gitea.
import { systemClock } from '../../src/cli/system-clock.ts';
import { forgeContract } from '../contract/forge.ts';
import { openGiteaForge } from '../support/gitea-forge-stage.ts';
import { type GiteaRole, type GiteaUnderTest, giteaRoles } from '../support/play-gitea.ts';
import { onGitea } from './gitea/on-gitea.ts';
import type { GiteaUser } from './gitea/server.ts';
import type { Gitea } from './gitea.ts';

type Users = Readonly<Record<GiteaRole, GiteaUser>>;

await onGitea((find) => {
	let made = 0;
	let users: Promise<Users> | undefined;
	forgeContract({
		name: 'real Gitea',
		isSerial: true,
		traits: {
			tellsAutoMerge: false,
			tellsExactPermissions: false,
			hasForks: true,
			lacks: ['autoMerge', 'refusalWithoutBranch'],
		},
		async open(t) {
			users ??= createUsers(find());
			made += 1;
			const gitea = describe(find(), await users);
			return await openGiteaForge(t, { gitea, name: `forge-${made}`, clock: systemClock });
		},
	});
});

async function createUsers(gitea: Gitea): Promise<Users> {
	const made = await Promise.all(
		giteaRoles.map(async (role) => [role, await gitea.createUser(`forge-${role}`)] as const),
	);
	return Object.fromEntries(made) as Users;
}

function describe(gitea: Gitea, users: Users): GiteaUnderTest {
	const { owner, writer, reviewer, reader } = users;
	return {
		users,
		call: gitea.call,
		async createRepository(name) {
			const repository = await gitea.createRepository({ owner, name, files: { 'README.md': 'hello\n' } });
			await gitea.addCollaborator(repository, writer, 'write');
			await gitea.addCollaborator(repository, reviewer, 'write');
			await gitea.addCollaborator(repository, reader, 'read');
			return repository;
		},
	};
}
