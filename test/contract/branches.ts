import test, { type ExecutionContext } from 'ava';
import type { Branches, CommitId, Repository } from '../../src/model/ports/repository.ts';
import type { PushFailure } from '../../src/simulator/memory-faults.ts';
import type { FileChanges, NewFiles } from '../../src/simulator/memory-history.ts';
import { aCommit, readText } from '../support/repository-under-test.ts';

/** A server with several branches, and what the contract does to them behind the port's back. */
export interface ServerUnderTest {
	/** The port on branch `main`, as one more process would have it. */
	open(): Promise<Repository & Branches>;
	/** On a branch, which begins at `main` where it is missing. */
	commitDirectly(branch: string, changes: FileChanges, message: string): Promise<CommitId>;
	deleteBranch(branch: string): Promise<void>;
	/** All of them. */
	branches(): Promise<ReadonlyMap<string, CommitId>>;
	/** The server says "simulated refusal" where it refuses. */
	failNextPush(failure: Exclude<PushFailure, 'raced'>): Promise<void>;
}

/** Makes a server whose branch `main` holds these files in its first commit. */
export type MakeServer = (t: ExecutionContext, files: NewFiles) => Promise<ServerUnderTest>;

const { signal } = new AbortController();
const branch = 'spillway/failover/east';

/** What every implementation of the port Branches holds to; `name` tells them apart. */
export function branchesContract(name: string, make: MakeServer): void {
	listContract(name, make);
	moveContract(name, make);
	raceContract(name, make);
	refusalContract(name, make);
	otherCommitsContract(name, make);
}

function listContract(name: string, make: MakeServer): void {
	test(`${name}: branches lists what begins with the prefix, and nothing else`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		t.deepEqual(await repository.branches('spillway/', signal), new Map());
		const east = await server.commitDirectly(branch, { a: '2' }, 'east');
		const west = await server.commitDirectly('spillway/failback/west', { a: '3' }, 'west');
		for (const other of ['spillway-2/x', 'x/spillway/failover', 'Spillway/x', 'x/refs/heads/spillway/y']) {
			await server.commitDirectly(other, { a: '4' }, other);
		}
		const both = new Map([
			['spillway/failback/west', west],
			[branch, east],
		]);
		t.deepEqual(await repository.branches('spillway/', signal), both);
		t.deepEqual(await repository.branches('spillway/failover/', signal), new Map([[branch, east]]));
		t.deepEqual(await repository.branches('spillway/fail', signal), both);
		t.is((await repository.branches('', signal)).size, 7);
	});

	test(`${name}: an aborted signal ends a look and a push`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const commit = await repository.refresh(signal);
		const reason = new Error('enough');
		const aborted = AbortSignal.abort(reason);
		t.is(await t.throwsAsync(repository.branches('spillway/', aborted)), reason);
		t.is(await t.throwsAsync(repository.pushBranch({ branch, commit }, aborted)), reason);
		t.is((await server.branches()).size, 1);
	});
}

function moveContract(name: string, make: MakeServer): void {
	test(`${name}: a branch is made, moved to another line of commits, and deleted, while main stays`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const parent = await repository.refresh(signal);
		const first = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		t.deepEqual(await repository.pushBranch({ branch, commit: first }, signal), { kind: 'pushed' });
		t.is((await server.branches()).get(branch), first);

		const base = await server.commitDirectly('main', { b: 'theirs' }, 'theirs');
		t.is(await repository.refresh(signal), base);
		const second = await repository.commit(aCommit({ parent: base, files: { a: '2' } }), signal);
		const move = { branch, expected: first, commit: second };
		t.deepEqual(await repository.pushBranch(move, signal), { kind: 'pushed' });
		t.is(repository.held(), base);
		const found = await server.branches();
		t.deepEqual([...found].sort(), [
			['main', base],
			[branch, second],
		]);

		t.deepEqual(await repository.pushBranch({ branch, expected: second }, signal), { kind: 'pushed' });
		t.deepEqual(await server.branches(), new Map([['main', base]]));
	});

	test(`${name}: what is so already is pushed, whatever was expected`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const parent = await repository.refresh(signal);
		const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		for (const expected of [{}, {}, { expected: parent }, { expected: commit }]) {
			t.deepEqual(await repository.pushBranch({ branch, commit, ...expected }, signal), { kind: 'pushed' });
		}
		for (const expected of [{ expected: commit }, { expected: commit }, { expected: parent }, {}]) {
			t.deepEqual(await repository.pushBranch({ branch, ...expected }, signal), { kind: 'pushed' });
		}
		t.deepEqual(await server.branches(), new Map([['main', parent]]));
	});
}

