// What may go wrong between a policy and its pull request, by the numbers of the catalogues.
import test from 'ava';
import { formatBranch } from '../../../src/model/pull-request.ts';
import { anEditChange, aShift } from '../../support/changes.ts';
import { awayManifest, splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { type PullRequestStage, startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const path = 'clusters/east/emoji.yaml';
const files = { [path]: splitManifest };
const edit = anEditChange();
const facts = { policy: edit.policy, target: edit.target, decidedAt: edit.decidedAt, edit };
const change = aPullRequestChange({}, { ...facts, shift: aShift(), rungs: [] });
const branch = formatBranch(change.group);

async function openPulls(stage: PullRequestStage) {
	return (await stage.pulls(change)).filter(({ state }) => state === 'open');
}

test('F20 merged after recovery: it is noticed, said where it was merged, and the policy is told to answer', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.rest(change, 1_000);
	await stage.as('ada').merge(pull?.number ?? 0, pull?.headCommit ?? '', signal);
	await stage.clock.advance(60_000);
	const late = stage.keeper().lateMerge(change.policy);
	t.like(late, { number: pull?.number, move: 'failover', by: 'ada' });
	t.deepEqual(late?.to, change.shift.to);
	t.is((await stage.as('ada').comments(pull?.number ?? 0, signal)).length, 1);
	t.is(stage.news.at(-1)?.event, 'MergedLate');
	t.is(stage.woken.at(-1), change.policy);
	stage.repository.commitDirectly({ [path]: splitManifest }, 'taken back');
	stage.keeper().hint(branch);
	await stage.clock.advance(60_000);
	t.is(stage.keeper().lateMerge(change.policy), undefined);
	t.is((await stage.as('ada').comments(pull?.number ?? 0, signal)).length, 1);
});

test('F20 merged late while nobody was there is noticed by the process that comes next', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.as('ada').merge(pull?.number ?? 0, pull?.headCommit ?? '', signal);
	await stage.restart();
	await stage.rest(change, 60_000);
	t.like(stage.keeper().lateMerge(change.policy), { number: pull?.number });
});

test('F20 the way back may be a pull request as well: the late merge stands until that is merged', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.rest(change, 1_000);
	await stage.as('ada').merge(pull?.number ?? 0, pull?.headCommit ?? '', signal);
	await stage.clock.advance(60_000);
	const back = aShift({ move: 'failback', from: change.shift.to, to: change.shift.from });
	const answer = {
		...change,
		group: { move: 'failback', name: change.group.name } as const,
		shift: back,
		edit: { ...edit, shift: back, urgent: true } as const,
	};
	t.like(await stage.ask(answer, 2_000), { kind: 'requested', pull: { state: 'Open' } });
	await stage.clock.advance(600_000);
	t.like(stage.keeper().lateMerge(change.policy), { number: pull?.number });
	const [asked] = await stage.pulls(answer);
	t.is(await stage.text(path, formatBranch(answer.group)), splitManifest);
	await stage.as('ada').merge(asked?.number ?? 0, asked?.headCommit ?? '', signal);
	await stage.rest(change, 60_000);
	stage.keeper().hint();
	await stage.clock.advance(60_000);
	t.is(stage.keeper().lateMerge(change.policy), undefined);
	t.is(await stage.text(path), splitManifest);
});

test('F21 merged with other bytes: the bytes decide, so what is still missing is asked for anew', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.as('ada').merge(pull?.number ?? 0, pull?.headCommit ?? '', signal);
	stage.repository.commitDirectly({ [path]: splitManifest }, 'Spillway-like\n\nFailover-Tool: spillway\n');
	const receipt = await stage.ask({ ...change, edit: { ...edit } }, 60_000);
	t.like(receipt, { kind: 'requested', pull: { state: 'Open' } });
	t.is((await openPulls(stage)).length, 1);
});

test('F23 a required check that fails is reported, and nothing is made anew in a loop', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const head = stage.repository.log(branch)[0]?.id ?? '';
	const check = { context: 'ci/lint', state: 'failure', description: 'no' } as const;
	await stage.as('ada').setStatus(head, check, signal);
	const receipt = await stage.ask(change, 3_600_000);
	t.like(receipt, { kind: 'requested', pull: { state: 'Blocked', blocker: 'the check ci/lint failed' } });
	t.is(stage.repository.log(branch)[0]?.id, head);
	t.is((await stage.as('ada').comments(1, signal)).length, 0);
});

test('F23 a check that fails and is not required stands in nobody’s way', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	const rule = {
		branch: 'main',
		mayPush: 'writers',
		requiredApprovals: 0,
		requiredContexts: ['ci/test'],
	} as const;
	await stage.hosted.protect('shop', { ...rule, blocksOnRejection: false });
	await stage.ask(change);
	const head = stage.repository.log(branch)[0]?.id ?? '';
	await stage.as('ada').setStatus(head, { context: 'ci/lint', state: 'failure', description: 'no' }, signal);
	t.like(await stage.ask(change, 60_000), { kind: 'requested', pull: { state: 'Open' } });
	await stage.as('ada').setStatus(head, { context: 'ci/test', state: 'failure', description: 'no' }, signal);
	const receipt = await stage.ask(change, 60_000);
	t.like(receipt, { pull: { state: 'Blocked', blocker: 'the check ci/test failed' } });
});

