// In which order a pull request is opened again and its branch moves.
import test from 'ava';
import { formatBranch } from '../../../src/model/pull-request.ts';
import { anEditChange, aShift } from '../../support/changes.ts';
import { awayManifest, splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { type Servers, startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const path = 'clusters/east/emoji.yaml';
const files = { [path]: splitManifest };
const { policy, target, decidedAt, ...edit } = anEditChange();
const facts = { policy, target, decidedAt, edit: { ...edit, policy, target, decidedAt } };
const change = aPullRequestChange({}, { ...facts, shift: aShift(), rungs: [] });
const branch = formatBranch(change.group);

/** Writes down what is opened again and what is pushed. */
function record(steps: string[]): (servers: Servers) => Servers {
	return ({ repository, forge }) => ({
		forge: {
			...forge,
			async update(number, edited, life) {
				const result = forge.update(number, edited, life);
				if (edited.state === 'open') {
					steps.push(
						await result.then(
							() => 'opened',
							() => 'refused',
						),
					);
				}
				return await result;
			},
		},
		repository: {
			...repository,
			async pushBranch(move, life) {
				if (move.commit !== undefined) steps.push('pushed');
				return await repository.pushBranch(move, life);
			},
		},
	});
}

test('a closed pull request is opened again before its branch moves, as forges do not follow a closed one', async (t) => {
	const steps: string[] = [];
	const stage = await startPullRequestStage(t, { files, wrap: record(steps) });
	await stage.ask(change);
	const [pull] = await stage.pulls(change);
	const number = pull?.number ?? 0;
	await stage.as('ada').update(number, { state: 'closed' }, signal);
	await stage.ask(change, 1_000);
	stage.repository.commitDirectly({ [path]: `# more\n${splitManifest}` }, 'a person');
	await stage.as('ada').comment(number, '/spillway retry', signal);
	stage.keeper().hint(branch);
	t.like(await stage.ask(change, 600_000), { kind: 'requested', pull: { number, state: 'Open' } });
	t.deepEqual(steps, ['pushed', 'opened', 'pushed']);
	t.is(await stage.text(path, branch), `# more\n${awayManifest}`);
});

test('where a forge wants the branch first, it gets that, and is asked again', async (t) => {
	const steps: string[] = [];
	const stage = await startPullRequestStage(t, { files, wrap: record(steps) });
	await stage.ask(change);
	await stage.rest(change, 200_000);
	const episode = { id: 'emojivoto/emoji-2', since: stage.clock.now() };
	t.like(await stage.ask({ ...change, shift: aShift({ episode }) }), {
		kind: 'requested',
		pull: { state: 'Open' },
	});
	t.deepEqual(steps, ['pushed', 'refused', 'pushed', 'opened']);
	t.is((await stage.pulls(change)).length, 1);
});