function raceContract(name: string, make: MakeServer): void {
	test(`${name}: F24 a branch that is not where it was expected stays as it is`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const parent = await repository.refresh(signal);
		const theirs = await server.commitDirectly(branch, { a: 'theirs' }, 'theirs');
		const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
		for (const move of [
			{ branch, commit },
			{ branch, commit, expected: parent },
			{ branch, expected: parent },
			{ branch },
			{ branch: 'spillway/failover/gone', commit, expected: parent },
		]) {
			t.deepEqual(await repository.pushBranch(move, signal), { kind: 'raced' }, JSON.stringify(move));
		}
		const all = [
			['main', parent],
			[branch, theirs],
		];
		t.deepEqual([...(await server.branches())].sort(), all);
	});

	for (const failure of ['unknown-applied', 'unknown-not-applied'] as const) {
		test(`${name}: F28 a lost answer (${failure}) is unknown, and a look tells`, async (t) => {
			const server = await make(t, { a: '1' });
			const repository = await server.open();
			const parent = await repository.refresh(signal);
			const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
			await server.failNextPush(failure);
			t.is((await repository.pushBranch({ branch, commit }, signal)).kind, 'unknown');
			const found = (await repository.branches('spillway/', signal)).get(branch);
			t.is(found, failure === 'unknown-applied' ? commit : undefined);
			t.deepEqual(await repository.pushBranch({ branch, commit }, signal), { kind: 'pushed' });
			t.is(await repository.refresh(signal), parent);
		});
	}
}

function refusalContract(name: string, make: MakeServer): void {
	test(`${name}: F36 a branch whose name is a folder of others, or below another, is refused in words`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const commit = await repository.refresh(signal);
		await server.commitDirectly('spillway/failover', { a: 'theirs' }, 'theirs');
		const below = await repository.pushBranch({ branch, commit }, signal);
		t.like(below, { kind: 'refused', problem: { code: 'E_GIT_REFUSED' } });
		t.regex(wordsOf(below), /'refs\/heads\/spillway\/failover' exists/);
		const above = await repository.pushBranch({ branch: 'spillway', commit }, signal);
		t.regex(wordsOf(above), /'refs\/heads\/spillway\/failover' exists/);
		t.deepEqual([...(await server.branches()).keys()].sort(), ['main', 'spillway/failover']);
	});

	test(`${name}: F7 a refused push says what the server said`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const commit = await repository.refresh(signal);
		await server.failNextPush('refused');
		const outcome = await repository.pushBranch({ branch, commit }, signal);
		const message = `the push to ${branch} was refused: pre-receive hook declined`;
		t.like(outcome, {
			kind: 'refused',
			problem: { code: 'E_GIT_REFUSED', message, got: 'simulated refusal' },
		});
		t.deepEqual(await repository.pushBranch({ branch, commit }, signal), { kind: 'pushed' });
	});

	test(`${name}: the mirrored branch itself is neither moved nor deleted as another one`, async (t) => {
		const server = await make(t, { a: '1' });
		const repository = await server.open();
		const expected = await repository.refresh(signal);
		const commit = await repository.commit(aCommit({ parent: expected, files: { a: '2' } }), signal);
		for (const move of [
			{ branch: 'main', expected },
			{ branch: 'main', expected, commit },
		]) {
			const outcome = await repository.pushBranch(move, signal);
			t.like(outcome, { kind: 'refused', problem: { code: 'E_REFNAME' } });
		}
		t.deepEqual(await server.branches(), new Map([['main', expected]]));
	});
}

/** What can be read of branches beside the one that is mirrored. */
export function otherCommitsContract(name: string, make: MakeServer): void {
	test(`${name}: a commit of another branch can be read like any other`, async (t) => {
		const server = await make(t, { a: '1', b: '1' });
		const repository = await server.open();
		const base = await repository.refresh(signal);
		const first = await server.commitDirectly(branch, { a: '2' }, 'ours');
		const second = await server.commitDirectly(branch, { b: '2' }, 'and theirs');
		const head = (await repository.branches('spillway/', signal)).get(branch) ?? '';
		t.is(head, second);
		const history = await repository.history(head, 5, signal);
		t.deepEqual(
			history.map(({ id }) => id),
			[second, first, base],
		);
		t.deepEqual(
			history.map(({ message }) => message),
			['and theirs', 'ours', 'first commit'],
		);
		const found = await repository.differences(base, head, signal);
		t.deepEqual(
			found.map(({ path }) => path),
			['a', 'b'],
		);
		t.is(await readText(repository, head, 'a'), '2');
		t.is(await repository.ancestry(base, head, signal), 'ancestor');
		t.is(await repository.refresh(signal), base);
	});

	test(`${name}: a commit that is no branch’s tip is found below the branch that has it`, async (t) => {
		const server = await make(t, { a: '1' });
		const inner = await server.commitDirectly(branch, { a: '2' }, 'ours');
		await server.commitDirectly(branch, { b: '2' }, 'theirs');
		const repository = await server.open();
		const base = await repository.refresh(signal);
		await repository.branches('spillway/', signal);
		const found = await repository.differences(base, inner, signal);
		t.deepEqual(
			found.map(({ path }) => path),
			['a'],
		);
		const [own] = await repository.history(inner, 1, signal);
		t.is(own?.message, 'ours');
	});
}

function wordsOf(outcome: Awaited<ReturnType<Branches['pushBranch']>>): string {
	return outcome.kind === 'refused' ? String(outcome.problem.got) : outcome.kind;
}
