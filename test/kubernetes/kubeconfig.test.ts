import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import type { KubeconfigOptions } from '../../src/kubernetes/kubeconfig-options.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { aCanary, findCanary } from '../support/canaries.ts';
import { mayHoldSecrets } from '../support/canary-search.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const [token, renewedToken] = [aCanary('token'), aCanary('renewed-token')];
const [password, key] = [aCanary('password'), aCanary('client-key')];

function encode(text: string): string {
	return Buffer.from(text).toString('base64');
}

interface Entry {
	readonly cluster?: object;
	readonly user?: object;
}

/** Kubeconfigs are YAML, of which JSON is a part. */
function formatKubeconfig({ cluster, user = {} }: Entry): string {
	const names = ['a', 'b'];
	return JSON.stringify({
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{ name: 'c', cluster: { server: 'https://api.example.com:6443', ...cluster } }],
		users: [{ name: 'u', user }],
		contexts: [
			...names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
			{ name: 'dangling', context: { cluster: 'nowhere', user: 'u' } },
		],
	});
}

/** Writes a kubeconfig into a folder of its own. */
async function writeKubeconfig(t: ExecutionContext, content: Entry | string): Promise<KubeconfigOptions> {
	const kubeconfig = mayHoldSecrets(join(await makeFolder(t), 'config'));
	const text = typeof content === 'string' ? content : formatKubeconfig(content);
	await writeFile(kubeconfig, text, { mode: 0o600 });
	return { kubeconfig, context: 'a', allowInsecure: false };
}

async function refusalOf(t: ExecutionContext, options: KubeconfigOptions) {
	const error = await t.throwsAsync(loadConnection(options), { instanceOf: ProblemError });
	return error?.problem;
}

test.serial('B-128 no kubeconfig and no cluster around is E_KUBECONFIG', async (t) => {
	const { KUBECONFIG, HOME } = process.env;
	t.teardown(() => Object.assign(process.env, { HOME }, KUBECONFIG === undefined ? {} : { KUBECONFIG }));
	delete process.env['KUBECONFIG'];
	process.env['HOME'] = await makeFolder(t);
	const refusal = await refusalOf(t, { context: 'a', allowInsecure: false });
	t.like(refusal, { code: 'E_KUBECONFIG', where: { kind: 'named', name: 'kubeconfig' } });
});

test('B-128 a kubeconfig that is not there is E_KUBECONFIG and names the file', async (t) => {
	const kubeconfig = join(await makeFolder(t), 'missing');
	const refusal = await refusalOf(t, { kubeconfig, context: 'a', allowInsecure: false });
	t.like(refusal, { code: 'E_KUBECONFIG', where: { kind: 'named', name: kubeconfig } });
	t.regex(refusal?.message ?? '', /ENOENT/);
});

for (const [what, cluster] of [
	['insecure-skip-tls-verify', { 'insecure-skip-tls-verify': true }],
	['plain HTTP', { server: 'http://api.example.com:8080' }],
] as const) {
	test(`B-130 ${what} is refused unless allowed`, async (t) => {
		const options = await writeKubeconfig(t, { cluster });
		const refusal = await refusalOf(t, options);
		t.is(refusal?.code, 'E_KUBECONFIG_TLS');
		t.regex(refusal?.remedy ?? '', /--allow-insecure-kube/);
		const { tls } = await loadConnection({ ...options, allowInsecure: true });
		t.is(tls.rejectUnauthorized, what === 'plain HTTP');
	});
}

test('B-131 a context that is missing is named with those available', async (t) => {
	const options = await writeKubeconfig(t, {});
	const refusal = await refusalOf(t, { ...options, context: 'x' });
	t.like(refusal, {
		code: 'E_KUBECONFIG',
		message: "context 'x' not found; available: a, b, dangling",
	});
});

test('a context whose cluster is missing is refused', async (t) => {
	const refusal = await refusalOf(t, { ...(await writeKubeconfig(t, {})), context: 'dangling' });
	t.like(refusal, {
		code: 'E_KUBECONFIG',
		message: "context 'dangling' names a cluster that is not in the file",
	});
});

for (const [what, content] of [
	['broken YAML', `users: [{name: u, user: {token: ${token}}}\nclusters: }`],
	['an empty file', ''],
	['a list', `- ${token}`],
] as const) {
	test(`${what} is E_KUBECONFIG, and its text is not repeated`, async (t) => {
		const refusal = await refusalOf(t, await writeKubeconfig(t, content));
		t.is(refusal?.code, 'E_KUBECONFIG');
		t.is(findCanary(JSON.stringify(refusal)), undefined);
	});
}

for (const [proxy, isUsable] of [
	['http://proxy.example.com:3128', true],
	[`https://u:${password}@proxy.example.com`, true],
	['socks5://proxy.example.com:1080', true],
	[`ftp://u:${password}@proxy.example.com`, false],
	[password, false],
] as const) {
	test(`a proxy-url ${proxy} is ${isUsable ? 'gone through' : 'refused, and not repeated'}`, async (t) => {
		const options = await writeKubeconfig(t, { cluster: { 'proxy-url': proxy } });
		if (isUsable) {
			t.is((await loadConnection(options)).proxy, proxy);
		} else {
			const refusal = await refusalOf(t, options);
			t.is(refusal?.code, 'E_NOT_SUPPORTED');
			t.is(findCanary(JSON.stringify(refusal)), undefined);
		}
	});
}

