import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { kubeconfigConnection } from '../../src/kubernetes/kubeconfig-connection.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { issueServerCertificate } from '../../src/simulator/kubernetes/certificates.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aCanary, findCanary } from '../support/canaries.ts';
import { mayHoldSecrets } from '../support/canary-search.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const options = { place: 'secret mirror/west', allowInsecure: false };
const [token, renewedToken] = [aCanary('token'), aCanary('renewed-token')];
const key = aCanary('client-key');
const encode = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig(user: object, cluster: object = {}): object {
	return {
		'current-context': 'a',
		clusters: [{ name: 'c', cluster: { server: 'https://api.example.com:6443', ...cluster } }],
		users: [{ name: 'u', user }],
		contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
	};
}

test('a kubeconfig of a Secret connects with the token and the CA inside it', async (t) => {
	const value = kubeconfig({ token }, { 'certificate-authority-data': encode('ca') });
	const connection = await kubeconfigConnection(value, options);
	t.is(connection.server, 'https://api.example.com:6443');
	t.is(String(connection.tls.ca), 'ca');
	t.true(connection.tls.rejectUnauthorized);
	t.deepEqual(await connection.authorize(), { Authorization: `Bearer ${token}` });
	t.is(connection.proxy, undefined);
});

test('a kubeconfig of a Secret may bear a client certificate, and goes through the proxies given', async (t) => {
	const value = kubeconfig({
		'client-certificate-data': encode('cert'),
		'client-key-data': encode(key),
	});
	const proxies = { HTTPS_PROXY: 'http://proxy:3128' };
	const { tls, proxy, authorize } = await kubeconfigConnection(value, { ...options, proxies });
	t.deepEqual([String(tls.cert), String(tls.key), proxy], ['cert', key, 'http://proxy:3128']);
	t.deepEqual(await authorize(), {});
});

for (const [what, user, cluster] of [
	['a token file', { tokenFile: '/var/run/secrets/token' }, {}],
	['a program', { exec: { command: 'sh' } }, {}],
	['a key file', { 'client-key': 'key.pem' }, {}],
	['a CA file', { token }, { 'certificate-authority': '/etc/ssl/ca.pem' }],
	['an auth provider', { 'auth-provider': { name: 'oidc' } }, {}],
] as const) {
	test(`a kubeconfig of a Secret that names ${what} is refused`, async (t) => {
		const error = await t.throwsAsync(kubeconfigConnection(kubeconfig(user, cluster), options), {
			instanceOf: ProblemError,
		});
		t.like(error?.problem, { code: 'E_NOT_SUPPORTED', where: { name: options.place } });
		t.is(findCanary(JSON.stringify(error?.problem)), undefined);
	});
}

for (const value of [undefined, null, token, [], {}, { contexts: token }, { users: [{ name: 7 }] }]) {
	test(`what is no kubeconfig is refused and not repeated: ${JSON.stringify(value)}`, async (t) => {
		const error = await t.throwsAsync(kubeconfigConnection(value, options), { instanceOf: ProblemError });
		t.is(error?.problem.code, 'E_KUBECONFIG');
		t.is(findCanary(JSON.stringify(error?.problem)), undefined);
	});
}

test('a token that is no text is refused', async (t) => {
	const error = await t.throwsAsync(kubeconfigConnection(kubeconfig({ token: 7 }), options), {
		instanceOf: ProblemError,
	});
	t.is(error?.problem.code, 'E_CLUSTER_AUTH');
});

async function writeFileConfig(t: ExecutionContext, user: object, cluster: object = {}) {
	const folder = await makeFolder(t);
	const file = mayHoldSecrets(join(folder, 'config'));
	mayHoldSecrets(join(folder, 'answer'));
	await writeFile(file, JSON.stringify(kubeconfig(user, cluster)), { mode: 0o600 });
	const clock = createVirtualClock();
	const tools = { parse: JSON.parse as (text: string) => unknown, environment: {}, clock };
	return {
		folder,
		clock,
		load: () => loadConnection({ kubeconfig: file, context: 'a', allowInsecure: false, tools }),
	};
}

test('F-046 a CA file of a kubeconfig is followed, and one that is no certificate is not', async (t) => {
	const { folder, load } = await writeFileConfig(t, { token }, { 'certificate-authority': 'ca.crt' });
	const first = (await issueServerCertificate('one')).ca;
	const second = (await issueServerCertificate('two')).ca;
	await writeFile(join(folder, 'ca.crt'), first);
	const connection = await load();
	t.is(String((await connection.refresh?.())?.ca), first);
	await writeFile(join(folder, 'ca.crt'), '-----BEGIN CERTIFICATE-----\nAAAA');
	t.is(String((await connection.refresh?.())?.ca), first);
	await writeFile(join(folder, 'ca.crt'), second);
	t.is(String((await connection.refresh?.())?.ca), second);
});

