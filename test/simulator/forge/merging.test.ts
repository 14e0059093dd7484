import test from 'ava';
import fc from 'fast-check';
import type { CommitId } from '../../../src/model/ports/repository.ts';
import { createDiskForgeRepository } from '../../../src/simulator/forge/disk-forge-repository.ts';
import type { ForgeRepository } from '../../../src/simulator/forge/forge-repository.ts';
import { createMemoryForgeRepository } from '../../../src/simulator/forge/memory-forge-repository.ts';
import { findHunk, mergeLines, splitLines } from '../../../src/simulator/forge/merge-lines.ts';
import { createMemoryRepository } from '../../../src/simulator/memory-repository.ts';
import { createBareRepository } from '../../support/git-remote.ts';
import type { Owner } from '../../support/temporary-folder.ts';

type Files = Readonly<Record<string, string | null>>;

interface Stage {
	readonly git: ForgeRepository;
	/** Commits to a branch, which begins at `main`. */
	commit(branch: string, files: Files): Promise<CommitId>;
	show(branch: string, path: string): Promise<string | undefined>;
}

const before = { 'a.yaml': '1\n2\n3\n4\n5\n', 'b.yaml': 'b\n', 'run.sh': 'x\n' };

const kinds: Readonly<Record<string, (t: Owner) => Promise<Stage>>> = {
	async memory() {
		const repository = createMemoryRepository({ files: before });
		const { signal } = new AbortController();
		return await Promise.resolve({
			git: createMemoryForgeRepository(repository.server),
			commit: async (branch, files) =>
				await Promise.resolve(repository.commitDirectly(files, 'edit', {}, branch)),
			async show(branch, path) {
				const tip = repository.server.tip(branch) ?? '';
				const file = await repository.file(tip, path, signal);
				return file === undefined
					? undefined
					: Buffer.from(await repository.read(file.blob, signal)).toString();
			},
		});
	},
	async disk(t) {
		const bare = await createBareRepository(t, before);
		const environment = { PATH: process.env['PATH'] };
		const git = createDiskForgeRepository({ gitdir: bare.path, environment });
		return {
			git,
			async commit(branch, files) {
				const tips = await git.branches();
				const main = tips.get('main') ?? '';
				await bare.git('update-ref', 'refs/heads/main', tips.get(branch) ?? main);
				const commit = await bare.commit(files, 'edit');
				await bare.git('update-ref', 'refs/heads/main', branch === 'main' ? commit : main);
				await bare.git('update-ref', `refs/heads/${branch}`, commit);
				return commit;
			},
			async show(branch, path) {
				const listed = await bare.git('ls-tree', '--name-only', branch, path);
				return listed === '' ? undefined : await bare.git('show', `${branch}:${path}`);
			},
		};
	},
};

const facts = { message: 'merged\n', by: { name: 'Ada', email: 'ada@example.com' }, at: 1_750_000_000_000 };

interface Case {
	readonly title: string;
	readonly ours: Files;
	readonly theirs: Files;
	/** What the base has then; absent: a conflict. */
	readonly merged?: Readonly<Record<string, string | undefined>>;
}

const cases: readonly Case[] = [
	{
		title: 'changes of different files',
		ours: { 'b.yaml': 'ours\n' },
		theirs: { 'a.yaml': 'theirs\n', 'new/c.yaml': 'c\n' },
		merged: { 'a.yaml': 'theirs\n', 'b.yaml': 'ours\n', 'new/c.yaml': 'c\n' },
	},
	{
		title: 'changes of different lines',
		ours: { 'a.yaml': 'one\n2\n3\n4\n5\n' },
		theirs: { 'a.yaml': '1\n2\n3\n4\nfive\n' },
		merged: { 'a.yaml': 'one\n2\n3\n4\nfive\n' },
	},
	{
		title: 'the same change on both sides',
		ours: { 'a.yaml': 'same\n' },
		theirs: { 'a.yaml': 'same\n' },
		merged: { 'a.yaml': 'same\n' },
	},
	{
		title: 'a file deleted on one side',
		ours: { 'b.yaml': 'ours\n' },
		theirs: { 'a.yaml': null },
		merged: { 'a.yaml': undefined, 'b.yaml': 'ours\n' },
	},
	{
		title: 'changes of the same line',
		ours: { 'a.yaml': '1\n2\nours\n4\n5\n' },
		theirs: { 'a.yaml': '1\n2\ntheirs\n4\n5\n' },
	},
	{ title: 'the same new file, otherwise', ours: { n: 'ours\n' }, theirs: { n: 'theirs\n' } },
];

