// Rules of a real Gitea that stand between a pull request and its merge, and what a token may do.
import test from 'ava';
import type { PullRequestChange } from '../../src/model/change.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { awayManifest, splitManifest } from '../support/manifests.ts';
import { onGitea } from './gitea/on-gitea.ts';
import { askAs, documentedScopes, type Place } from './pull-request-people.ts';
import { aFailover, beginStory, failoverBranch, type Story, untilPull } from './pull-request-story.ts';

const lint = 'ci/lint';

/** An approval, and a check beside our own. */
async function protect({ gitea, repository }: Place): Promise<void> {
	const statusChecks = [lint, 'spillway/validated'];
	await gitea.protectBranch(repository, 'main', { requiredApprovals: 1, statusChecks });
}

async function approve({ place }: Story, number: number): Promise<void> {
	const review = { event: 'APPROVED', body: 'fine' };
	await askAs(place, place.people.ada, ['POST', `/pulls/${number}/reviews`], review);
}

async function check({ place }: Story, commit: string, state: 'success' | 'failure'): Promise<void> {
	const status = { context: lint, state };
	await askAs(place, place.people.ada, ['POST', `/statuses/${commit}`], status);
}

const changesOfMind = {
	'it is not needed any more': (story, change) => story.rest(change),
	'a person says hold': async (story, change) => {
		await story.comment(story.place.people.ada, 1, '/spillway hold 1h');
		await story.ask(change);
	},
	'a person pushes to its branch': async (story, change) => {
		await story.push(failoverBranch, { 'note.md': 'mine\n' });
		await story.ask(change);
	},
} satisfies Readonly<Record<string, (story: Story, change: PullRequestChange) => Promise<void>>>;

function isOpen(receipt: Receipt): boolean {
	return receipt.kind === 'requested' && receipt.obstacle === undefined && receipt.pull?.state === 'Open';
}

