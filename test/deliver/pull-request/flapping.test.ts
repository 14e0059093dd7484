import test from 'ava';
import { anEditChange, aShift } from '../../support/changes.ts';
import { splitManifest } from '../../support/manifests.ts';
import { aPullRequestChange } from '../../support/pull-request-samples.ts';
import { startPullRequestStage } from '../../support/pull-request-stage.ts';

const { signal } = new AbortController();
const files = { 'clusters/east/emoji.yaml': splitManifest };
const minute = 60_000;
const day = 24 * 60 * minute;

for (const [every, title] of [
	[20_000, 'every twenty seconds'],
	[3 * minute, 'every three minutes'],
	[20 * minute, 'every twenty minutes'],
] as const) {
	test(`a service that comes and goes ${title} for a day has at most one open pull request, and few words`, async (t) => {
		let statuses = 0;
		const stage = await startPullRequestStage(t, {
			files,
			wrap: ({ repository, forge }) => ({
				repository,
				forge: {
					...forge,
					setStatus(commit, status, life) {
						statuses += 1;
						return forge.setStatus(commit, status, life);
					},
				},
			}),
		});
		const begun = stage.clock.now();
		let most = 0;
		let episodes = 0;
		let last = aPullRequestChange();
		while (stage.clock.now() < begun + day) {
			episodes += 1;
			const decidedAt = stage.clock.now();
			const shift = aShift({ episode: { id: `episode-${episodes}`, since: decidedAt } });
			const edit = anEditChange({ decidedAt, shift });
			const facts = { policy: edit.policy, target: edit.target, decidedAt, edit };
			last = aPullRequestChange({}, { ...facts, shift, rungs: [] });
			await stage.ask(last, every);
			most = Math.max(most, (await stage.pulls(last)).filter(({ state }) => state === 'open').length);
			await stage.rest(last, every);
		}
		await stage.rest(last, 4 * 60 * minute);
		const pulls = await stage.pulls(last);
		const comments = await Promise.all(pulls.map(({ number }) => stage.as('ada').comments(number, signal)));
		t.is(most, 1);
		t.true(episodes > 30);
		t.true(pulls.length <= 2, `${pulls.length} pull requests`);
		t.true(comments.flat().length <= 40, `${comments.flat().length} comments for ${episodes} episodes`);
		t.true(pulls.every(({ state }) => state === 'closed'));
		// GitHub takes a thousand for one commit.
		t.true(statuses < 1_000, `${statuses} statuses`);
	});
}
