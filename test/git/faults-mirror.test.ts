import { access, chmod, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ProblemError } from '../../src/model/problem.ts';
import { openMirror } from '../support/git-mirror.ts';
import { type BareRepository, createBareRepository, createFolder } from '../support/git-remote.ts';
import { problemOf } from '../support/problem-of.ts';
import { aCommit, readText } from '../support/repository-under-test.ts';
import { listLeftovers, pushChange, serveMirrored } from '../support/served-mirror.ts';

const { signal } = new AbortController();

for (const name of [
	'shallow.lock',
	'refs/mirror/tip.lock',
	'packed-refs.lock',
	'gc.pid',
	'objects/pack/tmp_pack_x',
]) {
	test(`F-121 ${name} of a git that was killed is removed, and the mirror kept`, async (t) => {
		const { bare, repository, gitdir, folder } = await serveMirrored(t);
		await repository.refresh(signal);
		const pack =
			(await readdir(join(gitdir, 'objects', 'pack'))).find((each) => each.endsWith('.pack')) ?? '';
		for (const open of [() => repository, () => openMirror(t, bare.url, { folder })]) {
			await writeFile(join(gitdir, name), '');
			const theirs = await bare.commit({ a: `before ${name} ${String(open).length}` }, 'theirs');
			const opened = await open();
			t.is(await opened.refresh(signal), theirs);
			await pushChange(t, opened);
		}
		await t.notThrowsAsync(access(join(gitdir, 'objects', 'pack', pack)));
		await t.throwsAsync(access(join(gitdir, name)));
	});
}

test('F-123 a disk that is full fails the fetch and the commit cleanly; what is held can be read, and pushed later', async (t) => {
	const bin = await createFolder(t);
	const full = join(bin, 'full');
	// A git whose files may not grow beyond 4 KiB while that file exists.
	const script = `#!/bin/sh\n[ -e '${full}' ] && { trap '' XFSZ; ulimit -f 8; }\nPATH='${process.env['PATH']}'\nexec git "$@"\n`;
	await writeFile(join(bin, 'git'), script);
	await chmod(join(bin, 'git'), 0o755);
	const environment = { PATH: `${bin}:${process.env['PATH']}` };
	const { bare, repository, gitdir } = await serveMirrored(t, { environment });
	const tip = await repository.refresh(signal);
	const large = Array.from({ length: 20_000 }, (_, index) => `${index * 7919} `).join('');
	const theirs = await bare.commit({ large }, 'theirs');

	await writeFile(full, '');
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_MIRROR');
	t.deepEqual(await listLeftovers(gitdir), []);
	t.is(repository.held(), tip);
	t.is(await readText(repository, tip, 'a'), '1');
	await rename(full, `${full}.no`);
	t.is(await repository.refresh(signal), theirs);
	t.is((await readText(repository, theirs, 'large')).length, large.length);
	await pushChange(t, repository);
});

test('F-123 a mirror that cannot be written is a problem of the commit, with what to do', async (t) => {
	const { repository, gitdir } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	const content = new Map([['a', Buffer.from('x')]]);
	// Its object begins with c1: a file where git keeps the folder of that name stands for a disk that refuses.
	await writeFile(join(gitdir, 'objects', 'c1'), '');
	const error = await t.throwsAsync(
		repository.commit({ ...aCommit({ parent: tip, files: {} }), files: content }, signal),
		{
			instanceOf: ProblemError,
		},
	);
	t.is(error?.problem.code, 'E_GIT_MIRROR');
	t.is(repository.held(), tip);
});

