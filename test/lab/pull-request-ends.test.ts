// How pull requests at a real Gitea end that are not needed any more.
import test from 'ava';
import { awayManifest, splitManifest } from '../support/manifests.ts';
import { onGitea } from './gitea/on-gitea.ts';
import { mergeAs } from './pull-request-people.ts';
import { aFailover, beginStory, failoverBranch, splitPath, untilPull } from './pull-request-story.ts';

await onGitea((find) => {
	test.serial(
		'real: recovery: a red status at once, then a comment, closed, and the branch is gone; a relapse opens it again',
		async (t) => {
			const story = await beginStory(t, find(), 'recovered');
			const change = aFailover();
			await story.ask(change);
			const { number, head } = await story.open();
			await story.rest(change);
			t.true((await story.statuses(head.sha)).includes('spillway/still-needed failure'));
			t.like(await story.open(), { number });
			t.deepEqual(await story.comments(number), []);
			await story.putForward(61_000);
			t.like(await story.pulls(), [{ state: 'closed', merged: false }]);
			t.is((await story.comments(number)).length, 1);
			t.is(await story.tip(failoverBranch), undefined);

			for (const round of [1, 2]) {
				await story.restart();
				const again = aFailover();
				t.like(await story.ask(again), { kind: 'requested', pull: { number, state: 'Open' } }, `${round}`);
				const pull = await untilPull(
					story,
					'it can be merged',
					({ state, mergeable }) => state === 'open' && mergeable,
				);
				t.is(await story.tip(failoverBranch), pull.head.sha, 'people see what they would merge');
				t.is(await story.text(failoverBranch), awayManifest);
				t.true((await story.statuses(pull.head.sha)).includes('spillway/still-needed success'));
				await story.rest(again);
				await story.putForward(10 * 60_000);
				t.like(await story.pulls(), [{ state: 'closed' }]);
				t.is((await story.comments(number)).length, 1 + round);
			}
			t.is((await story.pulls()).length, 1);
			const events = ['Opened', 'Withdrawn', 'Reopened', 'Withdrawn', 'Reopened', 'Withdrawn'];
			t.deepEqual(
				story.news.map(({ event }) => event),
				events,
			);
		},
	);

	for (const when of ['while the keeper looks', 'while nobody is there'] as const) {
		test.serial(
			`F20 real: merged after the recovery, ${when}: noticed, said where it was merged, and to be taken back`,
			async (t) => {
				const story = await beginStory(t, find(), when.includes('nobody') ? 'unseen' : 'late');
				const { ada } = story.place.people;
				const change = aFailover();
				await story.ask(change);
				const pull = await story.open();
				if (when === 'while the keeper looks') await story.rest(change);
				else await story.stop();
				await mergeAs(story.place, ada, pull);
				if (when === 'while nobody is there') await story.restart();
				await story.rest(change);
				const late = story.keeper().lateMerge(change.policy);
				t.like(late, { number: pull.number, by: ada.name, move: 'failover' });
				t.deepEqual(late?.to, change.shift.to);
				t.is((await story.comments(pull.number)).length, 1);
				t.is(story.news.at(-1)?.event, 'MergedLate');
				await story.restart();
				await story.rest(change);
				t.is((await story.comments(pull.number)).length, 1);
				await story.push('main', { [splitPath]: splitManifest });
				await story.look();
				t.is(story.keeper().lateMerge(change.policy), undefined);
			},
		);
	}
});
