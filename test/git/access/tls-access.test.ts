import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { issueServerCertificate } from '../../../src/simulator/kubernetes/certificates.ts';
import { aCanary } from '../../support/canaries.ts';
import { mayHoldSecrets } from '../../support/canary-search.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { basic, serveBehindLogin, takeOnly } from '../../support/git-auth-server.ts';
import { holdCredentials } from '../../support/git-credentials.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';
import { problemOf } from '../../support/problem-of.ts';

const { signal } = new AbortController();
const login = { username: 'bot', password: aCanary('git-password') };

test('F-117 a certificate of an unknown authority is refused before anything is sent', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveBehindLogin(t, bare, { tls: true });
	const other = await issueServerCertificate('Another CA');
	for (const values of [login, { ...login, 'ca.crt': other.ca }]) {
		const repository = await openMirror(t, server.url, { credentials: holdCredentials(values) });
		const problem = await problemOf(repository.refresh(signal));
		t.is(problem?.code, 'E_GIT_TLS');
		t.regex(problem?.remedy ?? '', /ca\.crt .* cannot be switched off/);
	}
	t.deepEqual(server.authorizations, []);
});

test('the authority in ca.crt is trusted, a new one from the next request on', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const [one, two] = [
		await serveBehindLogin(t, bare, { tls: true }),
		await serveBehindLogin(t, bare, { tls: true }),
	];
	one.answer = takeOnly(basic('bot', login.password));
	const credentials = holdCredentials({ ...login, 'ca.crt': two.ca });
	const repository = await openMirror(t, one.url, { credentials });
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_TLS');
	credentials.values = { ...login, 'ca.crt': one.ca };
	t.regex(await repository.refresh(signal), /^[0-9a-f]{40}$/);
});

test('a ca.crt that is no certificate is told by name, not by content', async (t) => {
	const credentials = holdCredentials({ ...login, 'ca.crt': 'nonsense' });
	const repository = await openMirror(t, 'https://127.0.0.1:1/config.git', { credentials });
	t.like(await problemOf(repository.refresh(signal)), {
		code: 'E_GIT_CREDENTIALS',
		message: 'ca.crt is not a certificate',
	});
});

for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
	test(`${name} is used, and does not see the login`, async (t) => {
		const bare = await createBareRepository(t, { a: '1' });
		const server = await serveBehindLogin(t, bare, { tls: true });
		server.answer = takeOnly(basic('bot', login.password));
		const proxy = await startConnectProxy(t);
		const environment = { PATH: process.env['PATH'], [name]: proxy.url };
		const credentials = holdCredentials({ ...login, 'ca.crt': server.ca });
		const repository = await openMirror(t, server.url, { credentials, environment });
		await repository.refresh(signal);
		t.deepEqual([...new Set(proxy.targets)], [new URL(server.url).host]);
		t.false(proxy.headers.includes('authorization'));
	});
}

test('NO_PROXY goes past the proxy', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveBehindLogin(t, bare, { tls: true });
	const proxy = await startConnectProxy(t);
	const environment = { PATH: process.env['PATH'], HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
	const credentials = holdCredentials({ ...login, 'ca.crt': server.ca });
	await (await openMirror(t, server.url, { credentials, environment })).refresh(signal);
	t.deepEqual(proxy.targets, []);
});

test('no netrc of the user logs us in', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveBehindLogin(t, bare);
	server.answer = takeOnly(basic('bot', login.password));
	const home = await createFolder(t);
	const netrc = `machine 127.0.0.1 login bot password ${login.password}\n`;
	await writeFile(mayHoldSecrets(`${home}/.netrc`), netrc, { mode: 0o600 });
	const environment = { PATH: process.env['PATH'], HOME: home };
	const repository = await openMirror(t, server.url, { environment });
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_AUTH');
});
