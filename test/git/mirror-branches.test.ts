import test from 'ava';
import { ProblemError } from '../../src/model/problem.ts';
import { branchesContract, otherCommitsContract } from '../contract/branches.ts';
import { serveGit } from '../support/git-http-server.ts';
import { openMirror, presentServer } from '../support/git-mirror.ts';
import { createBareRepository } from '../support/git-remote.ts';

const { signal } = new AbortController();

branchesContract('branches over file', async (t, files) => {
	const bare = await createBareRepository(t, files);
	return presentServer(t, bare, bare.url);
});

branchesContract('branches over HTTP', async (t, files) => {
	const bare = await createBareRepository(t, files);
	const { url } = await serveGit(t, bare);
	return presentServer(t, bare, url);
});

// Such a server gives out nothing but what its branches stand at.
otherCommitsContract('branches over HTTP of the first protocol', async (t, files) => {
	const bare = await createBareRepository(t, files);
	const { url } = await serveGit(t, bare, { firstProtocol: true });
	return presentServer(t, bare, url);
});

test('F36 a name that git would not take, or take for an option, never reaches git', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const repository = await openMirror(t, bare.url);
	const commit = await repository.refresh(signal);
	for (const branch of ['-delete', 'a..b', 'a:refs/heads/main', 'a b', '', 'HEAD', 'x.lock', 'sp*']) {
		const outcome = await repository.pushBranch({ branch, commit }, signal);
		t.like(outcome, { kind: 'refused', problem: { code: 'E_REFNAME' } }, branch);
	}
	for (const prefix of ['-', 'a..', 'a b', '*', 'a:']) {
		const error = await t.throwsAsync(repository.branches(prefix, signal), { instanceOf: ProblemError });
		t.is(error?.problem.code, 'E_REFNAME', prefix);
	}
	t.is((await bare.git('for-each-ref')).trim().split('\n').length, 1);
});

test('a branch that somebody deleted in between counts as deleted, and is not made anew by a move', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const repository = await openMirror(t, bare.url);
	const commit = await repository.refresh(signal);
	const branch = 'spillway/failover/east';
	t.deepEqual(await repository.pushBranch({ branch, commit }, signal), { kind: 'pushed' });
	await bare.git('update-ref', '-d', `refs/heads/${branch}`);
	const later = await bare.commit({ a: '2' }, 'later');
	await repository.refresh(signal);
	const move = { branch, expected: commit, commit: later };
	t.deepEqual(await repository.pushBranch(move, signal), { kind: 'raced' });
	t.deepEqual(await repository.pushBranch({ branch, expected: commit }, signal), { kind: 'pushed' });
});

test('a server that is gone fails a look, and leaves a push unknown', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveGit(t, bare);
	const repository = await openMirror(t, server.url);
	const commit = await repository.refresh(signal);
	server.fail('git-receive-pack', { status: 503 });
	const branch = 'spillway/failover/east';
	t.is((await repository.pushBranch({ branch, commit }, signal)).kind, 'unknown');
	server.fail('git-upload-pack', { status: 503 });
	const error = await t.throwsAsync(repository.branches('spillway/', signal), { instanceOf: ProblemError });
	t.is(error?.problem.code, 'E_GIT_UNREACHABLE');
});
