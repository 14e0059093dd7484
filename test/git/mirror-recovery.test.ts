import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import type { Repository } from '../../src/model/ports/repository.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { openMirror } from '../support/git-mirror.ts';
import {
	type BareRepository,
	createBareRepository,
	createFolder,
	gitEnvironment,
} from '../support/git-remote.ts';
import { aCommit, readText } from '../support/repository-under-test.ts';

const { signal } = new AbortController();

test('F26 a process killed while it commits leaves a mirror that works, and no commit lost or doubled', async (t) => {
	const bare = await createBareRepository(t, { a: 'before' });
	const folder = await createFolder(t);
	const script = join(import.meta.dirname, '..', 'support', 'git-commit-until-killed.ts');
	const child = spawn(process.execPath, [script, bare.url, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
	t.teardown(() => child.kill('SIGKILL'));
	const [committed] = await once(createInterface(child.stdout), 'line');
	child.kill('SIGKILL');
	await once(child, 'close');

	const fsck = ['--git-dir', join(folder, 'mirror.git'), 'fsck', '--full', '--no-dangling'];
	await t.notThrowsAsync(promisify(execFile)('git', fsck, { env: gitEnvironment(folder) }));
	const repository = await openMirror(t, bare.url, { folder });
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: 'first' } }), signal);
	t.is(commit, String(committed));
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	t.deepEqual(
		(await bare.log()).map(({ id }) => id),
		[commit, parent],
	);
	t.is(String(await bare.show('a')), 'first');
});

type Damage = (gitdir: string) => Promise<void>;

const damages: readonly (readonly [title: string, damage: Damage])[] = [
	['a lock that a killed git left behind', (gitdir) => writeFile(join(gitdir, 'shallow.lock'), '')],
	['a repository without HEAD', (gitdir) => rm(join(gitdir, 'HEAD'))],
	['a repository without objects', (gitdir) => rm(join(gitdir, 'objects'), { recursive: true })],
	['a configuration that is none', (gitdir) => writeFile(join(gitdir, 'config'), '[core')],
	['no repository at all', (gitdir) => rm(gitdir, { recursive: true })],
];

for (const [title, damage] of damages) {
	test(`${title} does not keep a refresh from its tip`, async (t) => {
		const { bare, repository, gitdir } = await openDamageable(t, { a: '1' });
		await repository.refresh(signal);
		await damage(gitdir);
		const theirs = await bare.commit({ a: '2' }, 'theirs');
		t.is(await repository.refresh(signal), theirs);
		await pushChange(repository, theirs);
		t.is((await bare.log()).length, 3);
	});
}

test('F-122 a pack with flipped bytes fails the read, holds up no commit, and the next refresh mends the mirror', async (t) => {
	const { bare, repository, gitdir } = await openDamageable(t, { a: '1', b: '2' });
	const tip = await repository.refresh(signal);
	const file = await repository.file(tip, 'a', signal);
	await flipPacks(join(gitdir, 'objects', 'pack'));
	const blob = file?.blob ?? '';
	const error = await t.throwsAsync(repository.read(blob, signal), { instanceOf: ProblemError });
	t.like(error?.problem, {
		code: 'E_GIT_UNREACHABLE',
		where: { kind: 'named', name: bare.url },
		message: `the local mirror has no blob ${blob}`,
	});
	t.is(repository.held(), undefined, 'nothing is built on a damaged mirror');
	t.is(await repository.refresh(signal), tip);
	t.is(await readText(repository, tip, 'a'), '1');
	await pushChange(repository, tip);
	await bare.git('fsck', '--strict');
});

test('F-122 a mirror that spoils every fetch is made anew, in whatever words git says so', async (t) => {
	const { bare, repository, gitdir } = await openDamageable(t, { a: '1', b: '2' });
	await repository.refresh(signal);
	await flipPacks(join(gitdir, 'objects', 'pack'));
	const theirs = await bare.commit({ a: '2' }, 'theirs');
	for (let round = 0; round < 4 && repository.held() !== theirs; round += 1) {
		await repository.refresh(signal).catch(() => undefined);
	}
	t.is(repository.held(), theirs);
	t.is((await repository.files(theirs, '', signal))?.length, 2);
	t.is(await readText(repository, theirs, 'b'), '2');
});

test('a pack that is cut off is noticed by the read, and the next refresh mends the mirror', async (t) => {
	const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}`, `text ${index}`]));
	const { repository, gitdir } = await openDamageable(t, many);
	const tip = await repository.refresh(signal);
	const folder = join(gitdir, 'objects', 'pack');
	const pack = (await readdir(folder)).find((name) => name.endsWith('.pack')) ?? '';
	await truncate(join(folder, pack), 500);
	await t.throwsAsync(repository.files(tip, '', signal), { instanceOf: ProblemError });
	t.is(await repository.refresh(signal), tip);
	t.is((await repository.files(tip, '', signal))?.length, 150);
});

test('a commit that cannot be pushed for damage is unknown, and can be made again', async (t) => {
	const { bare, repository, gitdir } = await openDamageable(t, { a: '1' });
	const parent = await repository.refresh(signal);
	const input = aCommit({ parent, files: { a: '2' } });
	const commit = await repository.commit(input, signal);
	await writeFile(join(gitdir, 'objects', commit.slice(0, 2), commit.slice(2)), '');
	t.is((await repository.push(commit, parent, signal)).kind, 'unknown');
	t.is(await repository.refresh(signal), parent);
	t.is(await repository.commit(input, signal), commit);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	t.is((await bare.log()).length, 2);
});

test('a history that was rewritten is taken as it is', async (t) => {
	const { bare, repository } = await openDamageable(t, { a: '1' });
	const first = await repository.refresh(signal);
	await bare.commit({ a: '2' }, 'second');
	await repository.refresh(signal);
	await bare.git('update-ref', 'refs/heads/main', first);
	t.is(await repository.refresh(signal), first);
	await pushChange(repository, first);
	t.is((await bare.log()).length, 2);
});

test('one folder serves another branch later', async (t) => {
	const { bare, repository, folder } = await openDamageable(t, { a: '1' });
	const parent = await repository.refresh(signal);
	await bare.git('branch', 'other');
	const other = await openMirror(t, bare.url, { folder, branch: 'other' });
	t.is(await other.refresh(signal), parent);
	await pushChange(other, parent);
	t.is((await bare.log()).length, 1);
});

async function flipPacks(folder: string): Promise<void> {
	for (const name of (await readdir(folder)).filter((each) => each.endsWith('.pack'))) {
		const bytes = await readFile(join(folder, name));
		await chmod(join(folder, name), 0o644);
		await writeFile(
			join(folder, name),
			bytes.map((byte, index) => (index < 12 ? byte : byte ^ 0x55)),
		);
	}
}

async function openDamageable(
	t: ExecutionContext,
	files: Readonly<Record<string, string>>,
): Promise<{ bare: BareRepository; repository: Repository; folder: string; gitdir: string }> {
	const bare = await createBareRepository(t, files);
	const folder = await createFolder(t);
	return {
		bare,
		folder,
		repository: await openMirror(t, bare.url, { folder }),
		gitdir: join(folder, 'mirror.git'),
	};
}

async function pushChange(repository: Repository, parent: string): Promise<void> {
	const commit = await repository.commit(aCommit({ parent, files: { a: 'changed' } }), signal);
	const { kind } = await repository.push(commit, parent, signal);
	if (kind !== 'pushed') throw new Error(`the push is ${kind}`);
}
