import { rename } from 'node:fs/promises';
import test from 'ava';
import { openMirror } from '../support/git-mirror.ts';
import { problemOf } from '../support/problem-of.ts';
import { readText } from '../support/repository-under-test.ts';
import { commitChange, listLeftovers, pushChange, serveMirrored } from '../support/served-mirror.ts';

const { signal } = new AbortController();

test('F-109, F9 a branch that was force-pushed is seen as rewritten, and the change is computed on the new tip', async (t) => {
	const { bare, repository } = await serveMirrored(t);
	const first = await repository.refresh(signal);
	const dropped = await pushChange(t, repository);
	await bare.git('update-ref', 'refs/heads/main', first);
	const theirs = await bare.commit({ b: 'theirs' }, 'instead');
	const late = await commitChange(repository, dropped, 'late');
	t.deepEqual(await repository.push(late, dropped, signal), { kind: 'raced' });
	const before = repository.held();
	const tip = await repository.refresh(signal);
	t.is(tip, theirs);
	t.is(await repository.ancestry(before ?? '', tip, signal), 'rewritten');
	await pushChange(t, repository);
	t.is((await bare.log()).length, 3);
});

test('F-110, F10 a branch that is deleted is a problem and no push makes it; what is held can be read on', async (t) => {
	const { bare, repository } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	await bare.git('update-ref', '-d', 'refs/heads/main');
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_EMPTY');
	await bare.git('update-ref', 'refs/heads/other', tip);
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_BRANCH');
	t.is(repository.held(), tip);
	t.is(await readText(repository, tip, 'a'), '1');
	const commit = await commitChange(repository, tip, 'x');
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'raced' });
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_BRANCH');
	t.is((await bare.git('for-each-ref', 'refs/heads/main')).trim(), '');
	await bare.git('update-ref', 'refs/heads/main', tip);
	t.is(await repository.refresh(signal), tip);
});

test('F-111 a default branch that is renamed is not followed', async (t) => {
	const { bare, repository } = await serveMirrored(t);
	await repository.refresh(signal);
	await bare.git('branch', '--move', 'main', 'trunk');
	await bare.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
	for (let round = 0; round < 2; round += 1) {
		t.like(await problemOf(repository.refresh(signal)), {
			code: 'E_GIT_BRANCH',
			message: 'there is no branch main',
			expected: 'trunk',
		});
	}
});

test('F-112, F36 a tag with the branch’s name is neither read nor moved', async (t) => {
	const { bare, repository } = await serveMirrored(t);
	const first = (await bare.git('rev-parse', 'refs/heads/main')).trim();
	const second = await bare.commit({ a: '2' }, 'second');
	await bare.git('tag', 'main', first);
	await bare.git('update-ref', 'refs/main', first);
	await bare.git('update-ref', 'refs/remotes/main', first);
	t.is(await repository.refresh(signal), second);
	const commit = await pushChange(t, repository);
	t.is((await bare.git('rev-parse', 'refs/heads/main')).trim(), commit);
	t.is((await bare.git('rev-parse', 'refs/tags/main')).trim(), first);
});

test('F36 branches below the branch’s name are a problem that names them, and none is deleted', async (t) => {
	const { bare, repository } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	await bare.git('update-ref', '-d', 'refs/heads/main');
	await bare.git('update-ref', 'refs/heads/main/x', tip);
	const commit = await commitChange(repository, tip, 'x');
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'raced' });
	t.like(await problemOf(repository.refresh(signal)), { code: 'E_GIT_BRANCH', expected: 'main/x' });
	t.is((await bare.git('rev-parse', 'refs/heads/main/x')).trim(), tip);
});

test('F-113, F3 while the server is away what is held can be read and built on; then all goes on', async (t) => {
	const { bare, repository, server } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	const isAway = (on: boolean) => {
		server.fail('git-upload-pack', on ? 'break-before' : undefined);
		server.fail('git-receive-pack', on ? 'break-before' : undefined);
	};
	isAway(true);
	const commit = await commitChange(repository, tip, 'x');
	for (let round = 0; round < 3; round += 1) {
		t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_UNREACHABLE');
		t.is((await repository.push(commit, tip, signal)).kind, 'unknown');
		t.is(repository.held(), tip);
		t.is(await readText(repository, tip, 'a'), '1');
	}
	isAway(false);
	t.is(await repository.refresh(signal), tip);
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'pushed' });
	t.is((await bare.log()).length, 2);
});

test('F-114 a server that answers in drops is given up at the deadline, keeps no reader waiting, and leaves nothing behind', async (t) => {
	const { bare, repository, server, folder, gitdir } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	await bare.commit({ a: '2' }, 'theirs');
	const impatient = await openMirror(t, server.url, { folder, deadline: 2_000 });
	server.fail('git-upload-pack', 'trickle');
	let isOver = false;
	const refreshing = problemOf(impatient.refresh(signal)).finally(() => {
		isOver = true;
	});
	t.is(await readText(impatient, tip, 'a'), '1');
	t.false(isOver);
	t.like(await refreshing, { code: 'E_GIT_UNREACHABLE', message: 'not through within 2s' });
	server.fail('git-upload-pack', undefined);
	t.not(await repository.refresh(signal), tip);
	t.deepEqual(await listLeftovers(gitdir), []);
});

test('F11 a repository that is gone is told from one that cannot be reached', async (t) => {
	const { bare, repository } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	const commit = await commitChange(repository, tip, 'x');
	await rename(bare.path, `${bare.path}.away`);
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_REPOSITORY');
	t.like(await repository.push(commit, tip, signal), {
		kind: 'refused',
		problem: { code: 'E_GIT_REPOSITORY' },
	});
	await rename(`${bare.path}.away`, bare.path);
	t.is(await repository.refresh(signal), tip);
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'pushed' });
});

test('F-118, F28 a push whose answer was lost is found on the branch, without fetching what we wrote', async (t) => {
	const { bare, repository, server } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	const commit = await commitChange(repository, tip, 'x');
	server.fail('git-receive-pack', 'break-after');
	t.is((await repository.push(commit, tip, signal)).kind, 'unknown');
	server.fail('git-receive-pack', undefined);
	const before = server.requests.length;
	t.is(await repository.refresh(signal), commit);
	t.is(repository.held(), commit);
	t.deepEqual(server.requests.slice(before), ['GET git-upload-pack', 'POST git-upload-pack']);
	t.deepEqual(
		(await bare.log()).map(({ id }) => id),
		[commit, tip],
	);
});

test('F-107, F1 after a race the new tip is fetched at once', async (t) => {
	const { bare, repository, server } = await serveMirrored(t);
	const tip = await repository.refresh(signal);
	const commit = await commitChange(repository, tip, 'x');
	const theirs = await bare.commit({ b: 'theirs' }, 'theirs');
	t.deepEqual(await repository.push(commit, tip, signal), { kind: 'raced' });
	const before = server.requests.length;
	t.is(await repository.refresh(signal), theirs);
	const asked = server.requests.slice(before);
	t.is(asked.filter((request) => request === 'GET git-upload-pack').length, 1, 'one git, not two');
	await pushChange(t, repository);
	t.is(String(await bare.show('b')), 'theirs');
});