test('a CA file that is missing is E_KUBECONFIG', async (t) => {
	const refusal = await refusalOf(
		t,
		await writeKubeconfig(t, { cluster: { 'certificate-authority': 'missing.crt' } }),
	);
	t.is(refusal?.code, 'E_KUBECONFIG');
});

test('the connection carries server, CA, client certificate and server name', async (t) => {
	const options = await writeKubeconfig(t, {
		cluster: { 'certificate-authority-data': encode('ca'), 'tls-server-name': 'kubernetes' },
		user: { 'client-certificate-data': encode('cert'), 'client-key-data': encode(key) },
	});
	const { server, tls, authorize } = await loadConnection(options);
	t.is(server, 'https://api.example.com:6443');
	t.deepEqual(
		{ ...tls, ca: String(tls.ca), cert: String(tls.cert), key: String(tls.key) },
		{ rejectUnauthorized: true, servername: 'kubernetes', ca: 'ca', cert: 'cert', key },
	);
	t.deepEqual(await authorize(), {});
});

test('files are found beside the kubeconfig', async (t) => {
	const options = await writeKubeconfig(t, { cluster: { 'certificate-authority': 'ca.crt' } });
	await writeFile(join(options.kubeconfig ?? '', '../ca.crt'), 'the CA');
	t.is(String((await loadConnection(options)).tls.ca), 'the CA');
});

for (const [what, user, expected] of [
	['a token', { token }, { Authorization: `Bearer ${token}` }],
	['a password', { username: 'u', password }, { Authorization: `Basic ${encode(`u:${password}`)}` }],
	[
		'a token and another identity',
		{ token, as: 'jane' },
		{ Authorization: `Bearer ${token}`, 'Impersonate-User': 'jane' },
	],
] as const) {
	test(`${what} becomes headers`, async (t) => {
		const { authorize } = await loadConnection(await writeKubeconfig(t, { user }));
		t.deepEqual({ ...(await authorize()) }, { ...expected });
	});
}

test('F-044 a token file is read again once its token is refused', async (t) => {
	const options = await writeKubeconfig(t, { user: { tokenFile: 'token' } });
	const file = mayHoldSecrets(join(options.kubeconfig ?? '', '../token'));
	await writeFile(file, `${token}\n`, { mode: 0o600 });
	const { authorize } = await loadConnection(options);
	const first = await authorize();
	t.deepEqual({ ...first }, { Authorization: `Bearer ${token}` });
	await writeFile(file, `${renewedToken}\n`);
	t.deepEqual(await authorize(), first, 'not before');
	const renewed = await Promise.all([authorize(first), authorize(first)]);
	t.deepEqual(
		renewed.map((headers) => headers['Authorization']),
		[`Bearer ${renewedToken}`, `Bearer ${renewedToken}`],
	);
});

test('F-045 a token file that is empty for a moment leaves the old token in force', async (t) => {
	const options = await writeKubeconfig(t, { user: { tokenFile: 'token' } });
	const file = mayHoldSecrets(join(options.kubeconfig ?? '', '../token'));
	await writeFile(file, token, { mode: 0o600 });
	const { authorize } = await loadConnection(options);
	const first = await authorize();
	await writeFile(file, '');
	const error = await t.throwsAsync(authorize(first), { instanceOf: ProblemError });
	t.is(error?.problem.code, 'E_CLUSTER_AUTH');
	t.deepEqual(await authorize(), first);
	await writeFile(file, renewedToken);
	t.is((await authorize(first))['Authorization'], `Bearer ${renewedToken}`);
});

/** A plugin that prints the credential in a file, and counts its runs in another. */
async function writePluginConfig(t: ExecutionContext, status: object): Promise<KubeconfigOptions> {
	const folder = await makeFolder(t);
	const files = { runs: join(folder, 'runs'), credential: mayHoldSecrets(join(folder, 'credential')) };
	const apiVersion = 'client.authentication.k8s.io/v1';
	await writeFile(files.credential, JSON.stringify({ apiVersion, kind: 'ExecCredential', status }), {
		mode: 0o600,
	});
	const program = `require('fs').appendFileSync(${JSON.stringify(files.runs)}, '.');
		console.log(require('fs').readFileSync(${JSON.stringify(files.credential)}, 'utf8'))`;
	const exec = { apiVersion, command: process.execPath, args: ['-e', program] };
	const kubeconfig = join(folder, 'config');
	await writeFile(kubeconfig, formatKubeconfig({ user: { exec } }));
	return { kubeconfig, context: 'a', allowInsecure: false };
}

test('a credential plugin runs once while its token is valid, and again when it is refused', async (t) => {
	const options = await writePluginConfig(t, { token });
	const { authorize } = await loadConnection(options);
	const runs = async () => (await readFile(join(options.kubeconfig ?? '', '../runs'), 'utf8')).length;
	const headers = await authorize();
	t.deepEqual({ ...headers }, { Authorization: `Bearer ${token}` });
	await authorize();
	t.is(await runs(), 1);
	await Promise.all(Array.from({ length: 5 }, () => authorize(headers)));
	t.is(await runs(), 2, 'for all that were refused at once');
});

test('a credential plugin may answer with a client certificate', async (t) => {
	const status = { clientCertificateData: 'cert', clientKeyData: key };
	const { tls } = await loadConnection(await writePluginConfig(t, status));
	t.like(tls, { cert: 'cert', key });
});

test('a credential plugin that is missing is E_CLUSTER_AUTH', async (t) => {
	const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: '/missing/plugin' };
	const refusal = await refusalOf(t, await writeKubeconfig(t, { user: { exec } }));
	t.is(refusal?.code, 'E_CLUSTER_AUTH');
});
