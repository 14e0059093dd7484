import test from 'ava';
import { ProblemError, problem } from '../../../src/model/problem.ts';
import { create, firstToken, read, refusal, secondToken, setStage } from '../../support/forge-client.ts';

const { signal } = new AbortController();

test('F5 a token that is refused is asked for once more, and the call sent once more', async (t) => {
	const { client, seen, asked } = setStage([
		{ status: 401 },
		{ status: 201, body: 1 },
		{ status: 200, body: 2 },
	]);
	t.is((await client.send(create, signal)).body, 1);
	t.deepEqual(asked, [undefined, firstToken]);
	t.deepEqual(
		seen.map(({ headers }) => headers['authorization']),
		[`Bearer ${firstToken}`, `Bearer ${secondToken}`],
	);
	t.is(client.tokensSeen(), 2);
});

test('F5 a token that is refused and is the only one is not shown again until minutes have passed', async (t) => {
	const answers = Array.from({ length: 9 }, () => ({ status: 401, body: { message: 'bad credentials' } }));
	const { client, seen, clock } = setStage(answers, () => firstToken);
	const error = await refusal(t, client.send(read, signal));
	t.like(error, { problem: { code: 'E_FORGE_AUTH' }, retry: 'later' });
	t.true(error.problem.message.endsWith(': bad credentials'));
	const sentAfter = async (span: number): Promise<number> => {
		await clock.advance(span);
		t.is((await refusal(t, client.send(read, signal))).problem.code, 'E_FORGE_AUTH');
		return seen.length;
	};
	t.is(await sentAfter(9_999), 1);
	t.is(await sentAfter(1), 2);
	t.is(await sentAfter(19_999), 2);
	t.is(await sentAfter(1), 3);
	for (const pause of [40_000, 80_000, 160_000, 320_000]) await sentAfter(pause);
	t.is(seen.length, 7);
	t.is(await sentAfter(599_999), 7);
	t.is(await sentAfter(1), 8);
});

test('F5, F37 another token is used at once', async (t) => {
	let token = firstToken;
	const { client, seen } = setStage([{ status: 401 }, { status: 200, body: 1 }], () => token);
	await refusal(t, client.send(read, signal));
	token = secondToken;
	t.is((await client.send(read, signal)).body, 1);
	t.is(seen.length, 2);
});

test('what the token’s source says is passed on', async (t) => {
	for (const [code, retry] of [
		['E_GIT_UNREACHABLE', 'soon'],
		['E_GIT_AUTH', 'later'],
	] as const) {
		const { client, seen } = setStage([], () => {
			throw new ProblemError(problem(code, { where: { kind: 'named', name: 'x' }, message: 'no key' }));
		});
		t.like(await refusal(t, client.send(read, signal)), { problem: { code, message: 'no key' }, retry });
		t.is(seen.length, 0);
	}
});

test('a token that could break out of its header is not sent', async (t) => {
	for (const token of ['', 'a b', 'a\nb: c', 'tökén']) {
		const { client, seen } = setStage([], () => token);
		t.is((await refusal(t, client.send(read, signal))).problem.code, 'E_FORGE_AUTH');
		t.is(seen.length, 0);
	}
});

test('a token that an answer repeats is not repeated', async (t) => {
	const { client } = setStage([{ status: 400, body: { message: `sent: Bearer ${firstToken}` } }]);
	t.true((await refusal(t, client.send(read, signal))).problem.message.endsWith(': sent: Bearer …'));
});

test('no redirect is followed', async (t) => {
	for (const [location, code, told] of [
		[
			'https://forge.example/api/v1/repositories/7?token=x',
			'E_FORGE_REPOSITORY',
			'to https://forge.example/api/v1/repositories/7',
		],
		['/login', 'E_FORGE_REPOSITORY', 'to https://forge.example/login'],
		['https://other.example/', 'E_FORGE_ANSWER', 'to https://other.example/'],
		['http://[', 'E_FORGE_ANSWER', 'elsewhere'],
	] as const) {
		const { client, seen } = setStage([{ status: 301, headers: { location } }]);
		const error = await refusal(t, client.send(read, signal));
		t.is(error.problem.code, code);
		t.true(error.problem.message.endsWith(`sends us ${told}`), error.problem.message);
		t.is(seen.length, 1);
	}
});

test('another host gets no token, whoever asks', async (t) => {
	const { client, seen } = setStage([]);
	const elsewhere = { method: 'GET', url: 'https://other.example/api/v1/user', what: 'ask' };
	await t.throwsAsync(client.exchange(elsewhere, signal), { instanceOf: RangeError });
	t.is(seen.length, 0);
});
