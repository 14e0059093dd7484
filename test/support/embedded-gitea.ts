import { type EmbeddedForge, startEmbeddedForge } from '../../src/simulator/forge/embedded-forge.ts';
import type { ForgeCore } from '../../src/simulator/forge/forge-core.ts';
import { type GiteaUnderTest, giteaRoles } from './play-gitea.ts';
import { makeFolder, type Owner } from './temporary-folder.ts';

/** A clock that goes as this machine's does. */
const steady: ForgeCore['clock'] = {
	now: () => Math.round(performance.timeOrigin + performance.now()),
	sleep: () => Promise.reject(new Error('nothing here sleeps')),
};

const users = Object.fromEntries(
	giteaRoles.map((role) => [role, { name: `the-${role}`, token: `token-of-the-${role}` }]),
) as GiteaUnderTest['users'];

const files: ReadonlyMap<string, string> = new Map([['README.md', 'hello\n']]);
const rights = { 'the-writer': 'write', 'the-reviewer': 'write', 'the-reader': 'read' } as const;

/** The embedded forge, with those that recorded answers tell of. */
export async function startEmbeddedGitea(
	t: Owner,
): Promise<{ readonly forge: EmbeddedForge; readonly gitea: GiteaUnderTest }> {
	const forge = await startEmbeddedForge({
		clock: steady,
		folder: await makeFolder(t),
		environment: { PATH: process.env['PATH'] },
		users: giteaRoles.map((role) => ({ login: users[role].name, token: users[role].token })),
		repository: { owner: 'the-owner', name: 'config', files, rights },
	});
	t.teardown(() => forge.stop());
	return { forge, gitea: present(forge) };
}

function present(forge: EmbeddedForge): GiteaUnderTest {
	return {
		users,
		async call(asker, method, path, body) {
			const headers = {
				...(asker !== undefined && { authorization: `token ${asker.token}` }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			};
			const content = body === undefined ? {} : { body: JSON.stringify(body) };
			const answer = await fetch(`${forge.url}/api/v1${path}`, { method, headers, ...content });
			const text = await answer.text();
			const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
			return {
				status: answer.status,
				headers: Object.fromEntries(answer.headers),
				body: isJson ? JSON.parse(text) : text,
			};
		},
		async createRepository(name) {
			const { hosted, url } = await forge.addRepository({ owner: 'the-owner', name, files, rights });
			return {
				path: `/repos/${hosted.fullName}`,
				fullName: hosted.fullName,
				urlOf: ({ name: user, token }) => url.replace('://', `://${user}:${token}@`),
			};
		},
	};
}