for (const [kind, open] of Object.entries(kinds)) {
	for (const { title, ours, theirs, merged } of cases) {
		test(`${kind}: a merge of ${title} ${merged === undefined ? 'is a conflict' : 'holds both'}`, async (t) => {
			const { git, commit, show } = await open(t);
			const head = await commit('change', theirs);
			const base = await commit('main', ours);
			t.is(await git.canMerge(base, head), merged !== undefined);
			const order = { base: 'main', baseCommit: base, head, style: 'merge', ...facts } as const;
			const result = await git.merge(order);
			if (merged === undefined) {
				t.deepEqual(result, { kind: 'conflict' });
				t.is((await git.branches()).get('main'), base);
				return;
			}
			const id = result.kind === 'merged' ? result.commit : '';
			t.is((await git.branches()).get('main'), id);
			const made = await git.read(id);
			t.deepEqual(made?.parents, [base, head]);
			t.like(made, { author: facts.by, message: 'merged', at: facts.at });
			for (const [path, text] of Object.entries(merged)) t.is(await show('main', path), text, path);
			t.is(await show('main', 'run.sh'), 'x\n');
			t.is(await git.mergeBase(id, head), head);
		});
	}

	test(`${kind}: a base that is not where it has to be stays as it is`, async (t) => {
		const { git, commit } = await open(t);
		const baseCommit = (await git.branches()).get('main') ?? '';
		const head = await commit('change', { 'a.yaml': 'x\n' });
		const moved = await commit('main', { 'b.yaml': 'y\n' });
		const order = { base: 'main', baseCommit, head, style: 'merge', ...facts } as const;
		t.deepEqual(await git.merge(order), { kind: 'raced' });
		t.is((await git.branches()).get('main'), moved);
		t.false(await git.move('change', moved));
		t.true(await git.move('change', head));
		t.false((await git.branches()).has('change'));
	});

	test(`${kind}: squashed it is one commit, fast-forwarded it is the head itself`, async (t) => {
		const { git, commit, show } = await open(t);
		await commit('change', { 'a.yaml': 'x\n' });
		const head = await commit('change', { 'b.yaml': 'y\n' });
		const base = await commit('main', { c: 'c\n' });
		const order = { base: 'main', baseCommit: base, head, ...facts } as const;
		t.deepEqual(await git.merge({ ...order, style: 'fast-forward-only' }), { kind: 'conflict' });
		const squashed = await git.merge({ ...order, style: 'squash' });
		const id = squashed.kind === 'merged' ? squashed.commit : '';
		t.deepEqual((await git.read(id))?.parents, [base]);
		t.is(await show('main', 'b.yaml'), 'y\n');
		const next = await commit('next', { 'b.yaml': 'z\n' });
		const forward = {
			base: 'main',
			baseCommit: id,
			head: next,
			style: 'fast-forward-only',
			...facts,
		} as const;
		t.deepEqual(await git.merge(forward), { kind: 'merged', commit: next });
		t.is((await git.branches()).get('main'), next);
	});

	test(`${kind}: what a head changes is counted since it parted`, async (t) => {
		const { git, commit } = await open(t);
		const head = await commit('change', { 'a.yaml': '1\n2\nthree\n4\n5\n', new: 'x\ny\n' });
		const base = await commit('main', { 'b.yaml': 'more\n' });
		t.deepEqual(await git.changes(base, head), [
			{ path: 'a.yaml', added: 1, removed: 1 },
			{ path: 'new', added: 2, removed: 0 },
		]);
		t.deepEqual((await git.readLines(head, 'new'))?.length, 2);
		t.is(await git.readLines(head, 'missing'), undefined);
		t.is(await git.read('0'.repeat(40)), undefined);
	});
}

const text = fc
	.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 })
	.map((lines) => lines.map((line) => `${line}\n`).join(''));

test('lines: merged with what did not change, a text is the other side', (t) => {
	fc.assert(
		fc.property(text, text, (base, other) => {
			t.is(mergeLines(base, base, other), other);
			t.is(mergeLines(base, other, base), other);
			t.is(mergeLines(base, other, other), other);
		}),
	);
	t.pass();
});

test('lines: whichever side is ours, a merge is the same', (t) => {
	fc.assert(
		fc.property(text, text, text, (base, a, b) => {
			t.is(mergeLines(base, a, b), mergeLines(base, b, a));
		}),
	);
	t.pass();
});

test('lines: a hunk put in place of what it took gives the other text', (t) => {
	fc.assert(
		fc.property(text, text, (a, b) => {
			const lines = splitLines(a);
			const { start, end, lines: others } = findHunk(lines, splitLines(b));
			t.is([...lines.slice(0, start), ...others, ...lines.slice(end)].join(''), b);
		}),
	);
	t.pass();
});
