import type { SerialFn } from 'ava';
import type { PullRequest } from '../../src/model/ports/forge.ts';
import {
	branch,
	eventually,
	type ForgeContract,
	has,
	openPull,
	untilTold as signal,
	untilState,
} from '../support/forge-under-test.ts';

const numbers = (pulls: readonly PullRequest[]): readonly number[] => pulls.map(({ number }) => number);

export function findingContract({ name, open, traits }: ForgeContract, test: SerialFn): void {
	test(`${name}: pull requests are found by their branch in every state, the newest first`, async (t) => {
		const stage = await open(t);
		const { forge } = stage;
		t.deepEqual(await forge.findByHead(branch, signal), []);
		const first = await openPull(stage);
		await forge.update(first.number, { state: 'closed' }, signal);
		const second = await openPull(stage, { title: 'second', files: { 'b.yaml': 'x: 1\n' } });
		await eventually(
			stage,
			() => forge.merge(second.number, second.head, signal),
			({ kind }) => kind === 'merged' || kind === 'notOpen',
		);
		await untilState(stage, second.number, 'merged');
		const third = await openPull(
			stage,
			{ title: 'third', files: { 'c.yaml': 'x: 1\n' } },
			stage.as('writer'),
		);
		const expected = [third.number, second.number, first.number];
		const found = await eventually(
			stage,
			() => forge.findByHead(branch, signal),
			(pulls) => pulls.length === 3 && pulls[1]?.state === 'merged',
		);
		t.deepEqual(numbers(found), expected);
		t.deepEqual(
			found.map(({ state }) => state),
			['open', 'merged', 'closed'],
		);
		t.deepEqual(
			found.map(({ author }) => author),
			[stage.logins.writer, stage.logins.spillway, stage.logins.spillway],
		);
		t.deepEqual(
			numbers(await stage.as('reader').findByHead(branch, signal)),
			expected,
			'by a fresh eye as well',
		);
	});

	test(`${name}: what is found is told of as it is now, however it was before`, async (t) => {
		const stage = await open(t);
		const { forge } = stage;
		const { number, head } = await openPull(stage);
		const other = stage.as('writer');
		const find = async (isSo: (pull: PullRequest | undefined) => boolean): Promise<PullRequest | undefined> =>
			eventually(stage, async () => (await forge.findByHead(branch, signal))[0], isSo);
		t.like(await find((pull) => pull !== undefined), { number, headCommit: head, state: 'open' });
		await other.update(number, { title: 'theirs' }, signal);
		t.like(await find((pull) => pull?.title === 'theirs'), { title: 'theirs' });
		const moved = await stage.push(branch, { 'more.yaml': 'x: 1\n' });
		t.like(await find((pull) => pull?.headCommit === moved), { headCommit: moved });
		if (has(traits, 'labels')) {
			await other.addLabels(number, ['hold'], signal);
			t.like(await find((pull) => pull?.labels.length === 1), { labels: ['hold'] });
		}
		await other.update(number, { state: 'closed' }, signal);
		t.like(await find((pull) => pull?.state === 'closed'), { state: 'closed' });
		if (!has(traits, 'reopening')) return;
		await other.update(number, { state: 'open' }, signal);
		t.like(await find((pull) => pull?.state === 'open'), { state: 'open' });
	});

	test(`${name}: branches with names alike are others`, async (t) => {
		const stage = await open(t);
		const mine = await openPull(stage);
		for (const head of [
			'spillway/failover/east-2',
			'spillway/failback/east',
			'failover/east',
			'x/spillway/failover/east',
		]) {
			await openPull(stage, { head, title: head });
		}
		const found = await eventually(
			stage,
			() => stage.forge.findByHead(branch, signal),
			(pulls) => pulls.length > 0,
		);
		t.deepEqual(numbers(found), [mine.number]);
		t.is((await stage.forge.findByHead('failover/east', signal))[0]?.title, 'failover/east');
		t.deepEqual(await stage.forge.findByHead('spillway/failover', signal), []);
	});

	test(`${name}: more than a page of them is listed and found whole`, async (t) => {
		t.timeout(180_000);
		const stage = await open(t);
		const { forge } = stage;
		const mine = await openPull(stage);
		const heads = Array.from({ length: 63 }, (_, index) => `topic/${index}`);
		await stage.pushMany(heads);
		for (const head of heads)
			await forge.create({ title: head, body: '', head, base: 'main', isDraft: false }, signal);
		const all = await eventually(
			stage,
			() => forge.listOpen(signal),
			(pulls) => pulls.length === 64,
		);
		t.is(all.length, 64);
		t.deepEqual(
			numbers(all),
			numbers(all).toSorted((a, b) => b - a),
		);
		t.deepEqual(numbers(await stage.as('writer').findByHead(branch, signal)), [mine.number]);
	});

	if (traits.hasForks) {
		test(`${name}: a fork’s branch of the same name is none of ours`, async (t) => {
			const stage = await open(t);
			const theirs = await stage.openFromFork(branch);
			const listed = await eventually(
				stage,
				() => stage.forge.listOpen(signal),
				(pulls) => pulls.length === 1,
			);
			t.like(listed[0], { number: theirs, isForeign: true, author: stage.logins.stranger });
			t.deepEqual(await stage.forge.findByHead(branch, signal), []);
			const mine = await openPull(stage);
			const found = await eventually(
				stage,
				() => stage.forge.findByHead(branch, signal),
				(pulls) => pulls.length > 0,
			);
			t.deepEqual(numbers(found), [mine.number]);
		});
	}
}
