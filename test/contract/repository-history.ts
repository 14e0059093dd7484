import test from 'ava';
import type { CommitId, Repository } from '../../src/model/ports/repository.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { aCommit, type MakeRemote, type RemoteUnderTest } from '../support/repository-under-test.ts';

const { signal } = new AbortController();

/** What the branch was before its tip. */
export function historyContract(name: string, make: MakeRemote): void {
	heldContract(name, make);
	test(`${name}: history lists commits, newest first, with who, when and why`, async (t) => {
		const remote = await make(t, { a: '1' });
		const repository = await remote.open();
		const first = await repository.refresh(signal);
		const ada = { name: 'Ada Łovelace', email: 'ada@example.com' };
		const bob = { name: 'Bob', email: 'bob@example.com' };
		const by = { author: ada, committer: bob, at: 1_760_000_001_000 };
		const second = await remote.commitDirectly({ a: '2' }, 'the second\n\nwith a body\n', by);
		t.is(await repository.refresh(signal), second);
		const third = await repository.commit(aCommit({ parent: second, files: { a: '3' } }), signal);

		const history = await repository.history(third, 10, signal);
		t.deepEqual(
			history.map(({ id, parents }) => [id, ...parents]),
			[[third, second], [second, first], [first]],
		);
		t.deepEqual(history[1], {
			id: second,
			parents: [first],
			author: ada,
			at: 1_760_000_001_000,
			message: 'the second\n\nwith a body',
		});
		t.like(history[0], { author: { name: 'Spillway' }, at: 1_750_000_000_000, message: 'a change' });
		t.deepEqual(await repository.history(third, 2, signal), history.slice(0, 2));
		t.deepEqual(await repository.history(second, 1, signal), history.slice(1, 2));
	});

	test(`${name}: F-124 history that is not here is fetched, as far as the limit`, async (t) => {
		const remote = await make(t, { a: '0' });
		const ids = [(await remote.log())[0]?.id, ...(await commitMany(remote, 20))];
		const repository = await remote.open();
		const tip = await repository.refresh(signal);
		const list = async (limit: number) => (await repository.history(tip, limit, signal)).map(({ id }) => id);
		t.deepEqual(await list(18), ids.toReversed().slice(0, 18));
		t.deepEqual(await list(1000), ids.toReversed());
		t.is((await repository.history(tip, 1000, signal)).at(-1)?.parents.length, 0);
		// The tip stays what it is, and can be built on.
		t.is(await repository.refresh(signal), tip);
		const commit = await repository.commit(aCommit({ parent: tip, files: { a: 'x' } }), signal);
		t.deepEqual(await repository.push(commit, tip, signal), { kind: 'pushed' });
	});

	test(`${name}: a commit that nobody has is a problem, not damage`, async (t) => {
		const repository = await (await make(t, { a: '1' })).open();
		const tip = await repository.refresh(signal);
		const nowhere = '1234567890123456789012345678901234567890';
		for (const call of [
			repository.history(nowhere, 3, signal),
			repository.differences(nowhere, tip, signal),
			repository.ancestry(tip, nowhere, signal),
		]) {
			const error = await t.throwsAsync(call, { instanceOf: ProblemError });
			t.is(error?.problem.code, 'E_GIT_UNREACHABLE');
		}
		t.is(repository.held(), tip);
	});
	ancestryContract(name, make);
	differencesContract(name, make);
}

function heldContract(name: string, make: MakeRemote): void {
	test(`${name}: held is what was last fetched or pushed, and does not ask the server`, async (t) => {
		const remote = await make(t, { a: '1', b: '1' });
		const repository = await remote.open();
		t.is(repository.held(), undefined);
		const first = await repository.refresh(signal);
		t.is(repository.held(), first);
		const mine = await repository.commit(aCommit({ parent: first, files: { a: '2' } }), signal);
		t.is(repository.held(), first);
		t.deepEqual(await repository.push(mine, first, signal), { kind: 'pushed' });
		t.is(repository.held(), mine);

		const theirs = await remote.commitDirectly({ b: '2' }, 'theirs');
		t.is(repository.held(), mine);
		const late = await repository.commit(aCommit({ parent: mine, files: { a: '3' } }), signal);
		t.deepEqual(await repository.push(late, mine, signal), { kind: 'raced' });
		t.is(repository.held(), mine);
		t.is(await repository.refresh(signal), theirs);
		t.is(repository.held(), theirs);
	});
}

