import test from 'ava';
import { createForgeClient, type ForgeClient } from '../../../src/forge/http/client.ts';
import { readAll, readPages } from '../../../src/forge/http/pages.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type ScriptedAnswer, type SeenRequest, scriptFetch } from '../../support/scripted-fetch.ts';

const { signal } = new AbortController();
const list = { method: 'GET', path: '/pulls', query: { state: 'all', limit: 2 }, what: 'list' } as const;

function setStage(answers: readonly ScriptedAnswer[]): { client: ForgeClient; seen: readonly SeenRequest[] } {
	const { fetch, seen } = scriptFetch(answers);
	const place = { kind: 'Gitea', place: 'x', baseUrl: 'https://forge.example/api' } as const;
	const tokens = { token: async () => 'token' };
	const client = createForgeClient({ ...place, tokens, fetch, clock: createVirtualClock(), random: () => 0 });
	return { client, seen };
}

const page = (body: unknown, link?: string): ScriptedAnswer => ({
	status: 200,
	body,
	headers: link === undefined ? {} : { link },
});

test('pages are read as the Link header leads on', async (t) => {
	const { client, seen } = setStage([
		page(
			[1, 2],
			'<https://forge.example/api/pulls?page=2&limit=2>; rel="next", <https://forge.example/api/pulls?page=3>; rel="last"',
		),
		page(
			[3, 4],
			'<https://forge.example/api/pulls?page=1>; rel="prev", <https://forge.example/api/pulls?after=abc%3D>; rel=next',
		),
		page([5], '<https://forge.example/api/pulls?page=1>; rel="first"'),
	]);
	t.deepEqual(await readAll(client, list, signal), [1, 2, 3, 4, 5]);
	t.deepEqual(
		seen.map(({ url }) => url),
		[
			'https://forge.example/api/pulls?state=all&limit=2',
			'https://forge.example/api/pulls?state=all&limit=2&page=2',
			'https://forge.example/api/pulls?state=all&limit=2&page=2&after=abc%3D',
		],
	);
});

test('a next page elsewhere is asked for here', async (t) => {
	const { client, seen } = setStage([page([1], '<http://inside:3000/other?page=2>; rel="next"'), page([2])]);
	t.deepEqual(await readAll(client, list, signal), [1, 2]);
	t.is(seen[1]?.url, 'https://forge.example/api/pulls?state=all&limit=2&page=2');
});

test('no more pages are read than are wanted', async (t) => {
	const { client, seen } = setStage([page([1], '<?page=2>; rel="next"'), page([2])]);
	for await (const items of readPages(client, list, signal)) {
		t.deepEqual(items, [1]);
		break;
	}
	t.is(seen.length, 1);
});

test('a list may stand in a field of the answer', async (t) => {
	const { client } = setStage([page({ statuses: [1] })]);
	const find = (body: unknown): unknown => (body as { statuses: unknown }).statuses;
	t.deepEqual(await readAll(client, { ...list, find }, signal), [1]);
});

test('what is no list is E_FORGE_ANSWER', async (t) => {
	for (const body of [{ message: 'x' }, 1, 'null']) {
		const { client } = setStage([page(body)]);
		t.like(await problemOf(readAll(client, list, signal)), { code: 'E_FORGE_ANSWER' });
	}
});

test('pages without end come to an end', async (t) => {
	const endless = Array.from({ length: 2_100 }, () => page([], '<?page=2>; rel="next"'));
	const { client, seen } = setStage(endless);
	t.like(await problemOf(readAll(client, list, signal)), { code: 'E_FORGE_ANSWER' });
	t.is(seen.length, 2_000);
});
