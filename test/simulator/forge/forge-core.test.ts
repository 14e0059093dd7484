import test from 'ava';
import { ForgeRefusal } from '../../../src/simulator/forge/refusal.ts';
import { branch, open, rule, type Stage, setStatus, stage, wish } from '../../support/forge-core-stage.ts';

test('a pull request’s life is told, each event once', async (t) => {
	const world = await stage();
	const { hosted, repository, events } = world;
	const { number, head } = await open(world);
	await hosted.requestReviewers('bot', number, ['ada']);
	await hosted.comment('ada', number, '/spillway hold 1h');
	await setStatus(world, head, 'success');
	await hosted.review('ada', number, { state: 'APPROVED', body: '', remarks: [] });
	repository.commitDirectly({ 'web.yaml': 'weight: 2\n' }, 'more', {}, branch);
	await hosted.look('ada');
	await hosted.edit('ada', number, { state: 'closed' });
	await hosted.edit('ada', number, { state: 'open', title: 'Other' });
	await hosted.merge('ada', number, { ...wish, deleteBranch: true });
	await hosted.look();
	t.deepEqual(events, [
		`owner pushes ${branch}`,
		'bot opened #1',
		'bot asks ada',
		'ada comments on #1',
		'bot sets ci/test success',
		'ada says APPROVED',
		`owner pushes ${branch}`,
		'owner synchronized #1',
		'ada closed #1',
		'ada edited #1',
		'ada reopened #1',
		'ada closed #1',
		'ada pushes main',
		`ada deletes ${branch}`,
	]);
});

test('a merge moves the base to a commit of both, and the time is the clock’s', async (t) => {
	const world = await stage();
	const { hosted, repository, clock } = world;
	const { number, head } = await open(world);
	const theirs = repository.commitDirectly({ other: 'x\n' }, 'theirs');
	await clock.advance(60_000);
	const merged = await hosted.merge('ada', number, { ...wish, head });
	t.like(merged, { state: 'merged', mergedBy: 'ada', closedAt: clock.now() });
	const facts = repository.server.history.read(merged.mergeCommit ?? '');
	t.deepEqual(facts?.parents, [theirs, head]);
	t.is(facts?.message, `Merge pull request 'Fail over' (#1) from ${branch} into main`);
	t.is(repository.server.tip('main'), merged.mergeCommit);
	t.is(repository.server.tip(branch), head);
});

interface Refused {
	readonly title: string;
	readonly status: number;
	/** What is done before the merge. */
	before(world: Stage, number: number): unknown;
	readonly head?: string;
	readonly by?: string;
}

const refused: readonly Refused[] = [
	{
		title: 'one that is closed',
		status: 404,
		before: ({ hosted }, number) => hosted.edit('ada', number, { state: 'closed' }),
	},
	{
		title: 'one that is merged',
		status: 405,
		before: ({ hosted }, number) => hosted.merge('ada', number, wish),
	},
	{
		title: 'a draft',
		status: 405,
		before: ({ hosted }, number) => hosted.edit('ada', number, { title: 'WIP: x' }),
	},
	{
		title: 'a conflict',
		status: 405,
		before: ({ repository }) => repository.commitDirectly({ 'web.yaml': 'weight: 7\n' }, 'theirs'),
	},
	{ title: 'another head', status: 409, before: () => undefined, head: 'f'.repeat(40) },
	{
		title: 'a head that was pushed to',
		status: 409,
		before: ({ repository }) => repository.commitDirectly({ other: 'x\n' }, 'theirs', {}, branch),
		head: 'former',
	},
	{ title: 'for somebody who only reads', status: 405, before: () => undefined, by: 'reader' },
	{
		title: 'without a check that is required',
		status: 405,
		before: ({ hosted }) => hosted.protect('owner', { ...rule, requiredContexts: ['ci/test'] }),
	},
	{
		title: 'without an approval that is required',
		status: 405,
		before: ({ hosted }) => hosted.protect('owner', { ...rule, requiredApprovals: 1 }),
	},
	{
		title: 'with changes requested',
		status: 405,
		async before({ hosted }, number) {
			await hosted.protect('owner', { ...rule, blocksOnRejection: true });
			await hosted.review('ada', number, { state: 'REQUEST_CHANGES', body: 'no', remarks: [] });
		},
	},
	{
		title: 'of an archived repository',
		status: 423,
		before: ({ hosted }) => hosted.configure('owner', { isArchived: true }),
	},
];

for (const { title, status, before, head, by = 'bot' } of refused) {
	test(`there is no merge: ${title}`, async (t) => {
		const world = await stage();
		const { number, head: former } = await open(world);
		await before(world, number);
		const main = world.repository.server.tip('main');
		const named = head === 'former' ? former : head;
		const error = await t.throwsAsync(world.hosted.merge(by, number, { ...wish, head: named }), {
			instanceOf: ForgeRefusal,
		});
		t.is(error?.status, status);
		t.is(world.repository.server.tip('main'), main);
	});
}

test('approvals of those who may not write do not count, and the last word of each does', async (t) => {
	const world = await stage();
	const { hosted } = world;
	await hosted.protect('owner', { ...rule, requiredApprovals: 1, blocksOnRejection: true });
	const { number } = await open(world);
	const say = (by: string, state: 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT') =>
		hosted.review(by, number, { state, body: 'x', remarks: [] });
	const lack = async () => {
		const block = await hosted.block('bot', number);
		return block?.kind === 'unready' ? block.words : block?.kind;
	};
	await say('reader', 'APPROVED');
	t.is(await lack(), 'Does not have enough approvals');
	await say('ada', 'REQUEST_CHANGES');
	await say('owner', 'APPROVED');
	t.is(await lack(), 'There are requested changes');
	await say('ada', 'APPROVED');
	await say('ada', 'COMMENT');
	t.is(await lack(), undefined);
});

test('the end of a branch closes its pull request, which tells that apart from a person’s close', async (t) => {
	const world = await stage();
	const { hosted, repository } = world;
	const { number } = await open(world);
	repository.deleteBranch(branch);
	t.like(await hosted.pull(number), { state: 'closed', closedByBranch: true, hasBranch: false });
	repository.commitDirectly({ 'web.yaml': 'weight: 3\n' }, 'anew', {}, branch);
	await hosted.edit('ada', number, { state: 'open' });
	t.like(await hosted.pull(number), { state: 'open', closedByBranch: undefined, hasBranch: true });
	await hosted.edit('ada', number, { state: 'closed' });
	await hosted.deleteBranch('ada', branch);
	t.like(await hosted.pull(number), { state: 'closed', closedByBranch: false, closedBy: 'ada' });
});

test('tokens are their users’, until they are given others', async (t) => {
	const { core } = await stage();
	t.is(core.userByToken('token-ada')?.login, 'ada');
	core.setToken('ada', 'another');
	t.is(core.userByToken('token-ada'), undefined);
	t.is(core.userByToken('another')?.login, 'ada');
	t.is(core.userByToken(''), undefined);
});