await onGitea((find) => {
	test.serial(
		'F23 real: a protected branch: it is merged by itself once it is checked and approved, and not before',
		async (t) => {
			const story = await beginStory(t, find(), 'protected', { prepare: protect });
			const change = aFailover({ autoMerge: true });
			const blocked = (blocker: string) =>
				({ kind: 'requested', pull: { state: 'Blocked', blocker } }) as const;
			t.like(await story.ask(change), blocked('Not all required status checks successful'));
			const { number, head } = await story.open();
			await check(story, head.sha, 'failure');
			t.like(await story.ask(change), blocked(`the check ${lint} failed`));
			await check(story, head.sha, 'success');
			t.like(await story.ask(change), blocked('Does not have enough approvals'));
			await story.look();
			t.deepEqual(
				story.news.map(({ event, detail }) => detail ?? event),
				['Opened', 'Not all required status checks successful', 'Does not have enough approvals'],
				'each hindrance is told once',
			);
			await story.restart();
			t.like(await story.ask(change), blocked('Does not have enough approvals'));
			t.is(await story.text('main'), splitManifest);
			await approve(story, number);
			await story.untilReceipt(change, 'it is merged', ({ kind }) => kind === 'delivered');
			t.is(await story.text('main'), awayManifest);
			t.is((await story.pulls()).length, 1);
		},
	);

	for (const [index, [what, act]] of Object.entries(changesOfMind).entries()) {
		test.serial(`real: what waits for its checks is not merged by itself once ${what}`, async (t) => {
			const story = await beginStory(t, find(), `off-${index}`, { prepare: protect });
			const change = aFailover({ autoMerge: true });
			t.like(await story.ask(change), { kind: 'requested', pull: { state: 'Blocked' } });
			await act(story, change);
			const tip = String(await story.tip(failoverBranch));
			const { number } = await untilPull(story, 'Gitea knows the head', ({ head }) => head.sha === tip);
			await approve(story, number);
			const validated = { context: 'spillway/validated', state: 'success' };
			await askAs(story.place, story.place.people.ada, ['POST', `/statuses/${tip}`], validated);
			await check(story, tip, 'success');
			await story.look();
			t.like(await story.open(), { number });
			t.is(await story.text('main'), splitManifest);
			const timeline = await askAs<readonly { readonly type: string }[]>(
				story.place,
				story.place.people.ada,
				['GET', `/issues/${number}/timeline`],
			);
			t.false(
				timeline.some(({ type }) => type === 'pull_scheduled_merge'),
				'nor is it left to Gitea',
			);
		});
	}

	const lacks = {
		'write:issue': { has: ['read:issue'], code: 'E_FORGE_RIGHTS', words: /required=\[write:issue\]/ },
		'any of issues': { has: [], code: 'E_FORGE_RIGHTS', words: /required=\[read:issue\]/ },
		'read:user': { has: [], code: 'E_FORGE_RIGHTS', words: /required=\[read:user\]/ },
		// It is git that needs it first.
		'write:repository': { has: ['read:repository'], code: 'E_GIT_AUTH', words: /push.*403/ },
	} as const;
	for (const [scope, { has, code, words }] of Object.entries(lacks)) {
		test.serial(
			`F6 real: a token without ${scope} is told so, and it goes on once it has that`,
			async (t) => {
				const story = await beginStory(t, find(), `no-${scope.replaceAll(/\W/g, '-')}`);
				const { gitea, people } = story.place;
				const missing = scope === 'any of issues' ? 'write:issue' : scope;
				const scopes = [...documentedScopes.filter((each) => each !== missing), ...has];
				story.setToken((await gitea.limitUser(people.bot, scopes)).token);
				await story.restart();
				const change = aFailover();
				const receipt = await story.ask(change);
				t.like(receipt, { kind: 'requested', obstacle: { code } });
				t.regex(receipt.kind === 'requested' ? String(receipt.obstacle?.message) : '', words);
				story.setToken(people.bot.token);
				await story.untilReceipt(change, 'it is open', isOpen);
				t.is((await story.pulls()).length, 1);
				const { head } = await story.open();
				t.is((await story.statuses(head.sha)).length, 2);
			},
		);
	}

	test.serial(
		'F5 real: a token that is revoked and replaced: it says so meanwhile, and goes on with the same pull request',
		async (t) => {
			const story = await beginStory(t, find(), 'rotated');
			const { gitea, people } = story.place;
			const change = aFailover();
			await story.ask(change);
			const { number, head } = await story.open();
			const next = await gitea.limitUser(people.bot, documentedScopes);
			await revoke(story);
			const receipt = await story.untilReceipt(
				change,
				'it is refused',
				(each) => each.kind === 'requested' && each.obstacle !== undefined,
			);
			// Git is asked at the same time as the forge.
			t.regex(JSON.stringify(receipt), /"code":"E_(GIT|FORGE)_AUTH"/);
			t.like(receipt, { kind: 'requested', pull: { number } });
			story.setToken(next.token);
			const after = await story.untilReceipt(
				change,
				'it goes on',
				(each) => each.kind === 'requested' && each.obstacle === undefined,
			);
			t.like(after, { kind: 'requested', pull: { number, head: head.sha, state: 'Open' } });
			t.is((await story.pulls()).length, 1);
		},
	);
});

/** Takes Spillway’s first token away, as its owner does. */
async function revoke({
	place: {
		gitea,
		people: { bot },
	},
}: Story): Promise<void> {
	const path = `/users/${bot.name}/tokens`;
	const { body } = await gitea.call({ name: bot.name, password: bot.password }, 'GET', path);
	const tokens = body as readonly { readonly id: number; readonly token_last_eight: string }[];
	const old = tokens.find((each) => bot.token.endsWith(each.token_last_eight));
	await gitea.call({ name: bot.name, password: bot.password }, 'DELETE', `${path}/${old?.id}`);
}
