import test from 'ava';
import { formatBranch } from '../../../src/model/pull-request.ts';
import { anEditChange, aShift } from '../../support/changes.ts';
import { awayManifest, splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const path = 'clusters/east/emoji.yaml';
const files = { [path]: splitManifest, 'README.md': 'hello\n' };

/** A failover of the workshop's split, asked for by pull request. */
const edit = anEditChange();
const change = aPullRequestChange(
	{},
	{
		policy: edit.policy,
		target: edit.target,
		shift: aShift(),
		decidedAt: edit.decidedAt,
		edit,
		rungs: [],
	},
);
const branch = formatBranch(change.group);

test('what a policy wants becomes one pull request: the base and one commit, with statuses and a label', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	const receipt = await stage.ask(change);
	const [pull, ...others] = await stage.pulls(change);
	t.deepEqual(others, []);
	t.like(pull, { state: 'open', base: 'main', head: branch, labels: ['failover'] });
	t.like(receipt, { kind: 'requested', pull: { number: pull?.number, state: 'Open' } });
	t.is(await stage.text(path, branch), awayManifest);
	t.is(await stage.text(path), splitManifest);
	const [commit, base] = stage.repository.log(branch);
	t.is(base?.id, stage.repository.log()[0]?.id);
	const checks = await stage.as('ada').checks(commit?.id ?? '', signal);
	t.deepEqual(checks.map(({ name, state }) => `${name} ${state}`).sort(), [
		'spillway/still-needed success',
		'spillway/validated success',
	]);
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened'],
	);
	t.true(stage.woken.includes(change.policy));
});

test('asking again changes nothing, however often', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [before] = await stage.pulls(change);
	const head = stage.repository.log(branch)[0]?.id;
	for (let round = 0; round < 5; round += 1)
		await stage.ask({ ...change, shift: { ...change.shift } }, 60_000);
	t.deepEqual(await stage.pulls(change), before === undefined ? [] : [before]);
	t.is(stage.repository.log(branch)[0]?.id, head);
	t.deepEqual(await stage.as('ada').comments(before?.number ?? 0, signal), []);
});

test('once it is merged the policy is told that the branch has its weights', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.as('ada').merge(pull?.number ?? 0, pull?.headCommit ?? '', signal);
	t.is(await stage.text(path), awayManifest);
	const receipt = await stage.ask(change, 60_000);
	t.like(receipt, {
		kind: 'delivered',
		evidence: { kind: 'committed', commit: stage.repository.log()[0]?.id },
	});
	t.like(await stage.ask(change, 1_000), { kind: 'unchanged' });
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened', 'Merged'],
	);
});

test('recovery: a red status at once, then a comment, closed, and the branch is gone', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const head = stage.repository.log(branch)[0]?.id ?? '';
	await stage.rest(change, 1_000);
	const checks = await stage.as('ada').checks(head, signal);
	t.like(
		checks.find(({ name }) => name === 'spillway/still-needed'),
		{
			state: 'failure',
			description:
				'not needed any more since 2025-06-15 15:06:45 UTC: the weights are right: emoji-svc 1, emoji-svc-west 0',
		},
	);
	t.like((await stage.pulls(change))[0], { state: 'open' });
	await stage.clock.advance(120_000);
	const [pull] = await stage.pulls(change);
	t.like(pull, { state: 'closed' });
	const comments = await stage.as('ada').comments(pull?.number ?? 0, signal);
	t.is(comments.length, 1);
	t.deepEqual(await stage.repository.branches('spillway/', signal), new Map());
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened', 'Withdrawn'],
	);
});

test('a relapse within a day opens the same pull request again', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	await stage.rest(change, 200_000);
	const again = {
		...change,
		shift: aShift({ episode: { id: 'emojivoto/emoji-2', since: stage.clock.now() } }),
	};
	await stage.ask(again);
	const pulls = await stage.pulls(change);
	t.is(pulls.length, 1);
	t.like(pulls[0], { state: 'open' });
	t.is(await stage.text(path, branch), awayManifest);
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened', 'Withdrawn', 'Reopened'],
	);
});

test('F18 a person closes it: a veto for the episode, never opened again; another episode may ask', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.as('ada').update(pull?.number ?? 0, { state: 'closed' }, signal);
	const receipt = await stage.ask(change, 60_000);
	t.like(receipt, { kind: 'vetoed', veto: { number: pull?.number, move: 'failover' } });
	await stage.ask(change, 86_400_000);
	t.is((await stage.pulls(change)).filter(({ state }) => state === 'open').length, 0);
	await stage.rest(change, 60_000);
	const next = {
		...change,
		shift: aShift({ episode: { id: 'emojivoto/emoji-2', since: stage.clock.now() } }),
	};
	t.like(await stage.ask(next), { kind: 'requested', pull: { state: 'Open' } });
});

