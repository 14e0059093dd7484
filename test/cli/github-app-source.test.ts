import { generateKeyPairSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { exchangeAppKeys } from '../../src/cli/github-app-source.ts';
import type { CredentialValues } from '../../src/git/access/credentials.ts';
import { watchFor } from '../support/canaries.ts';
import { basic, serveBehindLogin, takeOnly } from '../support/git-auth-server.ts';
import { type HeldCredentials, holdCredentials } from '../support/git-credentials.ts';
import { openMirror } from '../support/git-mirror.ts';
import { createBareRepository } from '../support/git-remote.ts';
import { type GitHubApi, issuedToken, startGitHubApi } from '../support/github-api.ts';
import { problemOf } from '../support/problem-of.ts';

const { signal } = new AbortController();
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	publicKeyEncoding: { type: 'spki', format: 'pem' },
});
watchFor('app-key', privateKey);

function exchange(source: HeldCredentials, api: Pick<GitHubApi, 'now'>, url: string) {
	return exchangeAppKeys({ source, url, clock: { now: () => api.now }, environment: {} });
}

async function setStage(t: ExecutionContext) {
	const api = await startGitHubApi(t, publicKey);
	const values: CredentialValues = {
		githubAppID: '1',
		githubAppInstallationID: '2',
		githubAppPrivateKey: privateKey,
		githubAppBaseURL: `${api.url}/api/v3/`,
	};
	return { api, values };
}

test('the keys of an App become a token, which git logs in with', async (t) => {
	const { api, values } = await setStage(t);
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveBehindLogin(t, bare);
	server.answer = takeOnly(basic('x-access-token', issuedToken(1)));
	const repository = await openMirror(t, server.url, {
		credentials: exchange(holdCredentials(values), api, server.url),
	});
	await repository.refresh(signal);
	t.deepEqual(
		api.requests.map(({ path, body }) => [path, body]),
		[['POST /api/v3/app/installations/2/access_tokens', { repositories: ['remote'] }]],
	);

	server.answer = takeOnly(basic('x-access-token', issuedToken(2)));
	await repository.refresh(signal);
	t.is(api.requests.length, 2, 'a token that was withdrawn is replaced');
});

test('nothing but the token and the authority is handed on', async (t) => {
	const { api, values } = await setStage(t);
	const source = exchange(holdCredentials(values), api, 'https://github.com/acme/config.git');
	t.deepEqual(await source.read('look', signal), {
		place: 'the test',
		values: { username: 'x-access-token', password: issuedToken(1) },
	});
});

test('keys that are rotated make a new token', async (t) => {
	const { api, values } = await setStage(t);
	const held = holdCredentials(values);
	const source = exchange(held, api, 'https://github.com/acme/config');
	await source.read('look', signal);
	await source.read('look', signal);
	t.is(api.requests.length, 1);
	held.values = { ...values, githubAppInstallationID: '3' };
	t.is((await source.read('look', signal)).values.password, issuedToken(2));
	t.is(api.requests[1]?.path, 'POST /api/v3/app/installations/3/access_tokens');
});

test('other credentials pass as they are', async (t) => {
	const values = { username: 'a', password: 'b', 'ca.crt': 'c' };
	const source = exchange(holdCredentials(values), { now: 0 }, 'https://git.example.com/r');
	t.deepEqual((await source.read('look', signal)).values, values);
});

test('an App that is not whole, or has no https, is told', async (t) => {
	const { api, values } = await setStage(t);
	const { githubAppPrivateKey: _, ...half } = values;
	const https = 'https://github.com/acme/config';
	for (const [given, url, told] of [
		[half, https, /needs githubAppID, githubAppInstallationID and githubAppPrivateKey/],
		[values, 'git@github.com:acme/config', /is for https/],
		[{ ...values, githubAppBaseURL: 'http://git.example.com' }, https, /not an https URL/],
		[{ ...values, githubAppBaseURL: 'nonsense' }, https, /not an https URL/],
	] as const) {
		const problem = await problemOf(exchange(holdCredentials(given), api, url).read('look', signal));
		t.is(problem?.code, 'E_GIT_CREDENTIALS');
		t.regex(problem?.message ?? '', told);
	}
	t.is(api.requests.length, 0);
});
