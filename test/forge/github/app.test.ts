import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { createGitHubAppTokens } from '../../../src/forge/github-app.ts';
import type { HttpFetch } from '../../../src/forge/http/fetch.ts';
import { createProxiedFetch } from '../../../src/forge/proxied-fetch.ts';
import { untilTold as signal } from '../../support/forge-under-test.ts';
import { issuedToken, startGitHubApi } from '../../support/github-api.ts';
import { readDescription } from '../../support/openapi-description.ts';
import type { OpenApi } from '../../support/openapi-extract.ts';
import { setGitHubStage } from './stage.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
	modulusLength: 2048,
	privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
	publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const published = JSON.parse(
	readFileSync(new URL('../../cases/github-api.json', import.meta.url), 'utf8'),
) as OpenApi;

test('F5 the API is used with the tokens of an App, which are asked for as GitHub describes', async (t) => {
	const stage = await setGitHubStage(t);
	const api = await startGitHubApi(t, publicKey);
	const check = readDescription(published, []);
	const plain = createProxiedFetch({ environment: {} });
	const asked: string[] = [];
	const fetch: HttpFetch = (url, request) => {
		const body = JSON.parse(request.body ?? '');
		const contentType = request.headers['content-type'];
		const { pathname: path, searchParams: query } = new URL(url);
		asked.push(check({ method: request.method, path, query, contentType, body }).operation);
		return plain(url, request);
	};
	const tokens = createGitHubAppTokens({
		app: { appId: '12345', installationId: '678', privateKey },
		baseUrl: api.url,
		repository: 'config',
		fetch,
		clock: { now: () => api.now },
		place: 'the test',
	});
	const forge = stage.connect(tokens);
	stage.fake.tokens.set(issuedToken(1), 'spillway[bot]');
	t.deepEqual(await forge.identity(signal), { login: 'spillway[bot]', permission: 'write' });
	t.deepEqual(asked, ['post /app/installations/{installation_id}/access_tokens']);

	stage.fake.tokens.clear();
	stage.fake.tokens.set(issuedToken(2), 'spillway[bot]');
	t.deepEqual(await forge.listOpen(signal), []);
	t.is(await tokens.token(undefined, signal), issuedToken(2), 'Git has the new one too');
	t.is(asked.length, 2);
});
