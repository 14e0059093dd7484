// Pull requests at a real Gitea, from opening to merging.
import test from 'ava';
import { awayManifest, splitManifest } from '../support/manifests.ts';
import { onGitea } from './gitea/on-gitea.ts';
import { askAs, mergeAs } from './pull-request-people.ts';
import { aFailover, beginStory, failoverBranch, splitPath, untilPull } from './pull-request-story.ts';

await onGitea((find) => {
	test.serial(
		'real: what is wanted becomes one pull request, with one commit, statuses, a label and reviewers; asking again changes nothing',
		async (t) => {
			const settings = { labels: ['failover', 'mesh'] };
			const story = await beginStory(t, find(), 'opened', {
				settings: ({ people }) => ({ ...settings, reviewers: [people.ada.name, people.bot.name] }),
			});
			const { ada } = story.place.people;
			const change = aFailover();
			t.like(await story.ask(change), { kind: 'requested', pull: { number: 1, state: 'Open' } });
			const pull = await story.open();
			t.like(pull, { mergeable: true, base: { ref: 'main' }, head: { ref: failoverBranch } });
			t.deepEqual(pull.labels.map(({ name }) => name).sort(), ['failover', 'mesh']);
			t.like(pull.requested_reviewers, [{ login: ada.name }]);
			t.deepEqual(await story.statuses(pull.head.sha), [
				'spillway/still-needed success',
				'spillway/validated success',
			]);
			t.deepEqual(await story.own(failoverBranch), {
				commits: [pull.head.sha],
				base: String(await story.tip('main')),
			});
			t.is(await story.text(failoverBranch), awayManifest);
			for (let round = 0; round < 3; round += 1) await story.ask({ ...change, shift: { ...change.shift } });
			await story.restart();
			t.like(await story.ask(change), { kind: 'requested', pull: { number: 1, state: 'Open' } });
			t.deepEqual(await story.pulls(), [pull], 'not even the time of its last update');
			t.deepEqual(await story.comments(1), []);
			t.deepEqual(
				story.news.map(({ event }) => event),
				['Opened'],
			);
		},
	);

	test.serial(
		'F22 real: other commits on the base leave it as it is; one to the same file has it made anew, also a conflict that nobody saw',
		async (t) => {
			const story = await beginStory(t, find(), 'rebuilt');
			const change = aFailover();
			await story.ask(change);
			const pull = await story.open();
			await story.push('main', { 'README.md': 'hello again\n' });
			await story.ask(change);
			t.is((await story.open()).head.sha, pull.head.sha);

			await story.push('main', { [splitPath]: `# first\n${splitManifest}` });
			await story.ask(change);
			const anew = await untilPull(story, 'the new head is known', ({ head, mergeable }) => {
				return head.sha !== pull.head.sha && mergeable;
			});
			t.is(anew.number, pull.number);
			t.is(await story.text(failoverBranch), `# first\n${awayManifest}`);

			await story.stop();
			const other = splitManifest.replace(
				'  service: emoji-svc\n  backends:',
				'  service: emoji-svc # apex\n  backends:',
			);
			const reordered = other.replaceAll(
				/weight: ([01])/g,
				(_, weight: string) => `weight: ${weight} # here`,
			);
			await story.push('main', { [splitPath]: reordered });
			await untilPull(story, 'it conflicts', ({ mergeable }) => !mergeable);
			await story.restart();
			await story.ask(change);
			const mended = await untilPull(story, 'the conflict is gone', ({ mergeable }) => mergeable);
			t.is(mended.number, pull.number);
			t.is((await story.own(failoverBranch)).commits.length, 1);
			t.is((await story.own(failoverBranch)).base, String(await story.tip('main')));
			t.regex(String(await story.text(failoverBranch)), /weight: 0 # here[\s\S]*weight: 1 # here/);
			t.is((await story.pulls()).length, 1);
		},
	);

	for (const style of ['merge', 'squash', 'rebase', 'rebase-merge'] as const) {
		test.serial(`real: merged by ${style}, the policy is told, and the branch goes`, async (t) => {
			const story = await beginStory(t, find(), `by-${style}`);
			const { ada } = story.place.people;
			const change = aFailover();
			await story.ask(change);
			// A merge that is not just a fast-forward.
			await story.push('main', { 'README.md': 'hello again\n' });
			const pull = await untilPull(story, 'it can be merged', ({ mergeable }) => mergeable);
			await mergeAs(story.place, ada, pull, style);
			const receipt = await story.untilReceipt(change, 'it is delivered', ({ kind }) => kind === 'delivered');
			t.like(receipt, { evidence: { kind: 'committed', commit: await story.tip('main') } });
			t.like(await story.ask(change), { kind: 'unchanged' });
			t.is(await story.text('main'), awayManifest);
			t.is(await story.tip(failoverBranch), undefined);
			t.deepEqual(
				story.news.map(({ event }) => event),
				['Opened', 'Merged'],
			);
			await story.rest(change, change.shift.to);
			await story.look();
			t.true((await story.statuses(pull.head.sha)).includes('spillway/applied success'));
			t.is(story.keeper().lateMerge(change.policy), undefined);
		});
	}

	test.serial(
		'F25 real: of two pull requests from its branch the older one is kept, and the other one is no veto',
		async (t) => {
			const story = await beginStory(t, find(), 'twice');
			const { place } = story;
			const { ada } = place.people;
			const change = aFailover();
			await story.ask(change);
			const { body } = await story.open();
			await askAs(place, ada, ['POST', '/branches'], { new_branch_name: 'release', old_ref_name: 'main' });
			const twin = { head: failoverBranch, base: 'release', title: 'the same', body };
			await askAs(place, ada, ['POST', '/pulls'], twin);
			t.like(await story.ask(change), { kind: 'requested', pull: { number: 1, state: 'Open' } });
			t.deepEqual(
				(await story.pulls()).map(({ state }) => state),
				['open', 'closed'],
			);
			await story.restart();
			t.like(await story.ask(change), { kind: 'requested', pull: { number: 1, state: 'Open' } });
			t.is((await story.comments(2)).length, 1);
		},
	);
});
