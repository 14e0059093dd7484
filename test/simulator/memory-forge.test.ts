import test from 'ava';
import type { ForgeError } from '../../src/model/ports/forge.ts';
import type { ForgeCore } from '../../src/simulator/forge/forge-core.ts';
import { createForgeCore } from '../../src/simulator/forge/forge-core.ts';
import { createMemoryForgeRepository } from '../../src/simulator/forge/memory-forge-repository.ts';
import { createMemoryForge, type MemoryForge } from '../../src/simulator/memory-forge.ts';
import { createMemoryRepository, type MemoryRepository } from '../../src/simulator/memory-repository.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { forgeContract } from '../contract/forge.ts';
import type { ForgeUnderTest } from '../support/forge-under-test.ts';

const { signal } = new AbortController();
const branch = 'spillway/failover/east';
const logins = {
	admin: 'owner',
	spillway: 'spillway-bot',
	writer: 'writer',
	reader: 'reader',
	stranger: 'stranger',
} as const;

interface Stage {
	readonly clock: VirtualClock;
	readonly core: ForgeCore;
	readonly repository: MemoryRepository;
	readonly forge: MemoryForge;
}

async function stage(): Promise<Stage> {
	const clock = createVirtualClock();
	const repository = createMemoryRepository({ files: { 'README.md': 'hello\n', 'web.yaml': 'weight: 1\n' } });
	const users = Object.values(logins).map((login) => ({ login }));
	const core = createForgeCore({ clock, users });
	await core.addRepository({
		owner: logins.admin,
		name: 'config',
		git: createMemoryForgeRepository(repository.server),
		rights: { [logins.spillway]: 'write', [logins.writer]: 'write', [logins.reader]: 'read' },
	});
	const forge = createMemoryForge(core, { repository: 'owner/config', user: logins.spillway });
	return { clock, core, repository, forge };
}

forgeContract({
	name: 'forge in memory',
	traits: { tellsAutoMerge: true, tellsExactPermissions: true, hasForks: true },
	async open() {
		const { clock, core, repository, forge } = await stage();
		const hosted = core.repository('owner/config');
		if (hosted === undefined) throw new RangeError('no repository');
		const open = (name: string, user: string) =>
			createMemoryForge(core, { repository: `owner/${name}`, user });
		const push = (to: string, files: Readonly<Record<string, string>>) =>
			repository.commitDirectly(files, 'edit', {}, to);
		const stageUnderTest: ForgeUnderTest = {
			forge,
			as: (role) => open('config', role === 'impostor' ? 'impostor-token' : logins[role]),
			missing: open('missing', logins.spillway),
			logins,
			isVirtual: true,
			pause: () => clock.advance(50),
			push: async (to, files) => await Promise.resolve(push(to, files)),
			async pushMany(branches) {
				const commit = push('spillway-many', { 'many.txt': 'many\n' });
				for (const each of branches) repository.moveBranch(commit, each);
				await Promise.resolve(repository.deleteBranch('spillway-many'));
			},
			deleteBranch: async (each) => await Promise.resolve(repository.deleteBranch(each)),
			async show(each, path) {
				const tip = repository.server.tip(each) ?? '';
				const file = await repository.file(tip, path, signal);
				return file === undefined
					? undefined
					: Buffer.from(await repository.read(file.blob, signal)).toString();
			},
			async protect(each, { requiredApprovals = 0, requiredChecks = [] }) {
				const rule = { requiredApprovals, requiredContexts: requiredChecks, blocksOnRejection: false };
				await hosted.protect(logins.admin, { ...rule, branch: each, mayPush: 'nobody' });
			},
			async approve(number, by) {
				await hosted.review(logins[by], number, { state: 'APPROVED', body: '', remarks: [] });
			},
			reviews: async (number) =>
				(await hosted.pull(number)).reviews.map(({ body, remarks }) => ({
					body,
					remarks: remarks.map(({ id: _, ...remark }) => remark),
				})),
			reviewers: async (number) => (await hosted.pull(number)).reviewers,
			async openFromFork(head) {
				const commit = push('of-the-fork', { 'theirs.txt': 'theirs\n' });
				repository.deleteBranch('of-the-fork');
				const fork = { name: 'stranger/config', commit };
				const draft = { title: 'theirs', body: '', head, base: 'main', fork };
				return (await hosted.open(logins.stranger, draft)).number;
			},
		};
		return stageUnderTest;
	},
});

async function openOne({ repository, forge }: Stage): Promise<{ number: number; head: string }> {
	const head = repository.commitDirectly({ 'web.yaml': 'weight: 0\n' }, 'move', {}, branch);
	const draft = { title: 'Fail over', body: 'why', head: branch, base: 'main', isDraft: false };
	const created = await forge.create(draft, signal);
	if (created.kind !== 'created') throw new Error(created.kind);
	return { number: created.pull.number, head };
}

const answers = [
	{ status: 401, code: 'E_FORGE_AUTH', retry: 'later', isLost: false },
	{ status: 403, code: 'E_FORGE_RIGHTS', retry: 'later', isLost: false },
	{ status: 404, code: 'E_FORGE_REPOSITORY', retry: 'later', isLost: false },
	{ status: 422, code: 'E_FORGE_REFUSED', retry: 'later', isLost: false },
	{ status: 502, code: 'E_FORGE_UNREACHABLE', retry: 'soon', isLost: true },
] as const;

