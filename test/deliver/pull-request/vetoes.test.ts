// A veto by a word, and what people do to it afterwards.
import test from 'ava';
import { anEditChange, aShift } from '../../support/changes.ts';
import { splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { type PullRequestStage, startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const files = { 'clusters/east/emoji.yaml': splitManifest };
const minute = 60_000;

function aMove({ clock }: PullRequestStage) {
	const decidedAt = clock.now();
	const edit = anEditChange({ decidedAt });
	const facts = { policy: edit.policy, target: edit.target, decidedAt, edit };
	return aPullRequestChange({}, { ...facts, shift: aShift(), rungs: [] });
}

test('whoever opens a pull request again that a command vetoed lifts the veto, and may veto it once more', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	const change = aMove(stage);
	const count = async () => (await stage.as('ada').comments(1, signal)).length;
	await stage.ask(change, minute);
	await stage.as('ada').comment(1, '/spillway veto', signal);
	t.like(await stage.ask(change, minute), { kind: 'vetoed', veto: { by: 'ada' } });
	t.is(await count(), 2);
	await stage.as('ada').update(1, { state: 'open' }, signal);
	t.like(await stage.ask(change, 10 * minute), { kind: 'requested', pull: { number: 1, state: 'Open' } });
	t.is(await count(), 2);
	await stage.restart();
	t.like(await stage.ask(change, 10 * minute), { kind: 'requested', pull: { number: 1, state: 'Open' } });
	await stage.as('ada').comment(1, '/spillway veto', signal);
	t.like(await stage.ask(change, 10 * minute), { kind: 'vetoed', veto: { by: 'ada' } });
	t.is(await count(), 4);
	t.like(await stage.pulls(change), [{ number: 1, state: 'closed' }]);
});

test('a hint that names no branch finds the word that lifts a veto on a closed pull request', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	const change = aMove(stage);
	await stage.ask(change, minute);
	await stage.as('ada').update(1, { state: 'closed' }, signal);
	const receipt = await stage.ask(change, minute);
	if (receipt.kind !== 'vetoed') return t.fail(receipt.kind);
	const { policy, target, edit } = change;
	const why = { code: 'Vetoed', target: 'east/emoji', veto: receipt.veto } as const;
	stage.keeper().rest({ policy, target, folder: edit.folder }, { kind: 'stopped', reasons: [why] });
	await stage.clock.advance(minute);
	await stage.as('ada').comment(1, '/spillway retry', signal);
	stage.keeper().hint();
	await stage.clock.advance(1_000);
	t.true(stage.keeper().isLifted(policy, receipt.veto));
});
