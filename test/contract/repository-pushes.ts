import test from 'ava';
import type { Repository } from '../../src/model/ports/repository.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { aCommit, type MakeRemote, readText } from '../support/repository-under-test.ts';

const { signal } = new AbortController();

/** How a branch moves, or does not. */
export function pushContract(name: string, make: MakeRemote): void {
	test(`${name}: a push that lost the race says so and loses nothing`, async (t) => {
		const remote = await make(t, { a: '1', b: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const mine = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		const theirs = await remote.commitDirectly({ b: '2' }, 'theirs');
		t.deepEqual(await repository.push(mine, parent, signal), { kind: 'raced' });
		t.is(await repository.refresh(signal), theirs);

		const again = await repository.commit(aCommit({ parent: theirs, files: { a: '2' } }), signal);
		t.deepEqual(await repository.push(again, theirs, signal), { kind: 'pushed' });
		t.is(await readText(repository, again, 'b'), '2');
		t.deepEqual(
			(await remote.log()).map(({ id }) => id),
			[again, theirs, parent],
		);
	});

	test(`${name}: one commit after another needs no refresh in between`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const first = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		t.deepEqual(await repository.push(first, parent, signal), { kind: 'pushed' });
		const second = await repository.commit(aCommit({ parent: first, files: { a: '3' } }), signal);
		t.deepEqual(await repository.push(second, first, signal), { kind: 'pushed' });
		t.deepEqual(
			(await remote.log()).map(({ id }) => id),
			[second, first, parent],
		);
	});

	test(`${name}: six writers at once all get their change in, each exactly once`, async (t) => {
		const remote = await make(t, { lines: '' });
		const writers = await Promise.all(Array.from({ length: 6 }, () => remote.open()));
		await Promise.all(
			writers.map((repository, index) => appendLine(repository, 'lines', `writer ${index}\n`)),
		);
		const [repository] = writers;
		const tip = (await repository?.refresh(signal)) ?? '';
		const lines = repository === undefined ? '' : await readText(repository, tip, 'lines');
		const expected = writers.map((_, index) => `writer ${index}`);
		t.deepEqual(lines.trim().split('\n').sort(), expected);
		t.is((await remote.log()).length, writers.length + 1);
	});

	test(`${name}: pushing what is there already is pushed`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
		t.is((await remote.log()).length, 2);
	});

	test(`${name}: a refused push says what the server said`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		await remote.failNextPush('refused');
		const outcome = await repository.push(commit, parent, signal);
		t.like(outcome, {
			kind: 'refused',
			problem: {
				code: 'E_GIT_REFUSED',
				message: 'the push to main was refused: pre-receive hook declined',
				got: 'simulated refusal',
			},
		});
		t.is(await repository.refresh(signal), parent);
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
	});

	for (const failure of ['unknown-applied', 'unknown-not-applied'] as const) {
		test(`${name}: a lost answer (${failure}) is unknown, and a refresh tells`, async (t) => {
			const remote = await make(t, { a: '1' });
			const repository = await remote.open();
			const parent = await repository.refresh(signal);
			const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
			await remote.failNextPush(failure);
			t.is((await repository.push(commit, parent, signal)).kind, 'unknown');
			t.is(await repository.refresh(signal), failure === 'unknown-applied' ? commit : parent);
			t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
			t.is((await remote.log()).length, 2);
		});
	}
}

/** What there is to say when there is no tip, or no wish to wait for one. */
export function failureContract(name: string, make: MakeRemote): void {
	test(`${name}: nothing is done for an aborted signal`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const file = await repository.file(parent, 'a', signal);
		const input = aCommit({ parent, files: { a: '2' } });
		const commit = await repository.commit(input, signal);
		const reason = new Error('enough');
		const aborted = AbortSignal.abort(reason);
		const calls = [
			repository.refresh(aborted),
			repository.files(parent, '', aborted),
			repository.file(parent, 'a', aborted),
			repository.read(file?.blob ?? '', aborted),
			repository.commit(input, aborted),
			repository.push(commit, parent, aborted),
		];
		for (const call of calls) t.is(await t.throwsAsync(call), reason);
		t.is((await remote.log()).length, 1);
	});

	test(`${name}: a branch that is gone is E_GIT_BRANCH`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const parent = await repository.refresh(signal);
		const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		await remote.deleteBranch();
		t.deepEqual(await repository.push(commit, parent, signal), { kind: 'raced' });
		t.is(await refreshProblem(repository), 'E_GIT_BRANCH: there is no branch main');
	});

	test(`${name}: a repository without commits is E_GIT_EMPTY until there is one`, async (t) => {
		const remote = await make(t, {});
		const repository = await remote.open();
		t.is(await refreshProblem(repository), 'E_GIT_EMPTY: the repository has no commits');
		const first = await remote.commitDirectly({ 'spillway.yaml': '' }, 'first');
		t.is(await repository.refresh(signal), first);
	});
}

/** Reads, computes and pushes until the change is in. */
async function appendLine(repository: Repository, path: string, line: string): Promise<void> {
	for (;;) {
		const parent = await repository.refresh(signal);
		const text = (await readText(repository, parent, path)) + line;
		const commit = await repository.commit(
			aCommit({ parent, files: { [path]: text }, message: line }),
			signal,
		);
		const { kind } = await repository.push(commit, parent, signal);
		if (kind === 'pushed') return;
		if (kind !== 'raced') throw new Error(`the push is ${kind}`);
	}
}

async function refreshProblem(repository: Repository): Promise<string> {
	try {
		return await repository.refresh(signal);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return `${error.problem.code}: ${error.problem.message}`;
	}
}
