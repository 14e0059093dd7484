import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { type BareRepository, createBareRepository } from './git-remote.ts';
import type { GiteaCase, GiteaDelivery, GiteaPush, GiteaRequest, GiteaStep } from './gitea-corpus.ts';
import { assertPart } from './partial-match.ts';
import { fillPlaceholders } from './placeholders.ts';
import type { Owner } from './temporary-folder.ts';
import { assertSigned, openWebhookInbox, type WebhookInbox } from './webhook-inbox.ts';

/** Those who ask, by what they may do. */
export const giteaRoles = ['owner', 'writer', 'reviewer', 'reader', 'stranger'] as const;

export type GiteaRole = (typeof giteaRoles)[number];

interface Asker {
	readonly name: string;
	readonly token: string;
}

interface Repository {
	/** Below `/api/v1`. */
	readonly path: string;
	/** Owner and name. */
	readonly fullName: string;
	/** To push to as this user, by git over HTTP. */
	urlOf(user: Asker): string;
}

/** A Gitea, or what stands in for one. */
export interface GiteaUnderTest {
	readonly users: Readonly<Record<GiteaRole, Asker>>;
	call(
		asker: { readonly token: string } | undefined,
		method: string,
		path: string,
		body?: unknown,
	): Promise<{
		readonly status: number;
		/** By name in lower case. */
		readonly headers: Readonly<Record<string, string>>;
		/** Parsed where it is JSON, else the text. */
		readonly body: unknown;
	}>;
	/** Public, of the owner, a `README.md` on `main`; writer and reviewer may write, the reader may read. */
	createRepository(name: string): Promise<Repository>;
}

interface Workplace {
	readonly gitea: GiteaUnderTest;
	readonly repository: Repository;
	/** What is pushed is made here. */
	readonly workshop: BareRepository;
}

interface Run extends Workplace {
	readonly inbox: WebhookInbox;
	readonly bindings: Map<string, unknown>;
}

/** What Gitea brings about after it has answered takes less than this even on a busy machine, in ms. */
const patience = 30_000;

/** Plays a case in a repository named after it; throws an AssertionError for the first answer that differs. */
export async function playGiteaCase(
	t: Owner,
	gitea: GiteaUnderTest,
	{ id, steps }: GiteaCase,
): Promise<void> {
	const repository = await gitea.createRepository(id);
	const bindings = new Map<string, unknown>([
		['r', repository.path],
		['full', repository.fullName],
		['zero', '0'.repeat(40)],
		['unknown', `${'0'.repeat(39)}1`],
		...Object.entries(gitea.users).map(([role, { name }]) => [role, name] as const),
	]);
	const workshop = await createBareRepository(t, {}, 'work');
	const first = await readTip({ gitea, repository, workshop }, 'main');
	bindings.set('tip.main', first);
	// Webhooks may be told of what was pushed shortly before they were made.
	const inbox = await openWebhookInbox(t, (body) => isAbout(body, first));
	const run: Run = { gitea, repository, workshop, inbox, bindings };
	for (const [index, step] of steps.entries()) {
		try {
			await playStep(run, step);
		} catch (error) {
			throw new Error(`step ${index + 1}, ${JSON.stringify(step)}: ${error}`, { cause: error });
		}
	}
	assert.deepEqual(run.inbox.waiting, [], 'nothing else was delivered');
}

/** Whether a delivery tells of the push of a commit, or of the branch that came with it. */
function isAbout(body: unknown, commit: string): boolean {
	const { after, sha } = body as { readonly after?: string; readonly sha?: string };
	return after === commit || sha === commit;
}

function playStep(run: Run, step: GiteaStep): Promise<void> {
	if ('request' in step) return playRequest(run, step);
	if ('push' in step) return playPush(run, step);
	if ('hook' in step) return playHook(run, step.hook);
	return playDelivered(run, step.delivered);
}

async function playRequest(run: Run, step: GiteaRequest): Promise<void> {
	const deadline = Date.now() + patience;
	for (;;) {
		try {
			return await ask(run, step);
		} catch (error) {
			if (step.eventually === undefined || Date.now() > deadline) throw error;
		}
		await setTimeout(50);
	}
}

