import type { SerialFn } from 'ava';
import type { MergeOutcome } from '../../src/model/ports/forge.ts';
import {
	branch,
	eventually,
	type ForgeContract,
	type ForgeUnderTest,
	has,
	openPull,
	untilTold as signal,
	untilState,
} from '../support/forge-under-test.ts';

const unknown = `${'0'.repeat(39)}1`;

/** Merges once the forge is done with whatever it does before. */
function mergeAtLast(stage: ForgeUnderTest, number: number, head: string): Promise<MergeOutcome> {
	const isDone = ({ kind }: MergeOutcome): boolean => kind !== 'blocked';
	return eventually(stage, () => stage.forge.merge(number, head, signal), isDone);
}

export function mergingContract(contract: ForgeContract, test: SerialFn): void {
	const { name, open, traits } = contract;
	test(`${name}: a merge brings the change to the base, once`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage, { files: { 'web.yaml': 'weight: 9\n' } });
		const outcome = await mergeAtLast(stage, number, head);
		t.is(outcome.kind, 'merged');
		t.is(await stage.show('main', 'web.yaml'), 'weight: 9\n');
		const merged = await untilState(stage, number, 'merged');
		t.like(merged, { mergedBy: stage.logins.spillway, headCommit: head, base: 'main' });
		t.true(Number.isInteger(merged.mergedAt));
		t.regex(merged.mergeCommit ?? '', /^[0-9a-f]{40}$/);
		if (outcome.kind === 'merged' && outcome.commit !== undefined) t.is(merged.mergeCommit, outcome.commit);
		t.deepEqual(await stage.forge.merge(number, head, signal), { kind: 'notOpen' });
	});

	test(`${name}: what is closed, or never was, is not merged`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage);
		await stage.forge.update(number, { state: 'closed' }, signal);
		t.deepEqual(await stage.forge.merge(number, head, signal), { kind: 'notOpen' });
		t.deepEqual(await stage.forge.merge(4_711, head, signal), { kind: 'notOpen' });
	});

	test(`${name}: only the head that was named is merged`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage);
		t.deepEqual(await mergeAtLast(stage, number, unknown), { kind: 'moved' });
		const later = await stage.push(branch, { 'theirs.yaml': 'x: 1\n' });
		t.deepEqual(await mergeAtLast(stage, number, head), { kind: 'moved' });
		t.is(await stage.show('main', 'theirs.yaml'), undefined);
		t.is((await untilState(stage, number, 'open')).state, 'open');
		t.is((await mergeAtLast(stage, number, later)).kind, 'merged');
		t.is(await stage.show('main', 'theirs.yaml'), 'x: 1\n');
	});

	test(`${name}: a conflict is told as one, and is none any more once the branch is made anew`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage, { files: { 'web.yaml': 'mine\n' } });
		await stage.push('main', { 'web.yaml': 'theirs\n' });
		const mergeable = has(traits, 'mergeability') ? 'conflict' : 'unknown';
		const read = await eventually(
			stage,
			() => stage.forge.read(number, signal),
			(pull) => pull?.mergeable === mergeable,
		);
		t.is(read?.mergeable, mergeable);
		t.deepEqual(await mergeAtLast(stage, number, head), { kind: 'conflict' });
		await stage.forge.update(number, { state: 'closed' }, signal);
		await stage.deleteBranch(branch);
		const anew = await openPull(stage, { files: { 'web.yaml': 'mine on theirs\n' } });
		t.is((await mergeAtLast(stage, anew.number, anew.head)).kind, 'merged');
		t.is(await stage.show('main', 'web.yaml'), 'mine on theirs\n');
	});

	test(`${name}: what the base asks for and is missing is said in words`, async (t) => {
		const stage = await open(t);
		await stage.protect('main', { requiredChecks: ['ci/test'], requiredApprovals: 1 });
		const { number, head } = await openPull(stage);
		const merge = (): Promise<MergeOutcome> => stage.forge.merge(number, head, signal);
		const isBlocked = async (): Promise<void> => {
			const outcome = await merge();
			t.is(outcome.kind, 'blocked');
			t.regex(outcome.kind === 'blocked' ? outcome.reason : '', /^\S.+$/u);
		};
		await isBlocked();
		await stage
			.as('writer')
			.setStatus(head, { context: 'ci/test', state: 'failure', description: 'no' }, signal);
		await isBlocked();
		await stage
			.as('writer')
			.setStatus(head, { context: 'ci/test', state: 'success', description: 'yes' }, signal);
		await isBlocked();
		await stage.approve(number, 'writer');
		t.is((await mergeAtLast(stage, number, head)).kind, 'merged');
	});

	test(`${name}: whoever may not write merges nothing`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage);
		const tried = stage.as('reader').merge(number, head, signal);
		const kind: string = await tried.then(
			(outcome) => outcome.kind,
			(error: Error) => error.name,
		);
		t.true(kind === 'blocked' || kind === 'notOpen' || kind === 'ProblemError', kind);
		t.is((await stage.forge.read(number, signal))?.state, 'open');
	});

	if (has(traits, 'autoMerge')) autoMergeContract(contract, test);
	else {
		test(`${name}: there is no auto-merge, and calling it off is no error`, async (t) => {
			const stage = await open(t);
			const { number, head } = await openPull(stage);
			t.is((await stage.forge.enableAutoMerge(number, head, signal)).kind, 'unavailable');
			await stage.forge.disableAutoMerge(number, signal);
			t.like(await stage.forge.read(number, signal), { state: 'open', autoMerge: false });
		});
	}
}

