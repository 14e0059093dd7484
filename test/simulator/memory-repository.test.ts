import test from 'ava';
import { ProblemError } from '../../src/model/problem.ts';
import { createMemoryRepository } from '../../src/simulator/memory-repository.ts';
import { branchesContract } from '../contract/branches.ts';
import { repositoryContract } from '../contract/repository.ts';

const { signal } = new AbortController();

repositoryContract('in memory', (_t, files) => {
	const repository = createMemoryRepository({ files });
	return Promise.resolve({
		open: () => Promise.resolve(repository),
		commitDirectly: (changes, message, by) =>
			Promise.resolve(repository.commitDirectly(changes, message, by)),
		moveBranch: (commit) => Promise.resolve(repository.moveBranch(commit)),
		deleteBranch: () => Promise.resolve(repository.deleteBranch()),
		failNextPush: (outcome) =>
			Promise.resolve(repository.faults.inject({ kind: 'fail-next-pushes', times: 1, outcome })),
		log: () => Promise.resolve(repository.log()),
	});
});

branchesContract('branches in memory', (_t, files) => {
	const repository = createMemoryRepository({ files });
	return Promise.resolve({
		open: () => Promise.resolve(repository),
		commitDirectly: (branch, changes, message) =>
			Promise.resolve(repository.commitDirectly(changes, message, {}, branch)),
		deleteBranch: (branch) => Promise.resolve(repository.deleteBranch(branch)),
		branches: () => Promise.resolve(repository.server.branches()),
		failNextPush: (outcome) =>
			Promise.resolve(repository.faults.inject({ kind: 'fail-next-pushes', times: 1, outcome })),
	});
});

test('a failure that is aimed at branches leaves the pushes to others alone', async (t) => {
	const repository = createMemoryRepository({ files: { a: '1' } });
	const commit = await repository.refresh(signal);
	const fail = { kind: 'fail-next-pushes', times: 1, outcome: 'refused' } as const;
	repository.faults.inject({ ...fail, branch: 'spillway/*' });
	repository.faults.inject({ ...fail, branch: 'spillway' });
	const push = async (branch: string) => (await repository.pushBranch({ branch, commit }, signal)).kind;
	t.is((await repository.push(commit, commit, signal)).kind, 'pushed');
	t.is(await push('other/x'), 'pushed');
	t.is(await push('spillway/x'), 'refused');
	t.is(await push('spillway/x'), 'pushed');
	repository.deleteBranch('spillway/x');
	t.is(await push('spillway'), 'refused');
	t.is(await push('spillway'), 'pushed');
});

test('an unreachable server fails refreshes and loses pushes until it is lifted', async (t) => {
	const repository = createMemoryRepository({ url: 'memory:gitops', files: { a: '1' } });
	const parent = await repository.refresh(signal);
	const files = new Map([['a', Buffer.from('2')]]);
	const author = { name: 'Spillway', email: 'spillway@example.com' };
	const commit = await repository.commit({ parent, files, message: 'm', author, at: 0 }, signal);

	repository.faults.inject({ kind: 'unreachable', on: true });
	const error = await t.throwsAsync(repository.refresh(signal), { instanceOf: ProblemError });
	t.like(error?.problem, { code: 'E_GIT_UNREACHABLE', where: { kind: 'named', name: 'memory:gitops' } });
	t.is((await repository.push(commit, parent, signal)).kind, 'unknown');

	repository.faults.inject({ kind: 'unreachable', on: false });
	t.is(await repository.refresh(signal), parent);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
});

test('the pushes told to race find somebody else’s commit, and no other push does', async (t) => {
	const repository = createMemoryRepository({ files: { a: '1' } });
	repository.faults.inject({ kind: 'fail-next-pushes', times: 2, outcome: 'raced' });
	const outcomes: string[] = [];
	for (let round = 0; round < 3; round += 1) {
		const parent = await repository.refresh(signal);
		const files = new Map([['a', Buffer.from(`round ${round}`)]]);
		const author = { name: 'Spillway', email: 'spillway@example.com' };
		const commit = await repository.commit({ parent, files, message: 'm', author, at: round }, signal);
		outcomes.push((await repository.push(commit, parent, signal)).kind);
	}
	t.deepEqual(outcomes, ['raced', 'raced', 'pushed']);
	const messages = repository.log().map(({ message }) => message);
	t.deepEqual(messages, ['m', 'somebody else’s commit', 'somebody else’s commit', 'first commit']);
});

test('the same story gives the same ids', (t) => {
	const tell = () => {
		const repository = createMemoryRepository({ files: { a: '1' } });
		repository.commitDirectly({ a: null, b: '2' }, 'replace a');
		return repository.log();
	};
	t.deepEqual(tell(), tell());
	t.deepEqual(tell()[0]?.files, ['a', 'b']);
});
