import type { SerialFn } from 'ava';
import {
	branch,
	eventually,
	type ForgeContract,
	has,
	openPull,
	refusalOf,
	untilTold as signal,
	untilState,
} from '../support/forge-under-test.ts';

export function closingContract(contract: ForgeContract, test: SerialFn): void {
	const { name, open, traits } = contract;
	const again = has(traits, 'reopening') ? (['open', 'open', 'closed'] as const) : [];
	test(`${name}: a pull request is closed${again.length > 0 ? ' and opened again' : ''}, and doing so twice changes nothing`, async (t) => {
		const stage = await open(t);
		const { number } = await openPull(stage);
		for (const state of ['closed', 'closed', ...again] as const) {
			const after = await stage.forge.update(number, { state }, signal);
			t.is(after.state, state);
			t.is(after.closedAt === undefined, state === 'open');
			t.is((await untilState(stage, number, state)).state, state);
		}
	});

	test(`${name}: text and state are edited in one go`, async (t) => {
		const stage = await open(t);
		const { number } = await openPull(stage);
		const edit = { title: 'Not needed', body: 'over', state: 'closed' } as const;
		t.like(await stage.forge.update(number, edit, signal), edit);
		t.like(await stage.forge.read(number, signal), edit);
	});

	if (has(traits, 'closingByBranch')) deletionContract(contract, test);
	else {
		test(`${name}: deleting the branch leaves it open; once closed it cannot be opened again`, async (t) => {
			const stage = await open(t);
			const { number } = await openPull(stage);
			await stage.deleteBranch(branch);
			t.like(await stage.forge.read(number, signal), { state: 'open', head: branch });
			t.is((await stage.forge.update(number, { state: 'closed' }, signal)).state, 'closed');
			const error = await refusalOf(t, stage.forge.update(number, { state: 'open' }, signal));
			t.is(error.retry, 'never');
			t.is((await stage.forge.read(number, signal))?.state, 'closed');
			t.deepEqual((await stage.forge.closure(number, signal)).byBranch, false);
		});
	}

	if (has(traits, 'reopening')) reopeningContract(contract, test);

	test(`${name}: one that is merged stays merged, whatever is asked for`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage);
		await eventually(
			stage,
			() => stage.forge.merge(number, head, signal),
			({ kind }) => kind === 'merged' || kind === 'notOpen',
		);
		await untilState(stage, number, 'merged');
		t.is((await refusalOf(t, stage.forge.update(number, { state: 'open' }, signal))).retry, 'never');
		t.is((await stage.forge.update(number, { state: 'closed' }, signal)).state, 'merged');
		const late = stage.forge.update(number, { state: 'closed', body: 'late' }, signal);
		if (has(traits, 'editingClosed')) t.like(await late, { state: 'merged', body: 'late' });
		else t.is((await refusalOf(t, late)).retry, 'never');
	});
}

function deletionContract({ name, open, traits }: ForgeContract, test: SerialFn): void {
	const isRefused = has(traits, 'refusalWithoutBranch');
	const then = isRefused
		? 'it cannot be opened again'
		: 'what is pushed after it was opened again is its head';
	test(`${name}: deleting the branch closes it, and ${then}`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage);
		await stage.deleteBranch(branch);
		const closed = await untilState(stage, number, 'closed');
		t.like(closed, { state: 'closed', head: branch, isForeign: false });
		t.true(closed.headCommit === undefined || closed.headCommit === head);
		const found = await eventually(
			stage,
			() => stage.forge.findByHead(branch, signal),
			(pulls) => pulls[0]?.state === 'closed',
		);
		t.deepEqual(
			found.map((pull) => [pull.number, pull.state]),
			[[number, 'closed']],
		);
		if (isRefused) {
			const error = await refusalOf(t, stage.forge.update(number, { state: 'open' }, signal));
			t.is(error.retry, 'never');
			t.is((await stage.forge.read(number, signal))?.state, 'closed');
			return;
		}
		t.is((await stage.forge.update(number, { state: 'open' }, signal)).state, 'open');
		const tip = await stage.push(branch, { 'another.yaml': 'weight: 0\n' });
		const [again] = await eventually(
			stage,
			() => stage.forge.findByHead(branch, signal),
			(pulls) => pulls[0]?.headCommit === tip,
		);
		t.like(again, { number, state: 'open', headCommit: tip });
	});
}

function reopeningContract({ name, open }: ForgeContract, test: SerialFn): void {
	test(`${name}: with its branch made anew it can be opened again`, async (t) => {
		const stage = await open(t);
		const files = { 'east.yaml': 'weight: 0\n' };
		const { number } = await openPull(stage, { files });
		await stage.forge.update(number, { state: 'closed' }, signal);
		await stage.deleteBranch(branch);
		const head = await stage.push(branch, files);
		const opened = await eventually(
			stage,
			() => stage.forge.update(number, { state: 'open' }, signal).catch(() => undefined),
			(pull) => pull !== undefined,
		);
		t.is(opened?.state, 'open');
		const read = await eventually(
			stage,
			() => stage.forge.read(number, signal),
			(pull) => pull?.headCommit === head,
		);
		t.like(read, { state: 'open', headCommit: head });
	});
}
