import { generateKeyPairSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { createGitHubAppTokens, type GitHubAppOptions } from '../../src/forge/github-app.ts';
import { createProxiedFetch } from '../../src/forge/proxied-fetch.ts';
import { watchFor } from '../support/canaries.ts';
import { type GitHubApi, issuedToken, startGitHubApi } from '../support/github-api.ts';
import { problemOf } from '../support/problem-of.ts';

const { signal } = new AbortController();
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
	publicKeyEncoding: { type: 'spki', format: 'pem' },
});
watchFor('app-key', privateKey);
const app = { appId: '12345', installationId: '678', privateKey };
const minute = 60_000;

async function setStage(t: ExecutionContext, options: Partial<GitHubAppOptions> = {}) {
	const api = await startGitHubApi(t, publicKey);
	const clock = { time: api.now, now: (): number => clock.time };
	const tokens = createGitHubAppTokens({
		app,
		baseUrl: api.url,
		repository: 'config',
		fetch: createProxiedFetch({ environment: {} }),
		clock,
		place: 'the test',
		...options,
	});
	return { api, clock, tokens };
}

function pass({ api, clock }: { api: GitHubApi; clock: { time: number } }, span: number): void {
	clock.time += span;
	api.now += span;
}

test('the App signs who it is, and gets a token for one repository', async (t) => {
	const { api, tokens } = await setStage(t);
	t.is(await tokens.token(undefined, signal), issuedToken(1));
	const seconds = api.now / 1_000;
	t.deepEqual(api.requests, [
		{
			path: 'POST /app/installations/678/access_tokens',
			claims: { iss: '12345', iat: seconds - 60, exp: seconds + 540 },
			body: { repositories: ['config'] },
		},
	]);
});

test('a token is used for three quarters of its life', async (t) => {
	const stage = await setStage(t);
	const ask = () => stage.tokens.token(undefined, signal);
	t.is(await ask(), issuedToken(1));
	pass(stage, 45 * minute - 1);
	t.is(await ask(), issuedToken(1));
	pass(stage, 1);
	t.is(await ask(), issuedToken(2));
});

test('callers at the same time share one request, and one that leaves does not take it along', async (t) => {
	const { api, tokens } = await setStage(t);
	const leaving = new AbortController();
	const asked = [tokens.token(undefined, leaving.signal), tokens.token(undefined, signal)];
	leaving.abort(new Error('enough'));
	const [left, stayed] = await Promise.allSettled(asked);
	t.like(left, { status: 'rejected', reason: { message: 'enough' } });
	t.deepEqual(stayed, { status: 'fulfilled', value: issuedToken(1) });
	t.is(api.requests.length, 1);
});

test('a token that is refused is replaced at once', async (t) => {
	const { tokens } = await setStage(t);
	const first = await tokens.token(undefined, signal);
	t.is(await tokens.token(first, signal), issuedToken(2));
	t.is(await tokens.token(undefined, signal), issuedToken(2));
	t.is(await tokens.token('an older one', signal), issuedToken(2));
});

test('while GitHub is away, a token is used for as long as it is good', async (t) => {
	const stage = await setStage(t);
	const ask = () => stage.tokens.token(undefined, signal);
	await ask();
	stage.api.status = 503;
	pass(stage, 50 * minute);
	t.is(await ask(), issuedToken(1));
	t.is(await ask(), issuedToken(1));
	t.is(stage.api.requests.length, 2, 'it is not asked again at once');
	pass(stage, 10_000);
	t.is(await ask(), issuedToken(1));
	t.is(stage.api.requests.length, 3);
	pass(stage, 10 * minute);
	t.like(await problemOf(ask()), { code: 'E_GIT_UNREACHABLE', message: 'GitHub answers 503: no (503)' });
	stage.api.status = undefined;
	t.is(await ask(), issuedToken(5));
});

for (const off of [-2 * 60 * minute, 3 * minute]) {
	test(`a clock of ours that is off by ${off / minute} min does not keep us out`, async (t) => {
		const { api, clock, tokens } = await setStage(t);
		clock.time += off;
		t.is(await tokens.token(undefined, signal), issuedToken(2));
		t.is(api.requests.length, 2);
		clock.time += 45 * minute - 1;
		t.is(await tokens.token(undefined, signal), issuedToken(2));
	});
}

for (const [status, told, requests] of [
	[401, 'the App’s id and key do not fit: no (401)', 2],
	[404, 'there is no such installation of the App: no (404)', 1],
	[403, 'GitHub answers 403: no (403)', 1],
	[422, 'GitHub answers 422: no (422)', 1],
] as const) {
	test(`an answer of ${status} is E_GIT_AUTH, and names the keys to check`, async (t) => {
		const { api, tokens } = await setStage(t);
		api.status = status;
		const problem = await problemOf(tokens.token(undefined, signal));
		t.like(problem, { code: 'E_GIT_AUTH', message: told, where: { kind: 'named', name: 'the test' } });
		t.regex(problem?.remedy ?? '', /^check githubAppID, githubAppInstallationID and githubAppPrivateKey/);
		t.is(api.requests.length, requests);
	});
}

test('a key that is none, or not of RSA, is E_GIT_CREDENTIALS and is not repeated', async (t) => {
	const elliptic = generateKeyPairSync('ed25519')
		.privateKey.export({ format: 'pem', type: 'pkcs8' })
		.toString();
	for (const wrong of ['canary', elliptic]) {
		const { api, tokens } = await setStage(t, { app: { ...app, privateKey: wrong } });
		const problem = await problemOf(tokens.token(undefined, signal));
		t.is(problem?.code, 'E_GIT_CREDENTIALS');
		t.false(JSON.stringify(problem).includes(wrong));
		t.is(api.requests.length, 0);
	}
});

test('a GitHub that is not there is E_GIT_UNREACHABLE', async (t) => {
	const { tokens } = await setStage(t, { baseUrl: 'http://127.0.0.1:1' });
	const problem = await problemOf(tokens.token(undefined, signal));
	t.is(problem?.code, 'E_GIT_UNREACHABLE');
	t.regex(problem?.message ?? '', /^GitHub does not answer: /);
});

test('an answer without a token is no token', async (t) => {
	const fetch = async () => ({
		status: 201,
		headers: new Headers(),
		body: null,
		text: async () => '{"token": "a\\nb", "expires_at": "2030-01-01T00:00:00Z"}',
	});
	const { tokens } = await setStage(t, { fetch });
	t.is((await problemOf(tokens.token(undefined, signal)))?.code, 'E_GIT_UNREACHABLE');
});
