// The whole loop amid a service that comes and goes for a day: people are asked by one pull request, in few words.
import test from 'ava';
import { playFlapping } from '../../support/flapping-scenario.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const days = [
	{ every: minute / 2, span: 3 * hour, title: 'every thirty seconds for hours', webhooks: false },
	{ every: 3 * minute, span: day, title: 'every three minutes for a day', webhooks: false },
	{ every: 3 * minute, span: day, title: 'every three minutes for a day', webhooks: true },
	{ every: 20 * minute, span: day, title: 'every twenty minutes for a day', webhooks: true },
] as const;

// One after the other: each is busy all the time.
for (const { every, span, title, webhooks } of days) {
	const way = webhooks ? 'and the forge tells of all that happens' : 'and the forge is asked now and then';
	test.serial(`a service comes and goes ${title}, ${way}: one pull request, few words`, async (t) => {
		const seen = await playFlapping({ every, span, webhooks });
		t.deepEqual(seen.surprises, []);
		t.true(seen.decisions > 30, `${seen.decisions} decisions`);
		t.is(seen.mostOpen, 1);
		t.true(seen.pulls.length <= 2, `${seen.pulls.length} pull requests`);
		t.true(seen.creations <= 30, `${seen.creations} pull requests and comments`);
		t.true(seen.pulls.every(({ state }) => state === 'closed'));
		t.deepEqual(seen.weights, [1, 0]);
	});
}

test.serial(
	'whoever merges in the middle of it all has traffic follow, and in the end it is where it belongs',
	async (t) => {
		const seen = await playFlapping({ every: 7 * minute, webhooks: true, merges: 61 * minute });
		t.deepEqual(seen.surprises, []);
		t.is(seen.mostOpen, 1);
		const merged = seen.pulls.filter(({ state }) => state === 'merged');
		t.true(merged.length > 10, `${merged.length} merges`);
		t.true(merged.some(({ head }) => head.includes('/failover/')));
		t.true(merged.some(({ head }) => head.includes('/failback/')));
		t.true(seen.pulls.every(({ state }) => state !== 'open'));
		t.deepEqual(seen.weights, [1, 0]);
	},
);