function autoMergeContract({ name, open, traits }: ForgeContract, test: SerialFn): void {
	test(`${name}: auto-merge waits for the checks, and then merges`, async (t) => {
		const stage = await open(t);
		await stage.protect('main', { requiredChecks: ['ci/test'] });
		const { number, head } = await openPull(stage, { files: { 'auto.yaml': 'x: 1\n' } });
		t.deepEqual(await stage.forge.enableAutoMerge(number, head, signal), { kind: 'enabled' });
		t.deepEqual(await stage.forge.enableAutoMerge(number, head, signal), { kind: 'enabled' });
		t.like(await stage.forge.read(number, signal), { state: 'open', autoMerge: traits.tellsAutoMerge });
		await stage
			.as('writer')
			.setStatus(head, { context: 'ci/test', state: 'success', description: '' }, signal);
		t.is((await untilState(stage, number, 'merged')).state, 'merged');
		t.is(await stage.show('main', 'auto.yaml'), 'x: 1\n');
	});

	test(`${name}: auto-merge that is called off merges nothing`, async (t) => {
		const stage = await open(t);
		await stage.protect('main', { requiredChecks: ['ci/test'] });
		const { number, head } = await openPull(stage);
		await stage.forge.disableAutoMerge(number, signal);
		t.deepEqual(await stage.forge.enableAutoMerge(number, head, signal), { kind: 'enabled' });
		await stage.forge.disableAutoMerge(number, signal);
		await stage.forge.disableAutoMerge(number, signal);
		await stage
			.as('writer')
			.setStatus(head, { context: 'ci/test', state: 'success', description: '' }, signal);
		for (let moment = 0; moment < 5; moment += 1) await stage.pause();
		t.like(await stage.forge.read(number, signal), { state: 'open', autoMerge: false });
	});

	test(`${name}: auto-merge is not for another head, nor for what can be merged now`, async (t) => {
		const stage = await open(t);
		const { number, head } = await openPull(stage);
		t.deepEqual(await stage.forge.enableAutoMerge(number, unknown, signal), { kind: 'moved' });
		const outcome = await eventually(
			stage,
			() => stage.forge.enableAutoMerge(number, head, signal),
			({ kind }) => kind === 'clean',
		);
		t.deepEqual(outcome, { kind: 'clean' });
		t.is((await stage.forge.read(number, signal))?.state, 'open');
	});
}
