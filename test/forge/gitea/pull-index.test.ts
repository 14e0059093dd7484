import test from 'ava';
import { giteaPull, scriptGitea } from '../../support/gitea-pulls.ts';

const { signal } = new AbortController();
const east = 'spillway/failover/east';
const next = (page: number): Readonly<Record<string, string>> => ({
	link: `<https://git.example/api/v1/repos/acme/config/pulls?page=${page}>; rel="next"`,
});
const first = 'GET /pulls?state=all&sort=recentupdate&limit=50';

test('the first look goes through all pages, and later ones only as far as something is new', async (t) => {
	const pages = [
		{
			status: 200,
			headers: next(2),
			body: [giteaPull(9, { updated: 900 }), giteaPull(8, { head: 'topic', updated: 800 })],
		},
		{ status: 200, headers: next(3), body: [giteaPull(4, { state: 'closed', updated: 400 })] },
		{ status: 200, body: [giteaPull(1, { state: 'closed', merged: true, updated: 100 })] },
		{
			status: 200,
			headers: next(2),
			body: [
				giteaPull(10, { head: 'topic-2', updated: 950 }),
				giteaPull(9, { updated: 900 }),
				giteaPull(8, { head: 'topic', updated: 800 }),
			],
		},
	];
	const { forge, asked } = scriptGitea(pages);
	const numbers = async (): Promise<readonly number[]> =>
		(await forge.findByHead(east, signal)).map(({ number }) => number);
	t.deepEqual(await numbers(), [9, 4, 1]);
	t.deepEqual(asked(), [first, `${first}&page=2`, `${first}&page=3`]);
	t.deepEqual(await numbers(), [9, 4, 1]);
	t.deepEqual(asked().slice(3), [first]);
});

test('an open one that was not updated is read by itself, since a push is no update', async (t) => {
	const { forge, asked } = scriptGitea([
		{ status: 200, body: [giteaPull(9, { updated: 900 })] },
		{
			status: 200,
			headers: next(2),
			body: [giteaPull(12, { head: 'topic', updated: 990 }), giteaPull(11, { head: 'topic', updated: 800 })],
		},
		{ status: 200, body: giteaPull(9, { updated: 900, title: 'Theirs' }) },
	]);
	await forge.findByHead(east, signal);
	t.deepEqual(
		(await forge.findByHead(east, signal)).map(({ title }) => title),
		['Theirs'],
	);
	t.deepEqual(asked().slice(1), [first, 'GET /pulls/9']);
});

test('one that an admin deleted is found no more', async (t) => {
	const { forge } = scriptGitea([
		{ status: 200, body: [giteaPull(9, { updated: 900 })] },
		{ status: 200, body: [giteaPull(8, { head: 'topic', updated: 100 })] },
		{ status: 404, body: { message: 'not found' } },
	]);
	t.is((await forge.findByHead(east, signal)).length, 1);
	t.deepEqual(await forge.findByHead(east, signal), []);
});

test('a look that failed half-way is made again from the start', async (t) => {
	const page = { status: 200, headers: next(2), body: [giteaPull(9, { updated: 900 })] };
	const { forge, asked } = scriptGitea([
		page,
		{ status: 500 },
		page,
		{ status: 200, body: [giteaPull(4, { state: 'closed', updated: 400 })] },
	]);
	await t.throwsAsync(forge.findByHead(east, signal));
	t.deepEqual(
		(await forge.findByHead(east, signal)).map(({ number }) => number),
		[9, 4],
	);
	t.is(asked().length, 4);
});

test('looks at the same time share what they read, one after the other', async (t) => {
	const { forge, asked } = scriptGitea([
		{
			status: 200,
			body: [giteaPull(9, { updated: 900 }), giteaPull(8, { head: 'spillway/failback/east', updated: 890 })],
		},
		{
			status: 200,
			body: [giteaPull(9, { updated: 900 }), giteaPull(8, { head: 'spillway/failback/east', updated: 890 })],
		},
	]);
	const found = await Promise.all(
		['spillway/failback/east', east].map((head) => forge.findByHead(head, signal)),
	);
	t.deepEqual(
		found.flat().map(({ number }) => number),
		[8, 9],
	);
	t.deepEqual(asked(), [first, first]);
});

test('a fork’s branch is not ours, whatever it is called', async (t) => {
	const { forge } = scriptGitea([{ status: 200, body: [giteaPull(9, { fork: true })] }]);
	t.deepEqual(await forge.findByHead(east, signal), []);
});

test('an answer that lacks what it has to have is E_FORGE_ANSWER', async (t) => {
	for (const wrong of [
		{},
		{ number: '9' },
		{ head: null },
		{ title: 7 },
		{ user: null },
		{ created_at: 'yesterday' },
	]) {
		const { forge } = scriptGitea([
			{
				status: 200,
				body: [{ ...giteaPull(9), ...wrong, ...(Object.keys(wrong).length === 0 ? { state: 1 } : {}) }],
			},
		]);
		await t.throwsAsync(forge.findByHead(east, signal), { message: /E_FORGE_ANSWER/ });
	}
});
