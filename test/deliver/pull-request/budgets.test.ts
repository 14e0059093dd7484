import test from 'ava';
import { formatBranch } from '../../../src/model/pull-request.ts';
import { anEditChange, aShift } from '../../support/changes.ts';
import { splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const path = 'clusters/east/emoji.yaml';
const files = { [path]: splitManifest };
const edit = anEditChange();
const facts = { policy: edit.policy, target: edit.target, decidedAt: edit.decidedAt, edit };
const change = aPullRequestChange({}, { ...facts, shift: aShift(), rungs: [] });
const branch = formatBranch(change.group);

test('F-131 a thousand splits that fail together are one pull request: few calls create anything', async (t) => {
	const many = Array.from({ length: 1_000 }, (_, index) => {
		const name = `split-${index}`;
		const target = { ...edit.target, name };
		const policy = `emojivoto/${name}`;
		const shift = aShift({ episode: { id: `${policy}-1`, since: edit.decidedAt } });
		return { ...change, policy, target, shift, edit: { ...edit, policy, target, shift } };
	});
	const all = Object.fromEntries(
		many.map(({ target: { name } }) => [
			`clusters/east/${name}.yaml`,
			splitManifest.replace('name: emoji-svc', `name: ${name}`),
		]),
	);
	const stage = await startPullRequestStage(t, { files: all });
	for (const each of many) void stage.ask(each, 0);
	await stage.clock.advance(60_000);
	const pulls = await stage.pulls(change);
	t.is(pulls.length, 1);
	t.is(stage.repository.log(branch).length, stage.repository.log().length + 1);
	t.deepEqual(
		stage.news.map(({ event }) => event),
		['Opened'],
	);
	t.is((await stage.as('ada').comments(1, signal)).length, 0);
	t.true((pulls[0]?.body.length ?? 0) < 60 * 1024);
});

test('as many are opened as the budget allows, and those that wait are told why', async (t) => {
	const settings = { groupBy: 'Policy', maxOpen: 1 } as const;
	const other = { ...edit.target, name: 'voting-svc' };
	const second = {
		...change,
		policy: 'emojivoto/voting',
		target: other,
		group: { move: 'failover', name: 'east.emojivoto.voting' } as const,
		edit: { ...edit, policy: 'emojivoto/voting', target: other },
	};
	const voting = splitManifest.replace('name: emoji-svc', 'name: voting-svc');
	const stage = await startPullRequestStage(t, {
		files: { ...files, 'clusters/east/voting.yaml': voting },
		settings,
	});
	await stage.ask(change);
	t.like(await stage.ask(second), { kind: 'requested', obstacle: { code: 'E_PULL_BUDGET' } });
	await stage.rest(change, 400_000);
	t.like(await stage.ask(second, 400_000), { kind: 'requested', pull: { state: 'Open' } });
});