test('F-125, F12 a repository of 100,000 files is changed without a work tree, an index or its history', async (t) => {
	const files = Object.fromEntries(
		Array.from({ length: 100_000 }, (_, index) => [
			`c${index % 10}/t${index % 970}/f${index}.yaml`,
			`${index % 50}`,
		]),
	);
	const bare = await createBareRepository(t, files);
	for (let round = 0; round < 3; round += 1)
		await bare.commit({ 'c0/t0/f0.yaml': `r${round}` }, `round ${round}`);
	const folder = await createFolder(t);
	const repository = await openMirror(t, bare.url, { folder });
	const tip = await repository.refresh(signal);
	t.is((await repository.files(tip, 'c3', signal))?.length, 10_000);
	const path = 'c3/t3/f3.yaml';
	const commit = await repository.commit(aCommit({ parent: tip, files: { [path]: 'changed' } }), signal);
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'pushed' });
	t.deepEqual(
		(await repository.differences(tip, commit, signal)).map((each) => each.path),
		[path],
	);
	t.deepEqual((await bare.log())[0]?.files, [path]);
	const names = await readdir(folder, { recursive: true });
	t.deepEqual(
		names.filter((name) => /yaml$|(^|\/)index$/.test(name)),
		[],
	);
	t.is((await readFile(join(folder, 'mirror.git', 'shallow'), 'utf8')).trim(), tip);
});

test('F-126 a folder of 260,000 files is refused as a list, but its files are found and changed', async (t) => {
	const bare = await createBareRepository(t, { a: 'same' });
	await commitFolder(t, bare, 260_000);
	const repository = await openMirror(t, bare.url);
	const tip = await repository.refresh(signal);
	t.like(await problemOf(repository.files(tip, 'all', signal)), {
		code: 'E_LIMIT',
		message: 'all/ has more than 250000 files',
	});
	t.is(repository.held(), tip, 'too much is no damage');
	t.is(await readText(repository, tip, 'all/f259999'), 'same');
	const commit = await repository.commit(aCommit({ parent: tip, files: { 'all/f000007': 'x' } }), signal);
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'pushed' });
	t.is(await readText(repository, commit, 'all/f000007'), 'x');
});

test('many changes leave few packs behind, and what was pushed', async (t) => {
	const bare = await createBareRepository(t, { a: '1', b: '1' });
	const folder = await createFolder(t);
	const repository = await openMirror(t, bare.url, { folder });
	for (let round = 0; round < 25; round += 1) {
		await bare.commit({ b: `round ${round}` }, 'theirs');
		await repository.refresh(signal);
		await pushChange(t, repository, `ours ${round}`);
	}
	const held = repository.held() ?? '';
	t.is(await repository.refresh(signal), held);
	// Housekeeping has the turn before this one.
	t.is(await repository.refresh(signal), held);
	const packs = (await readdir(join(folder, 'mirror.git', 'objects', 'pack'))).filter((name) =>
		name.endsWith('.pack'),
	);
	t.true(packs.length <= 3, packs.join());
	t.is(await readText(repository, held, 'a'), 'ours 24');
	await pushChange(t, repository, 'and on');
	t.is((await bare.log()).length, 52);
});

/** Puts a commit on the branch whose folder `all` has this many files, each with the bytes of `a`. */
async function commitFolder(t: ExecutionContext, bare: BareRepository, count: number): Promise<void> {
	const blob = Buffer.from((await bare.git('rev-parse', 'main:a')).trim(), 'hex');
	const file = join(await createFolder(t), 'tree');
	const write = async (entries: readonly Buffer[]) => {
		await writeFile(file, Buffer.concat(entries));
		return (await bare.git('hash-object', '-t', 'tree', '-w', file)).trim();
	};
	const lines = Array.from({ length: count }, (_, index) => [
		Buffer.from(`100644 f${String(index).padStart(6, '0')}\0`),
		blob,
	]);
	const folder = await write(lines.flat());
	const root = await write([Buffer.from('40000 all\0'), Buffer.from(folder, 'hex')]);
	const by = ['-c', 'user.name=E', '-c', 'user.email=e@example.com'];
	const commit = (await bare.git(...by, 'commit-tree', '-m', 'large', root)).trim();
	await bare.git('update-ref', 'refs/heads/main', commit);
}