test('F18 a veto counts after a crash with an empty disk as well', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	await stage.as('ada').update(pull?.number ?? 0, { state: 'closed' }, signal);
	await stage.restart();
	const renamed = {
		...change,
		shift: aShift({ episode: { id: 'emojivoto/emoji-new', since: stage.clock.now() } }),
	};
	t.like(await stage.ask(renamed), { kind: 'vetoed' });
});

test('a veto is lifted by opening it again', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	const number = pull?.number ?? 0;
	await stage.as('ada').update(number, { state: 'closed' }, signal);
	const vetoed = await stage.ask(change, 60_000);
	const veto = vetoed.kind === 'vetoed' ? vetoed.veto : undefined;
	if (veto === undefined) return t.fail();
	stage
		.keeper()
		.rest(
			{ policy: change.policy, target: change.target, folder: 'clusters/east' },
			{ kind: 'stopped', reasons: [{ code: 'Vetoed', target: 'east emojivoto/emoji-svc', veto }] },
		);
	await stage.clock.advance(1_000);
	t.false(stage.keeper().isLifted(change.policy, veto));
	await stage.as('ada').update(number, { state: 'open' }, signal);
	await stage.clock.advance(600_000);
	t.true(stage.keeper().isLifted(change.policy, veto));
	t.like(await stage.ask(change), { kind: 'requested', pull: { number, state: 'Open' } });
});

test('F17 a person pushes to its branch: hands off, one comment, and never forced over', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const theirs = stage.repository.commitDirectly({ 'note.md': 'mine\n' }, 'a person', {}, branch);
	const receipt = await stage.ask(change, 60_000);
	t.like(receipt, { kind: 'requested', pull: { state: 'TakenOver' } });
	await stage.ask({ ...change, evidence: [] }, 600_000);
	t.is(stage.repository.log(branch)[0]?.id, theirs);
	const [pull] = await stage.pulls(change);
	t.is((await stage.as('ada').comments(pull?.number ?? 0, signal)).length, 1);
	await stage.rest(change, 600_000);
	t.like((await stage.pulls(change))[0], { state: 'open' });
	const checks = await stage.as('ada').checks(theirs, signal);
	t.like(
		checks.find(({ name }) => name === 'spillway/still-needed'),
		{ state: 'failure' },
	);
});

test('F19 a person changes title and labels: their words stay', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	const number = pull?.number ?? 0;
	await stage.as('ada').update(number, { title: 'Move emoji, please' }, signal);
	await stage.as('ada').removeLabel(number, 'failover', signal);
	const body = `${pull?.body}\n\nThe on-call knows.`;
	await stage.as('ada').update(number, { body }, signal);
	stage.repository.commitDirectly(
		{ [path]: splitManifest.replace('name: emoji-svc', 'name: emoji-svc # ours') },
		'a person',
	);
	await stage.ask(change, 120_000);
	const [after] = await stage.pulls(change);
	t.like(after, { title: 'Move emoji, please', labels: [] });
	t.true(after?.body.includes('The on-call knows.'));
	t.not(after?.headCommit, pull?.headCommit);
});

test('F22 a conflict with its base has it made anew on the tip', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const other = splitManifest.replace('  service: emoji-svc\n', '  service: emoji-svc # apex\n');
	stage.repository.commitDirectly({ [path]: other }, 'a person edits the same file');
	await stage.ask(change, 60_000);
	const [head, base] = stage.repository.log(branch);
	t.truthy(head);
	t.is(base?.id, stage.repository.log()[0]?.id);
	t.true((await stage.text(path, branch)).includes('# apex'));
	t.is((await stage.pulls(change)).length, 1);
});

test('a commit elsewhere on the base is no reason to make it anew', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const head = stage.repository.log(branch)[0]?.id;
	stage.repository.commitDirectly({ 'README.md': 'hello again\n' }, 'a person');
	await stage.ask(change, 120_000);
	t.is(stage.repository.log(branch)[0]?.id, head);
});

test('F2, F21 weights that are on the base already are adopted, whoever brought them', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	stage.repository.commitDirectly({ [path]: `# by hand\n${awayManifest}` }, 'a person');
	const receipt = await stage.ask(change, 120_000);
	t.like(receipt, { kind: 'delivered', evidence: { commit: stage.repository.log()[0]?.id } });
	await stage.clock.advance(600_000);
	t.is((await stage.pulls(change)).filter(({ state }) => state === 'open').length, 0);
});

test('once what was merged is live its commit says so, and not before', async (t) => {
	const stage = await startPullRequestStage(t, { files });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	const head = pull?.headCommit ?? '';
	await stage.as('ada').merge(pull?.number ?? 0, head, signal);
	const applied = async () =>
		(await stage.as('ada').checks(head, signal)).find(({ name }) => name === 'spillway/applied');
	await stage.ask(change, 120_000);
	t.is(await applied(), undefined);
	await stage.restOn(change, change.shift.to, 20_000);
	t.like(await applied(), { state: 'success' });
	t.is(stage.keeper().lateMerge(change.policy), undefined);
});