async function ask({ gitea, bindings }: Run, step: GiteaRequest): Promise<void> {
	const filled = fillPlaceholders(step, bindings) as GiteaRequest;
	const [method = '', path = ''] = filled.request.split(' ');
	const reply = await gitea.call(chooseAsker(gitea, filled.as), method, path, filled.body);
	const what = `${reply.status} ${JSON.stringify(reply.body)}`;
	assert.equal(reply.status, filled.status, what);
	if (filled.answer !== undefined) assertPart(reply.body, filled.answer, 'answer');
	if (filled.headers !== undefined) assertPart(reply.headers, filled.headers, 'headers');
	for (const [name, field] of Object.entries(filled.save ?? {})) {
		const value = (reply.body as Readonly<Record<string, unknown>>)[field];
		assert(value !== undefined, `no ${field} in ${what}`);
		bindings.set(name, value);
	}
}

function chooseAsker({ users }: GiteaUnderTest, role = 'writer'): { readonly token: string } | undefined {
	if (role === 'nobody') return undefined;
	if (role === 'impostor') return { token: 'f'.repeat(40) };
	return findUser(users, role);
}

function findUser(users: GiteaUnderTest['users'], role: string): Asker {
	const known = giteaRoles.find((each) => each === role);
	assert(known !== undefined, `nobody is called ${role}`);
	return users[known];
}

async function playPush(run: Run, step: GiteaPush): Promise<void> {
	const { gitea, repository, workshop, bindings } = run;
	const { push: branch, as = 'writer', refused, was } = step;
	const url = repository.urlOf(findUser(gitea.users, as));
	const former = bindings.get(`tip.${branch}`);
	const id = step.delete ? '' : await makeCommit(run, step);
	const pushed = workshop.git('push', '--quiet', url, `${step.force ? '+' : ''}${id}:refs/heads/${branch}`);
	if (refused !== undefined) {
		await assert.rejects(pushed, new RegExp(refused));
		return;
	}
	await pushed;
	if (was !== undefined) bindings.set(was, former);
	if (!step.delete) bindings.set(`tip.${branch}`, id);
}

/** The commit that a branch is to be at. */
async function makeCommit(run: Run, { push: branch, from, files }: GiteaPush): Promise<string> {
	const { workshop, bindings } = run;
	await fetchBranches(run);
	const wanted = from === undefined ? undefined : String(fillPlaceholders(from, bindings));
	const base = wanted ?? ((await hasBranch(run, branch)) ? branch : 'main');
	const start = /^[0-9a-f]{40}$/.test(base) ? base : `refs/remotes/forge/${base}`;
	await workshop.git('update-ref', 'refs/heads/work', start);
	if (files === undefined) return (await workshop.git('rev-parse', 'refs/heads/work')).trim();
	return workshop.commit(files, `edit ${Object.keys(files).join(', ')}`);
}

async function fetchBranches({ repository, gitea, workshop }: Workplace): Promise<void> {
	const url = repository.urlOf(gitea.users.owner);
	await workshop.git('fetch', '--quiet', '--prune', url, '+refs/heads/*:refs/remotes/forge/*');
}

async function hasBranch({ workshop }: Run, branch: string): Promise<boolean> {
	return (await workshop.git('for-each-ref', `refs/remotes/forge/${branch}`)) !== '';
}

async function readTip(run: Workplace, branch: string): Promise<string> {
	await fetchBranches(run);
	return (await run.workshop.git('rev-parse', `refs/remotes/forge/${branch}`)).trim();
}

async function playHook({ gitea, repository, inbox }: Run, events: readonly string[]): Promise<void> {
	const config = { url: inbox.url, secret: inbox.secret, content_type: 'json' };
	const body = { type: 'gitea', config, events, active: true };
	const { status } = await gitea.call(gitea.users.owner, 'POST', `${repository.path}/hooks`, body);
	assert.equal(status, 201);
}

async function playDelivered({ inbox, bindings }: Run, expected: readonly GiteaDelivery[]): Promise<void> {
	const seen = await inbox.take(expected.length);
	for (const delivery of seen) assertSigned(delivery, inbox.secret);
	const told = seen.map(({ headers, body }) => ({
		event: headers['x-gitea-event'],
		type: headers['x-gitea-event-type'],
		body,
	}));
	assertPart(told, { $unordered: fillPlaceholders(expected, bindings) }, 'delivered');
}
