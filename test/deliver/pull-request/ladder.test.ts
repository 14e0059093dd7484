import test from 'ava';
import { anEditChange, aShift } from '../../support/changes.ts';
import { awayManifest, splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { type PullRequestStage, startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const path = 'clusters/east/emoji.yaml';
const files = { [path]: splitManifest };
const minute = 60_000;

/** The failover of the workshop with a ladder that begins when the stage does. */
function ladderOf({ clock }: PullRequestStage) {
	const decidedAt = clock.now();
	const edit = anEditChange({ decidedAt });
	const facts = { policy: edit.policy, target: edit.target, decidedAt, edit };
	const rungs = [
		{ to: 'Notify', at: decidedAt + 5 * minute },
		{ to: 'Reviewers', at: decidedAt + 10 * minute },
		{ to: 'AutoMerge', at: decidedAt + 15 * minute },
	] as const;
	return aPullRequestChange({}, { ...facts, shift: aShift(), rungs });
}

const settings = { onCall: ['ada'] };

test('the ladder: people are named, then asked for a review, then it is merged by itself', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, 4 * minute);
	t.is((await stage.as('ada').comments(1, signal)).length, 0);
	await stage.ask(change, 2 * minute);
	const [named] = await stage.as('ada').comments(1, signal);
	t.true(named?.body.includes('@ada'));
	await stage.ask(change, 5 * minute);
	t.deepEqual((await stage.hosted.pull(1)).reviewers, ['ada']);
	t.is(await stage.text(path), splitManifest);
	for (let round = 0; round < 6; round += 1) await stage.ask(change, minute);
	t.is(await stage.text(path), awayManifest);
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened', 'Escalated', 'Escalated', 'Escalated', 'Merged'],
	);
	t.is((await stage.as('ada').comments(1, signal)).length, 3);
});

test('nothing is merged by itself for a policy whose passes have gone silent', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, 60 * minute);
	t.is(await stage.text(path), splitManifest);
	t.true(stage.woken.length > 0);
	await stage.ask(change, minute);
	t.is(await stage.text(path), awayManifest);
});

test('hold keeps every step back, resume lets them go on, and both are answered once', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	await stage.as('ada').comment(1, '/spillway hold 1h', signal);
	const receipt = await stage.ask(change, 30 * minute);
	t.like(receipt, { kind: 'requested', pull: { controls: { hold: { by: 'ada' } } } });
	t.is(await stage.text(path), splitManifest);
	t.is((await stage.as('ada').comments(1, signal)).length, 2);
	await stage.as('ada').comment(1, '/spillway resume', signal);
	for (let round = 0; round < 3; round += 1) await stage.ask(change, minute);
	t.is(await stage.text(path), awayManifest);
});

test('somebody who lent Spillway their own account is obeyed as well, and what Spillway writes there is not', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	await stage.as('spillway').comment(1, '/spillway hold 1h', signal);
	const receipt = await stage.ask(change, 2 * minute);
	t.like(receipt, { kind: 'requested', pull: { controls: { hold: { by: 'spillway' } } } });
	await stage.ask(change, 10 * minute);
	t.is((await stage.as('ada').comments(1, signal)).length, 2);
});

test('escalate brings the next step forward', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	for (let step = 0; step < 3; step += 1) {
		await stage.as('ada').comment(1, '/spillway escalate', signal);
		await stage.ask(change, minute);
	}
	await stage.ask(change, minute);
	t.is(await stage.text(path), awayManifest);
});

test('commands of people who may only read count for nothing, and are not answered', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	await stage.as('eve').comment(1, '/spillway veto', signal);
	await stage.as('eve').comment(1, '/spillway escalate', signal);
	t.like(await stage.ask(change, 2 * minute), { kind: 'requested', pull: { state: 'Open' } });
	t.is((await stage.as('ada').comments(1, signal)).length, 2);
});

test('veto closes it for the episode, and retry asks for it again', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	await stage.as('ada').comment(1, '/spillway veto', signal);
	const vetoed = await stage.ask(change, 2 * minute);
	t.like(vetoed, { kind: 'vetoed', veto: { number: 1, by: 'ada' } });
	t.like((await stage.pulls(change))[0], { state: 'closed' });
	await stage.as('ada').comment(1, '/spillway retry', signal);
	t.like(await stage.ask(change, 10 * minute), { kind: 'requested', pull: { state: 'Open' } });
});

test('retry after a person pushed to the branch makes it anew', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	stage.repository.commitDirectly(
		{ 'note.md': 'mine' },
		'a person',
		{ at: stage.clock.now() },
		'spillway/failover/east',
	);
	t.like(await stage.ask(change, 2 * minute), { kind: 'requested', pull: { state: 'TakenOver' } });
	await stage.as('ada').comment(1, '/spillway retry', signal);
	t.like(await stage.ask(change, 2 * minute), { kind: 'requested', pull: { state: 'Open' } });
	t.is(await stage.text('note.md', 'spillway/failover/east'), '');
});

test('a ticked box is a command: it is written down, answered, and drawn empty again', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	const [pull] = await stage.pulls(change);
	const ticked = pull?.body.replace('- [ ]', '- [x]') ?? '';
	t.not(ticked, pull?.body);
	await stage.as('ada').update(1, { body: ticked }, signal);
	const receipt = await stage.ask(change, 2 * minute);
	t.like(receipt, { kind: 'requested' });
	t.false((await stage.pulls(change))[0]?.body.includes('- [x]'));
	const comments = await stage.as('ada').comments(1, signal);
	t.is(comments.length, 2);
});

test('the label spillway/hold holds for as long as it is there', async (t) => {
	const stage = await startPullRequestStage(t, { files, settings });
	const change = ladderOf(stage);
	await stage.ask(change, minute);
	await stage.as('ada').addLabels(1, ['spillway/hold'], signal);
	for (let round = 0; round < 30; round += 1) await stage.ask(change, minute);
	t.is(await stage.text(path), splitManifest);
	await stage.as('ada').removeLabel(1, 'spillway/hold', signal);
	for (let round = 0; round < 3; round += 1) await stage.ask(change, minute);
	t.is(await stage.text(path), awayManifest);
});