for (const { status, code, retry, isLost } of answers) {
	test(`the next calls of a kind answer ${status}, then all is well again`, async (t) => {
		const world = await stage();
		const { number } = await openOne(world);
		const { core, forge } = world;
		core.faults.inject({ kind: 'answer', status, times: 2, calls: ['comment'] });
		t.deepEqual((await forge.listOpen(signal)).length, 1);
		for (const text of ['one', 'two']) {
			const error = await t.throwsAsync<ForgeError>(forge.comment(number, text, signal));
			t.like(error, { retry, isLost });
			t.is(error?.problem.code, code);
		}
		await forge.comment(number, 'three', signal);
		const comments = await forge.comments(number, signal);
		t.deepEqual(
			comments.map(({ body }) => body),
			['three'],
		);
	});
}

test('a limit tells how long it lasts', async (t) => {
	const { core, forge } = await stage();
	core.faults.inject({ kind: 'answer', status: 429, retryAfter: 7_000, times: 1 });
	const error = await t.throwsAsync<ForgeError>(forge.listOpen(signal));
	t.like(error, { retry: 'soon', retryAfter: 7_000, isLost: false });
	t.is(error?.problem.code, 'E_FORGE_LIMITED');
	t.deepEqual(await forge.listOpen(signal), []);
});

for (const when of ['before', 'after'] as const) {
	test(`an answer that is lost ${when} the call was carried out may have been carried out`, async (t) => {
		const world = await stage();
		const { core, repository, forge } = world;
		repository.commitDirectly({ 'web.yaml': 'weight: 0\n' }, 'move', {}, branch);
		core.faults.inject({ kind: 'lost', when, times: 1, calls: ['create'] });
		const draft = { title: 'Fail over', body: 'why', head: branch, base: 'main', isDraft: false };
		const error = await t.throwsAsync<ForgeError>(forge.create(draft, signal));
		t.like(error, { retry: 'soon', isLost: true });
		t.is((await forge.findByHead(branch, signal)).length, when === 'after' ? 1 : 0);
	});
}

test('a forge that hangs is given up after half a minute, on the virtual clock', async (t) => {
	const { core, forge, clock } = await stage();
	core.faults.inject({ kind: 'hang', times: 1 });
	const before = clock.now();
	const call = t.throwsAsync<ForgeError>(forge.listOpen(signal));
	await clock.advance(60_000);
	t.is((await call)?.problem.code, 'E_FORGE_UNREACHABLE');
	t.is(clock.now() - before, 60_000);
	core.faults.inject({ kind: 'hang', times: 1 });
	const stop = new AbortController();
	const aborted = t.throwsAsync(forge.listOpen(stop.signal));
	await clock.advance(1_000);
	const reason = new Error('enough');
	stop.abort(reason);
	t.is(await aborted, reason);
});

test('a forge that cannot be reached is there again once that is lifted', async (t) => {
	const { core, forge } = await stage();
	core.faults.inject({ kind: 'unreachable', on: true });
	const error = await t.throwsAsync<ForgeError>(forge.identity(signal));
	t.like(error, { retry: 'soon', isLost: false });
	core.faults.inject({ kind: 'unreachable', on: false });
	t.deepEqual(await forge.identity(signal), { login: 'spillway-bot', permission: 'write' });
});

test('a list that is late lacks the newest pull request, and no other', async (t) => {
	const world = await stage();
	const { core, repository, forge } = world;
	await openOne(world);
	repository.commitDirectly({ other: 'x' }, 'other', {}, 'other');
	await forge.create({ title: 'o', body: '', head: 'other', base: 'main', isDraft: false }, signal);
	core.faults.inject({ kind: 'late-lists', times: 2 });
	t.deepEqual(
		(await forge.listOpen(signal)).map(({ head }) => head),
		[branch],
	);
	t.deepEqual(await forge.findByHead('other', signal), []);
	t.is((await forge.findByHead('other', signal)).length, 1);
});

test('whether it can be merged is unknown for as many looks as it is told to be', async (t) => {
	const world = await stage();
	const { number } = await openOne(world);
	world.core.faults.inject({ kind: 'late-mergeability', times: 1 });
	t.is((await world.forge.read(number, signal))?.mergeable, 'unknown');
	t.is((await world.forge.read(number, signal))?.mergeable, 'yes');
});

test('calls are counted, and those that create something for themselves', async (t) => {
	const world = await stage();
	const { number } = await openOne(world);
	await world.forge.comment(number, 'hello', signal);
	await world.forge.read(number, signal);
	const { calls, creations, byCall } = world.forge.counts();
	t.deepEqual([calls, creations], [3, 2]);
	t.deepEqual(
		[...byCall],
		[
			['create', 1],
			['comment', 1],
			['read', 1],
		],
	);
});

test('F-120 a branch that the forge protects is not pushed to, and says so', async (t) => {
	const { core, repository } = await stage();
	const rule = { branch: 'main', requiredApprovals: 1, requiredContexts: [], blocksOnRejection: false };
	await core.repository('owner/config')?.protect(logins.admin, { ...rule, mayPush: 'nobody' });
	const parent = await repository.refresh(signal);
	const files = new Map([['web.yaml', Buffer.from('weight: 0\n')]]);
	const author = { name: 'Spillway', email: 'spillway@example.com' };
	const commit = await repository.commit({ parent, files, message: 'm', author, at: 0 }, signal);
	const outcome = await repository.push(commit, parent, signal);
	t.like(outcome, { kind: 'refused', problem: { code: 'E_GIT_PROTECTED' } });
	t.deepEqual(await repository.pushBranch({ branch, commit }, signal), { kind: 'pushed' });
});