test('F23 a required check that never starts keeps auto-merge waiting, and it merges once that passes', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	const rule = {
		branch: 'main',
		mayPush: 'writers',
		requiredApprovals: 0,
		requiredContexts: ['ci/lint'],
	} as const;
	await stage.hosted.protect('shop', { ...rule, blocksOnRejection: false });
	const merging = { ...change, autoMerge: true };
	t.like(await stage.ask(merging, 60_000), { kind: 'requested', pull: { state: 'Merging' } });
	const head = stage.repository.log(branch)[0]?.id ?? '';
	await stage.as('ada').setStatus(head, { context: 'ci/lint', state: 'success', description: 'ok' }, signal);
	t.like(await stage.ask(merging, 120_000), { kind: 'delivered' });
	t.is(await stage.text(path), awayManifest);
});

test('F25 two pull requests say the same: the older one is kept, and the other is no veto', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	stage.repository.commitDirectly({}, 'another base', {}, 'release');
	await stage.ask(change);
	const [first] = await stage.pulls(change);
	const twin = { title: 'the same', body: first?.body ?? '', head: branch, base: 'release', isDraft: false };
	await stage.as('ada').create(twin, signal);
	t.like(await stage.ask(change, 120_000), { kind: 'requested', pull: { number: first?.number } });
	t.deepEqual(
		(await openPulls(stage)).map(({ number }) => number),
		[first?.number],
	);
});

test('F29 it cannot be opened after its branch was pushed: the same branch is tried again', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	stage.core.faults.inject({ kind: 'answer', status: 502, calls: ['create'], times: 3 });
	const receipt = await stage.ask(change, 500);
	t.like(receipt, { kind: 'requested', obstacle: { code: 'E_FORGE_UNREACHABLE' } });
	const head = stage.repository.log(branch)[0]?.id;
	t.truthy(head);
	t.like(await stage.ask(change, 60_000), { kind: 'requested', pull: { state: 'Open' } });
	t.is(stage.repository.log(branch)[0]?.id, head);
	t.is((await stage.pulls(change)).length, 1);
});

test('F28, F132 an answer that is lost after a pull request was opened opens no second one', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	stage.core.faults.inject({ kind: 'lost', when: 'after', calls: ['create'], times: 1 });
	t.like(await stage.ask(change, 60_000), { kind: 'requested', pull: { state: 'Open' } });
	t.is((await stage.pulls(change)).length, 1);
});

test('F30 the forge will not merge: it is asked again now and then, and says so once', async (t) => {
	let merges = 0;
	const stage = await startPullRequestStage(t, {
		files,
		wrap: ({ repository, forge }) => ({
			repository,
			forge: {
				...forge,
				merge(number, head, life) {
					merges += 1;
					return forge.merge(number, head, life);
				},
				enableAutoMerge: () => Promise.resolve({ kind: 'unavailable', reason: 'there is none' }),
			},
		}),
	});
	const rule = { branch: 'main', mayPush: 'writers', requiredApprovals: 1, requiredContexts: [] } as const;
	await stage.hosted.protect('shop', { ...rule, blocksOnRejection: false });
	const merging = { ...change, autoMerge: true };
	for (let minute = 0; minute < 30; minute += 1) await stage.ask(merging, 60_000);
	t.true(merges > 30 && merges <= 200, `${merges} tries`);
	t.like(await stage.ask(merging, 0), { kind: 'requested', pull: { state: 'Blocked' } });
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened', 'Blocked'],
	);
	await stage.hosted.review('ada', 1, { state: 'APPROVED', body: 'fine', remarks: [] });
	await stage.ask(merging, 60_000);
	t.is(await stage.text(path), awayManifest);
});

test('F4, F-130 a forge that limits us is left alone for as long as it says', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	stage.core.faults.inject({ kind: 'answer', status: 429, retryAfter: 900_000, times: 1 });
	await stage.ask(change, 40_000);
	const news = stage.woken.length;
	stage.core.faults.inject({ kind: 'unreachable', on: true });
	await stage.clock.advance(800_000);
	t.is(stage.woken.length, news);
	stage.core.faults.inject({ kind: 'unreachable', on: false });
	t.like(await stage.ask(change, 120_000), { kind: 'requested', pull: { state: 'Open' } });
});

const interruptions = { close: 'vetoed', merge: 'unchanged', edit: 'requested' } as const;

for (const [act, end] of Object.entries(interruptions)) {
	test(`F-132 a person does this while it is written: ${act}; it is read again, and never doubled`, async (t) => {
		const stage = await startPullRequestStage(t, {
			files,
			wrap: ({ repository, forge }) => ({
				repository,
				forge: {
					...forge,
					async addLabels(number, labels, life) {
						await interrupt(stage, number, act);
						await forge.addLabels(number, labels, life);
					},
				},
			}),
		});
		t.is((await stage.ask(change, 120_000)).kind, end);
		t.is((await stage.pulls(change)).length, 1);
	});
}

async function interrupt(stage: PullRequestStage, number: number, act: string): Promise<void> {
	const ada = stage.as('ada');
	const pull = await ada.read(number, signal);
	if (act === 'close') await ada.update(number, { state: 'closed' }, signal);
	else if (act === 'edit') await ada.update(number, { body: `${pull?.body}\nseen` }, signal);
	else await ada.merge(number, pull?.headCommit ?? '', signal);
}

test('F-133 a branch that is cleaned up is made again only while it is wanted', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	stage.repository.deleteBranch(branch);
	await stage.ask(change, 120_000);
	t.is(await stage.text(path, branch), awayManifest);
	await stage.rest(change, 1_000);
	stage.repository.deleteBranch(branch);
	await stage.clock.advance(600_000);
	t.deepEqual(await stage.repository.branches('spillway/', signal), new Map());
	t.is((await openPulls(stage)).length, 0);
});

test('F-134 a list that does not show our pull request yet brings no second one', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change, 200);
	await stage.restart();
	stage.core.faults.inject({ kind: 'late-lists', times: 3 });
	await stage.ask(change, 120_000);
	t.is((await stage.pulls(change)).length, 1);
});
