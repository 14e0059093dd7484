import test from 'ava';
import { apiPath } from '../../../src/forge/http/api-path.ts';
import { answerLimit } from '../../../src/forge/http/attempt.ts';
import { create, firstToken, read, refusal, setStage, write } from '../../support/forge-client.ts';

const { signal } = new AbortController();

test('a call says who we are, and is answered with what the body holds', async (t) => {
	const { client, seen } = setStage([{ status: 200, body: { a: [1] } }, { status: 204 }]);
	const query = { state: 'all', limit: 50, draft: false };
	t.like(await client.send({ ...read, query }, signal), { status: 200, body: { a: [1] } });
	t.is((await client.send(write, signal)).body, undefined);
	t.deepEqual(seen, [
		{
			url: 'https://forge.example/api/v1/repos/o/n?state=all&limit=50&draft=false',
			method: 'GET',
			headers: {
				'user-agent': 'spillway',
				accept: 'application/json',
				authorization: `Bearer ${firstToken}`,
			},
			redirect: 'manual',
		},
		{
			url: 'https://forge.example/api/v1/repos/o/n/pulls/1',
			method: 'PATCH',
			headers: {
				'user-agent': 'spillway',
				accept: 'application/json',
				'content-type': 'application/json',
				authorization: `Bearer ${firstToken}`,
			},
			body: '{"title":"x"}',
			redirect: 'manual',
		},
	]);
});

for (const [status, code, retry] of [
	[400, 'E_FORGE_REFUSED', 'later'],
	[403, 'E_FORGE_RIGHTS', 'later'],
	[404, 'E_FORGE_REPOSITORY', 'later'],
	[405, 'E_FORGE_REFUSED', 'later'],
	[408, 'E_FORGE_UNREACHABLE', 'soon'],
	[409, 'E_FORGE_REFUSED', 'later'],
	[410, 'E_FORGE_REPOSITORY', 'later'],
	[422, 'E_FORGE_REFUSED', 'later'],
	[423, 'E_FORGE_REFUSED', 'later'],
	[500, 'E_FORGE_UNREACHABLE', 'soon'],
	[501, 'E_FORGE_UNREACHABLE', 'soon'],
] as const) {
	test(`F3, F6, F11 an answer of ${status} is ${code}, with the forge’s words`, async (t) => {
		const { client, seen } = setStage([{ status, body: { message: 'so says\nthe forge', url: 'x' } }]);
		const error = await refusal(t, client.send(read, signal));
		t.like(error, { problem: { code }, retry, retryAfter: undefined, isLost: false });
		t.is(
			error.problem.message,
			`Gitea answers ${status} when asked to read the repository: so says the forge`,
		);
		t.is(seen.length, 1);
	});
}

test('a status that the caller expects is an answer', async (t) => {
	const { client } = setStage([
		{ status: 404, body: { message: 'none' } },
		{ status: 409, body: 'no JSON' },
	]);
	t.like(await client.send({ ...read, expected: [404] }, signal), { status: 404, body: { message: 'none' } });
	t.like(await client.send({ ...read, expected: [409] }, signal), {
		status: 409,
		body: undefined,
		text: 'no JSON',
	});
});

test('F6 a right that GitHub names is named', async (t) => {
	const headers = { 'x-accepted-github-permissions': 'pull_requests=write' };
	const { client } = setStage([{ status: 403, headers, body: { message: 'no' } }]);
	t.regex(
		(await refusal(t, client.send(read, signal))).problem.message,
		/: no; it needs pull_requests=write$/,
	);
});

for (const [what, words, body] of [
	['a text', 'no', { message: 'no' }],
	['a list', 'one; two', { message: ['one', 'two'] }],
	['a map of lists', 'is taken', { message: { base: ['is taken'] } }],
	['an error and its description', 'bad; very', { error: 'bad', error_description: 'very' }],
	[
		'errors with messages',
		'Validation Failed; A pull request exists',
		{ message: 'Validation Failed', errors: [{ message: 'A pull request exists', code: 'custom' }] },
	],
] as const) {
	test(`the words of a refusal are read from ${what}`, async (t) => {
		const { client } = setStage([{ status: 422, body }]);
		t.true((await refusal(t, client.send(read, signal))).problem.message.endsWith(`: ${words}`));
	});
}

test('words are cut, and on one line', async (t) => {
	const { client } = setStage([{ status: 422, body: { message: `\u202Ea\r\n${'x'.repeat(9_000)}` } }]);
	const { message } = (await refusal(t, client.send(read, signal))).problem;
	t.true(message.length < 400);
	t.notRegex(message, /[\p{Cc}\p{Cf}]/u);
});

test('an answer that is not JSON is E_FORGE_ANSWER, and is lost where something was created', async (t) => {
	const page = { status: 200, body: '<html>Please log in' };
	const { client } = setStage([page, page]);
	const error = await refusal(t, client.send(read, signal));
	t.like(error, { problem: { code: 'E_FORGE_ANSWER' }, retry: 'later', isLost: false });
	t.false(error.message.includes('html'));
	t.true((await refusal(t, client.send(create, signal))).isLost);
});

test('an answer longer than 8 MiB is not read to its end', async (t) => {
	const fits = JSON.stringify('x'.repeat(answerLimit - 2));
	const { client } = setStage([
		{ status: 200, body: fits },
		{ status: 200, body: `${fits} ` },
		{ status: 201, body: `${fits} ` },
	]);
	t.is((await client.send(read, signal)).body, 'x'.repeat(answerLimit - 2));
	const error = await refusal(t, client.send(read, signal));
	t.like(error, { problem: { code: 'E_FORGE_ANSWER' }, isLost: false });
	t.true((await refusal(t, client.send(create, signal))).isLost);
});

test('a name that would lead elsewhere is not asked for', async (t) => {
	const { client, seen } = setStage([]);
	for (const name of ['..', '.', '', '%2e%2e', '%2E.']) {
		const path = name.startsWith('%') ? `/repos/${name}/n` : apiPath`/repos/${name}/n`;
		const error = await refusal(t, client.send({ ...read, path }, signal));
		t.like(error, { problem: { code: 'E_FORGE_REFUSED' }, retry: 'never' });
	}
	t.is(seen.length, 0);
	t.is(apiPath`/x/${'a/b?c#d é'}/${7}`, '/x/a%2Fb%3Fc%23d%20%C3%A9/7');
});