test('a token written anew into the kubeconfig is used once the old one is refused', async (t) => {
	const { folder, load } = await writeFileConfig(t, { token });
	const connection = await load();
	const first = await connection.authorize();
	await writeFile(join(folder, 'config'), JSON.stringify(kubeconfig({ token: renewedToken })));
	t.deepEqual(await connection.authorize(first), { Authorization: `Bearer ${renewedToken}` });
});

/** A plugin that prints the file `answer`, and counts its runs in `runs`. */
async function writePlugin(t: ExecutionContext, more: object = {}) {
	const program = `const fs = require('fs');
		fs.appendFileSync('RUNS'.replace('RUNS', process.env.FOLDER + '/runs'), '.');
		process.stdin.resume().on('end', () => console.log(fs.readFileSync(process.env.FOLDER + '/answer', 'utf8')))`;
	const exec: { apiVersion: string; command: string; args: string[]; env: object[] } = {
		apiVersion: 'client.authentication.k8s.io/v1',
		command: process.execPath,
		args: ['-e', program],
		env: [],
	};
	const config = await writeFileConfig(t, { exec: { ...exec, ...more } });
	exec.env.push({ name: 'FOLDER', value: config.folder });
	await writeFile(join(config.folder, 'config'), JSON.stringify(kubeconfig({ exec: { ...exec, ...more } })));
	const answer = (status: object) =>
		writeFile(join(config.folder, 'answer'), JSON.stringify({ status }), { mode: 0o600 });
	const runs = async () => (await readFile(join(config.folder, 'runs'), 'utf8')).length;
	return { ...config, answer, runs };
}

test('a credential plugin runs once for many requests, and again a minute before its token expires', async (t) => {
	const { clock, load, answer, runs } = await writePlugin(t);
	const expiry = (span: number) => new Date(clock.now() + span).toISOString();
	await answer({ token, expirationTimestamp: expiry(600_000) });
	const connection = await load();
	await Promise.all(Array.from({ length: 5 }, () => connection.authorize()));
	await connection.refresh?.();
	t.is(await runs(), 1);
	await answer({ token: renewedToken, expirationTimestamp: expiry(1_200_000) });
	await clock.advance(539_999);
	t.deepEqual(await connection.authorize(), { Authorization: `Bearer ${token}` });
	await clock.advance(1);
	await connection.authorize();
	t.deepEqual(await connection.authorize(), { Authorization: `Bearer ${renewedToken}` });
	t.is(await runs(), 2);
});

test('a plugin that fails leaves the token in force until it expires, and is not run for each request', async (t) => {
	const { clock, load, answer, runs } = await writePlugin(t);
	const expirationTimestamp = new Date(clock.now() + 100_000).toISOString();
	await answer({ token, expirationTimestamp });
	const connection = await load();
	await answer({});
	await clock.advance(50_000);
	const first = await connection.authorize();
	t.deepEqual(await connection.authorize(), first);
	t.is(await runs(), 2);
	await clock.advance(50_000);
	const error = await t.throwsAsync(connection.authorize(), { instanceOf: ProblemError });
	t.like(error?.problem, { code: 'E_CLUSTER_AUTH' });
});

test('refused credentials have the plugin run once, whoever was refused', async (t) => {
	const { load, answer, runs } = await writePlugin(t);
	await answer({ token });
	const connection = await load();
	const first = await connection.authorize();
	await answer({ token: renewedToken });
	const renewed = await Promise.all([1, 2, 3].map(() => connection.authorize(first)));
	t.deepEqual(
		new Set(renewed.map((headers) => headers['Authorization'])),
		new Set([`Bearer ${renewedToken}`]),
	);
	t.is(await runs(), 2);
});

test('a plugin may answer with a client certificate', async (t) => {
	const { load, answer } = await writePlugin(t);
	await answer({ clientCertificateData: 'cert', clientKeyData: key });
	t.like((await load()).tls, { cert: 'cert', key });
});

for (const [what, more, expected] of [
	['prints no credential', {}, /printed no credential/],
	['needs a terminal', { interactiveMode: 'Always' }, /needs a terminal/],
	['is missing', { command: '/missing/plugin' }, /ENOENT/],
	['fails', { args: ['-e', 'console.error("log in first"); process.exit(1)'] }, /log in first/],
] as const) {
	test(`a plugin that ${what} is E_CLUSTER_AUTH`, async (t) => {
		const { load, answer } = await writePlugin(t, more);
		await answer({});
		const error = await t.throwsAsync(load(), { instanceOf: ProblemError });
		t.is(error?.problem.code, 'E_CLUSTER_AUTH');
		t.regex(error?.problem.message ?? '', expected);
	});
}
