import { randomBytes } from 'node:crypto';
import { startEmbeddedForge } from '../../simulator/forge/embedded-forge.ts';
import { systemClock } from '../system-clock.ts';
import { cast, type DemoForge, type ForgeKit, type ForgeOptions, firstMessage, hookEvents } from './forge.ts';
import type { Lifetime } from './lifetime.ts';

/** A forge within this process. */
export const embeddedForgeKit: ForgeKit = {
	what: 'An embedded forge',
	step: 'A forge on 127.0.0.1, which has the config repository shop/config',
	start: startEmbedded,
};

async function startEmbedded(
	{ folder, files, environment }: ForgeOptions,
	lifetime: Lifetime,
): Promise<DemoForge> {
	const spillway = { login: cast.spillway, token: createToken() };
	const person = { login: cast.person, token: createToken() };
	const owner = { login: cast.owner, name: 'Platform Team', email: 'platform@example.com' };
	const { owner: login, repository: name } = cast;
	const rights = { [spillway.login]: 'write', [person.login]: 'write' } as const;
	const forge = await startEmbeddedForge({
		clock: systemClock,
		folder,
		environment,
		users: [owner, spillway, person],
		repository: { owner: login, name, files, rights, message: firstMessage },
	});
	lifetime.defer(forge.stop);
	const { url, page, hosted } = forge.repository;
	return {
		repositoryUrl: url,
		apiUrl: `${forge.url}/api/v1/repos/${login}/${name}`,
		page,
		spillway,
		person,
		async tip() {
			// As of the last call: a look at the disk may come in the middle of a push.
			const tip = hosted.state.tips.get('main');
			if (tip === undefined) throw new Error('the repository has no main');
			return await Promise.resolve(tip);
		},
		async addWebhook(hookUrl, secret) {
			forge.addWebhook(forge.repository, { url: hookUrl, secret, events: hookEvents });
			await Promise.resolve();
		},
	};
}

function createToken(): string {
	return randomBytes(20).toString('hex');
}