function ancestryContract(name: string, make: MakeRemote): void {
	test(`${name}: ancestry tells a branch that went on from one that was rewritten`, async (t) => {
		const remote = await make(t, { a: '0' });
		const repository = await remote.open();
		const first = await repository.refresh(signal);
		const many = await commitMany(remote, 3);
		const [kept, dropped] = [many.at(-2) ?? '', many.at(-1) ?? ''];
		const tip = await repository.refresh(signal);
		t.is(await repository.ancestry(first, tip, signal), 'ancestor');
		t.is(await repository.ancestry(kept, tip, signal), 'ancestor');
		t.is(await repository.ancestry(tip, tip, signal), 'ancestor');

		await remote.moveBranch(kept);
		t.is(await repository.refresh(signal), kept);
		t.is(await repository.ancestry(dropped, kept, signal), 'rewritten');
		const other = await remote.commitDirectly({ a: 'other' }, 'in its place');
		t.is(await repository.refresh(signal), other);
		t.is(await repository.ancestry(dropped, other, signal), 'rewritten');
		t.is(await repository.ancestry(first, other, signal), 'ancestor');
	});
}

function differencesContract(name: string, make: MakeRemote): void {
	test(`${name}: differences name every path that changed, with what was there and what is`, async (t) => {
		const remote = await make(t, {
			'clusters/east/web.yaml': '1',
			'clusters/west/web.yaml': '1',
			gone: 'x',
			'now-a-file/a': '1',
			'now-a-file/b': '2',
			'now-a-folder': 'x',
			run: '#!/bin/sh',
			same: 'x',
		});
		const repository = await remote.open();
		const before = await repository.refresh(signal);
		await remote.commitDirectly({ 'clusters/east/web.yaml': '2', gone: null, 'new/deep/file': 'x' }, 'one');
		await remote.commitDirectly({ 'now-a-file/a': null, 'now-a-file/b': null, 'now-a-folder': null }, 'two');
		const after = await remote.commitDirectly(
			{ 'now-a-file': 'x', 'now-a-folder/c': '3', run: { mode: 'executable', content: '#!/bin/sh' } },
			'three',
		);
		await repository.refresh(signal);
		const found = await repository.differences(before, after, signal);
		const show = (which: (typeof found)[number]) =>
			`${which.before?.mode ?? '-'} ${which.after?.mode ?? '-'} ${which.path}`;
		t.deepEqual(found.map(show), [
			'file file clusters/east/web.yaml',
			'file - gone',
			'- file new/deep/file',
			'- file now-a-file',
			'file - now-a-file/a',
			'file - now-a-file/b',
			'file - now-a-folder',
			'- file now-a-folder/c',
			'file executable run',
		]);
		t.deepEqual(found[0]?.before, await repository.file(before, 'clusters/east/web.yaml', signal));
		t.deepEqual(found[0]?.after, await repository.file(after, 'clusters/east/web.yaml', signal));
		t.deepEqual(await repository.differences(after, after, signal), []);
		t.deepEqual(
			(await repository.differences(after, before, signal)).map(({ path }) => path),
			found.map(({ path }) => path),
		);
	});

	test(`${name}: a commit that is not here any more is fetched to be compared`, async (t) => {
		const remote = await make(t, { a: '1', b: '1' });
		const [first] = await remote.log();
		const last = (await commitMany(remote, 3)).at(-1) ?? '';
		const repository = await remote.open();
		await repository.refresh(signal);
		const found = await repository.differences(first?.id ?? '', last, signal);
		t.deepEqual(
			found.map(({ path }) => path),
			['a'],
		);
		t.is(await textOf(repository, found[0]?.before?.blob), '1');
		t.is(await textOf(repository, found[0]?.after?.blob), 'round 3');
	});
}

async function textOf(repository: Repository, blob: string | undefined): Promise<string> {
	return Buffer.from(await repository.read(blob ?? '', signal)).toString();
}

/** Changes `a` again and again. Returns the commits, oldest first. */
async function commitMany(remote: RemoteUnderTest, count: number): Promise<readonly CommitId[]> {
	const ids: CommitId[] = [];
	for (let round = 1; round <= count; round += 1) {
		ids.push(await remote.commitDirectly({ a: `round ${round}` }, `round ${round}`));
	}
	return ids;
}
