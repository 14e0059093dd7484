// A config repository at a Gitea, and the people around it.
import { watchFor } from '../support/canaries.ts';
import type { GiteaUser } from './gitea/server.ts';
import type { Gitea, GiteaRepository } from './gitea.ts';

/** What docs/pull-requests.md asks for at Gitea. */
export const documentedScopes: readonly string[] = ['write:repository', 'write:issue', 'read:user'];

/** Those who have to do with a repository. */
export interface People {
	/** Its owner, who is Spillway in nothing. */
	readonly owner: GiteaUser;
	/** Spillway: may write, with a token of the documented scopes. */
	readonly bot: GiteaUser;
	/** May write. */
	readonly ada: GiteaUser;
	/** May read. */
	readonly eve: GiteaUser;
}

export interface Place {
	readonly gitea: Gitea;
	readonly repository: GiteaRepository;
	readonly people: People;
}

/** A public repository of these files, with its people; all names begin with the repository's. */
export async function openPlace(
	gitea: Gitea,
	name: string,
	files: Readonly<Record<string, string>>,
): Promise<Place> {
	const create = (role: string) => gitea.createUser(`${name}-${role}`);
	const owner = await create('owner');
	const [account, ada, eve] = [await create('bot'), await create('ada'), await create('eve')];
	const repository = await gitea.createRepository({ owner, name, files });
	await gitea.addCollaborator(repository, account, 'write');
	await gitea.addCollaborator(repository, ada, 'write');
	await gitea.addCollaborator(repository, eve, 'read');
	const bot = await gitea.limitUser(account, documentedScopes);
	watchFor('forge-token', bot.token);
	return { gitea, repository, people: { owner, bot, ada, eve } };
}

/** A pull request as Gitea's API tells of it, in part. */
export interface GiteaPull {
	readonly number: number;
	readonly state: 'open' | 'closed';
	readonly merged: boolean;
	readonly title: string;
	readonly body: string;
	readonly mergeable: boolean;
	readonly head: { readonly ref: string; readonly label: string; readonly sha: string };
	readonly base: { readonly ref: string; readonly sha: string };
	readonly labels: readonly { readonly name: string }[];
	readonly requested_reviewers: readonly { readonly login: string }[] | null;
	readonly merge_commit_sha: string | null;
}

/** Asks a place's API as somebody, below the repository; what is refused throws. */
export async function askAs<T>(
	{ gitea, repository }: Pick<Place, 'gitea' | 'repository'>,
	user: GiteaUser,
	[method, path]: readonly [method: string, path: string],
	body?: unknown,
): Promise<T> {
	const reply = await gitea.call(user, method, `${repository.path}${path}`, body);
	if (reply.status < 300) return reply.body as T;
	throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
}

/** All pull requests, the oldest first. */
export async function listPulls(place: Place): Promise<readonly GiteaPull[]> {
	const path = '/pulls?state=all&limit=50&sort=oldest';
	return await askAs<readonly GiteaPull[]>(place, place.people.ada, ['GET', path]);
}

/** Merges as a person who saw this head does; tries again for as long as Gitea tries the merge out. */
export async function mergeAs(
	{ gitea, repository }: Place,
	user: GiteaUser,
	{ number, head }: Pick<GiteaPull, 'number' | 'head'>,
	style: string = 'merge',
): Promise<void> {
	const path = `${repository.path}/pulls/${number}/merge`;
	const body = { Do: style, head_commit_id: head.sha };
	await untilTrue(`pull request ${number} is merged`, async () => {
		const reply = await gitea.call(user, 'POST', path, body);
		if (reply.status < 300) return true;
		const text = JSON.stringify(reply.body);
		if (/try again later/i.test(text)) return false;
		throw new Error(`merge: ${reply.status} ${text}`);
	});
}

/** Longer than anything takes on a busy machine. */
const patience = 50_000;

/** Asks until it is so; throws when that takes too long. */
export async function untilTrue(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
	const deadline = Date.now() + patience;
	while (!(await holds())) {
		if (Date.now() > deadline) throw new Error(`it did not come to that: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** Asks until there is an answer; throws when that takes too long. */
export async function untilFound<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
	let found: T | undefined;
	await untilTrue(what, async () => {
		found = await find();
		return found !== undefined;
	});
	if (found === undefined) throw new Error(what);
	return found;
}
