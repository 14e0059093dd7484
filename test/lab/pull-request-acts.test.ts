// What people do to pull requests at a real Gitea.
import test from 'ava';
import { awayManifest } from '../support/manifests.ts';
import { onGitea } from './gitea/on-gitea.ts';
import { askAs } from './pull-request-people.ts';
import { aFailover, beginStory, failoverBranch, type Story, untilPull } from './pull-request-story.ts';

const hour = 3_600_000;
const minute = 60_000;

await onGitea((find) => {
	for (const act of ['pushes to its branch', 'amends its commit'] as const) {
		test.serial(
			`F17 real: a person ${act}: hands off, with one comment, until a writer says retry`,
			async (t) => {
				const story = await beginStory(t, find(), act.startsWith('push') ? 'pushed' : 'amended');
				const { ada, eve } = story.place.people;
				const change = aFailover();
				await story.ask(change);
				const { number } = await story.open();
				const theirs = await (act === 'amends its commit'
					? story.amend(failoverBranch)
					: story.push(failoverBranch, { 'note.md': 'mine\n' }));
				t.like(await story.ask(change), { kind: 'requested', pull: { state: 'TakenOver' } });
				await story.restart();
				t.like(await story.ask({ ...change }), { kind: 'requested', pull: { state: 'TakenOver' } });
				t.is(await story.tip(failoverBranch), theirs);
				t.is((await story.comments(number)).length, 1);
				await story.rest(change);
				t.deepEqual(await story.statuses(theirs), ['spillway/still-needed failure']);
				t.is((await story.open()).number, number);

				await story.comment(eve, number, '/spillway retry');
				t.like(await story.ask(change), { kind: 'requested', pull: { state: 'TakenOver' } });
				await untilLater(theirs, story);
				await story.comment(ada, number, '/spillway retry');
				const receipt = await story.ask(change);
				t.like(receipt, { kind: 'requested', pull: { number, state: 'Open' } });
				t.is(await story.text(failoverBranch), awayManifest);
				t.is(await story.text(failoverBranch, 'note.md'), undefined);
				t.not(await story.tip(failoverBranch), theirs);
			},
		);
	}

	test.serial(
		'F18 real: closed by a person it is a veto, also for who comes next; opened again it is lifted',
		async (t) => {
			const story = await beginStory(t, find(), 'closed');
			const { ada } = story.place.people;
			const change = aFailover();
			await story.ask(change);
			const { number } = await story.open();
			await story.edit(ada, number, { state: 'closed' });
			const receipt = await story.ask(change);
			t.like(receipt, { kind: 'vetoed', veto: { number, by: ada.name, move: 'failover' } });
			if (receipt.kind !== 'vetoed') return;
			const { veto } = receipt;
			await story.restart();
			// A process that knows nothing gives the episode another name.
			const again = aFailover();
			t.is((await story.ask(again)).kind, 'vetoed');
			const reasons = [{ code: 'Vetoed', target: 'east emojivoto/emoji-svc', veto }] as const;
			await story.restFor(again, { kind: 'stopped', reasons });
			t.false(story.keeper().isLifted(change.policy, veto));
			t.like(await story.pulls(), [{ state: 'closed' }]);
			await story.edit(ada, number, { state: 'open' });
			await story.look();
			t.true(story.keeper().isLifted(change.policy, veto));
			t.like(await story.ask(again), { kind: 'requested', pull: { number, state: 'Open' } });
			t.is((await story.pulls()).length, 1);
		},
	);

	for (const how of ['by the API', 'by a push'] as const) {
		test.serial(
			`F-133 real: its branch is deleted ${how} while it is wanted: it is made again, and nobody spoke against it`,
			async (t) => {
				const story = await beginStory(t, find(), how === 'by a push' ? 'swept' : 'deleted');
				const { ada } = story.place.people;
				const change = aFailover();
				await story.ask(change);
				const pull = await story.open();
				if (how === 'by a push') await story.drop(failoverBranch);
				else await askAs(story.place, ada, ['DELETE', `/branches/${failoverBranch}`]);
				await untilPull(story, 'Gitea closes it', ({ state }) => state === 'closed');
				t.like(await story.ask(change), { kind: 'requested', pull: { state: 'Open' } });
				t.is(await story.text(failoverBranch), awayManifest);
				const open = await untilPull(
					story,
					'it can be merged',
					({ state, mergeable }) => state === 'open' && mergeable,
				);
				t.is(open.number, pull.number);
				t.is(await story.tip(failoverBranch), open.head.sha, 'people see what they would merge');
				t.is((await story.pulls()).length, 1);
				t.true((await story.statuses(open.head.sha)).includes('spillway/still-needed success'));
			},
		);
	}

	test.serial(
		'real: commands of writers are carried out and answered once; those of readers are not',
		async (t) => {
			const story = await beginStory(t, find(), 'commanded');
			const { ada, eve } = story.place.people;
			const decidedAt = Date.now();
			const rungs = [{ to: 'AutoMerge', at: decidedAt + 30 * minute }] as const;
			const change = aFailover({ rungs });
			await story.ask(change);
			const { number } = await story.open();
			await story.comment(eve, number, '/spillway hold 1h');
			const unheld = await story.ask(change);
			t.like(unheld, { kind: 'requested', pull: { state: 'Open', controls: { hastened: 0 } } });
			t.is((await story.comments(number)).length, 1);
			await story.comment(ada, number, 'Wait for me.\n\n/spillway hold 1h');
			const held = await story.ask(change);
			t.like(held, { kind: 'requested', pull: { controls: { hold: { by: ada.name } } } });
			await story.restart();
			await story.ask(change);
			t.is((await story.comments(number)).length, 3);
			await story.putForward(hour / 2 + minute);
			await story.ask(change);
			t.like(await story.open(), { number });
			await story.comment(ada, number, '/spillway resume');
			const receipt = await story.untilReceipt(
				change,
				'it is merged by itself',
				({ kind }) => kind !== 'requested',
			);
			t.is(receipt.kind, 'delivered');
			t.is(await story.text('main'), awayManifest);
		},
	);

	test.serial('real: a ticked box is a command of whoever ticks it, and is drawn empty again', async (t) => {
		const story = await beginStory(t, find(), 'ticked');
		const { ada } = story.place.people;
		const change = aFailover({ rungs: [{ to: 'AutoMerge', at: Date.now() + hour }] });
		await story.ask(change);
		const { number, body } = await story.open();
		const ticked = body.replace('- [ ]', '- [x]');
		t.not(ticked, body);
		await story.edit(ada, number, { body: ticked });
		await story.ask(change);
		await story.ask(change);
		t.false((await story.open()).body.includes('- [x]'));
		t.is((await story.comments(number)).length, 2, 'what was ticked, and its answer');
	});

	test.serial(
		'F19 real: the label spillway/hold holds for as long as it is there; title, labels and words of people stay',
		async (t) => {
			const story = await beginStory(t, find(), 'labelled');
			const { place } = story;
			const { ada } = place.people;
			const change = aFailover({ rungs: [{ to: 'AutoMerge', at: Date.now() + 30 * minute }] });
			await story.ask(change);
			const { number, body } = await story.open();
			const label = await askAs<{ readonly id: number }>(place, ada, ['POST', '/labels'], {
				name: 'spillway/hold',
				color: '#aa0000',
			});
			await askAs(place, ada, ['PUT', `/issues/${number}/labels`], { labels: [label.id] });
			await story.edit(ada, number, { title: 'Move emoji, please', body: `${body}\n\nThe on-call knows.` });
			await story.putForward(hour);
			t.like(await story.ask(change), {
				kind: 'requested',
				pull: { controls: { hold: { by: 'the label spillway/hold' } } },
			});
			const pull = await story.open();
			t.is(pull.title, 'Move emoji, please');
			t.deepEqual(
				pull.labels.map(({ name }) => name),
				['spillway/hold'],
			);
			t.regex(pull.body, /The on-call knows\./);
			await askAs(place, ada, ['DELETE', `/issues/${number}/labels/${label.id}`]);
			await story.untilReceipt(change, 'it is merged by itself', ({ kind }) => kind === 'delivered');
		},
	);
});

/** Resolves once the forge's seconds are past those of a commit. */
async function untilLater(commit: string, { place }: Story): Promise<void> {
	const { created } = await askAs<{ readonly created: string }>(place, place.people.ada, [
		'GET',
		`/git/commits/${commit}`,
	]);
	const wait = Date.parse(created) + 1_000 - Date.now();
	if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}
