import { execFile } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createApiClient } from '../../src/kubernetes/client.ts';
import { NoAnswerError } from '../../src/kubernetes/no-answer.ts';
import { inClusterConnection, type ServiceAccountConnection } from '../../src/kubernetes/service-account.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aCanary } from '../support/canaries.ts';
import { mayHoldSecrets } from '../support/canary-search.ts';
import { type ScriptedApi, startScriptedApi } from '../support/scripted-api.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { statusReply } from '../support/watch-wire.ts';

const { signal } = new AbortController();
const [first, second, third] = [aCanary('first-token'), aCanary('second-token'), aCanary('third-token')];
const get = { method: 'GET', path: '/api' } as const;
const ok = { kind: 'answer', status: 200, body: {} } as const;

interface Pod {
	readonly folder: string;
	readonly api: ScriptedApi;
	readonly connection: ServiceAccountConnection;
	/** Replaces a file as the kubelet does, at once. */
	write(file: 'token' | 'ca.crt', text: string): Promise<void>;
}

async function startPod(t: ExecutionContext): Promise<Pod> {
	const api = await startScriptedApi(t, { tls: true });
	api.script('get', ok);
	const folder = await makeFolder(t);
	for (const name of ['token', 'token.new']) mayHoldSecrets(join(folder, name));
	const write = async (file: string, text: string) => {
		await writeFile(join(folder, `${file}.new`), text, { mode: 0o600 });
		await rename(join(folder, `${file}.new`), join(folder, file));
	};
	await write('token', `${first}\n`);
	await write('ca.crt', String(api.connection.tls.ca));
	await write('namespace', 'spillway');
	const { hostname: host, port } = new URL(api.connection.server);
	return { folder, api, write, connection: await inClusterConnection({ host, port, folder }) };
}

function open(t: ExecutionContext, { connection }: Pod) {
	const clock = createVirtualClock();
	const client = createApiClient({ connection, clock });
	t.teardown(() => client.close());
	return { clock, client };
}

function tokens({ api }: Pod): readonly (string | undefined)[] {
	return api.requests.map(({ headers }) => headers.authorization);
}

test('a pod reaches its cluster with its token, by its CA, and knows its namespace', async (t) => {
	const pod = await startPod(t);
	const { client } = open(t, pod);
	t.is((await client.request(get, signal)).status, 200);
	t.deepEqual(tokens(pod), [`Bearer ${first}`]);
	t.is(pod.connection.namespace, 'spillway');
});

test('F-044 a token that was replaced is used within 10 s, and at once when the old one is refused', async (t) => {
	const pod = await startPod(t);
	const { clock, client } = open(t, pod);
	await client.request(get, signal);
	await pod.write('token', second);
	await clock.advance(10_000);
	await client.request(get, signal);
	await pod.write('token', third);
	pod.api.script('get', statusReply(401, 'Unauthorized'), ok);
	t.is((await client.request(get, signal)).status, 200);
	t.deepEqual(tokens(pod), [`Bearer ${first}`, `Bearer ${second}`, `Bearer ${second}`, `Bearer ${third}`]);
});

test('F-045 a token file that is empty or missing for a moment leaves the old token in force', async (t) => {
	const pod = await startPod(t);
	const { clock, client } = open(t, pod);
	await pod.write('token', '');
	await clock.advance(10_000);
	await client.request(get, signal);
	await rm(join(pod.folder, 'token'));
	await clock.advance(10_000);
	await client.request(get, signal);
	await pod.write('token', second);
	await clock.advance(10_000);
	await client.request(get, signal);
	t.deepEqual(tokens(pod), [`Bearer ${first}`, `Bearer ${first}`, `Bearer ${second}`]);
});

test('F-046 a CA that was replaced is trusted from then on, the old one no longer', async (t) => {
	const pod = await startPod(t);
	const other = await startScriptedApi(t, { tls: true });
	other.script('get', ok);
	const { server } = other.connection;
	const clock = createVirtualClock();
	const client = createApiClient({ connection: { ...pod.connection, server }, clock });
	t.teardown(() => client.close());
	await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	await pod.write('ca.crt', 'half a certificate');
	await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	await pod.write('ca.crt', String(other.connection.tls.ca));
	await t.throwsAsync(client.request(get, signal), { instanceOf: NoAnswerError });
	t.is((await client.request(get, signal)).status, 200, 'the failure had the file read again');
	t.is(other.requests.length, 1);
});

test('a pod without a service account is told so', async (t) => {
	const folder = await makeFolder(t);
	const error = await t.throwsAsync(inClusterConnection({ host: '10.0.0.1', port: '443', folder }), {
		instanceOf: ProblemError,
	});
	t.like(error?.problem, { code: 'E_KUBECONFIG', where: { kind: 'named', name: folder } });
});

test('an IPv6 address is written as URLs want it', async (t) => {
	const { folder } = await startPod(t);
	const { server } = await inClusterConnection({ host: 'fd00::1', port: '6443', folder });
	t.is(server, 'https://[fd00::1]:6443');
});

test('a service account or a plain kubeconfig does not load client-node', async (t) => {
	const { folder } = await startPod(t);
	const program = `
		import { registerHooks } from 'node:module';
		const loaded = [];
		registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
		const { connectCluster } = await import('./src/kubernetes/cluster.ts');
		const { inClusterConnection } = await import('./src/kubernetes/service-account.ts');
		const { loadConnection } = await import('./src/kubernetes/kubeconfig.ts');
		const { writeFileSync } = await import('node:fs');
		const folder = ${JSON.stringify(folder)};
		const clock = { now: () => 0, sleep: () => new Promise(() => undefined) };
		const pod = await inClusterConnection({ host: '127.0.0.1', port: '1', folder });
		const cluster = connectCluster({ name: 'east', connection: pod, clock, random: () => 0 });
		writeFileSync(folder + '/config', JSON.stringify({
			clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
			users: [{ name: 'u', user: { tokenFile: 'token' } }],
			contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
		}));
		const tools = { parse: JSON.parse, environment: {}, clock };
		const file = await loadConnection({ kubeconfig: folder + '/config', context: 'a', allowInsecure: false, tools });
		const headers = await file.authorize();
		await cluster.close();
		console.log(JSON.stringify({ headers, undici: loaded.some((url) => url.includes('/undici/')), clientNode: loaded.filter((url) => url.includes('client-node/')).length }));
	`;
	const run = promisify(execFile);
	const { stdout } = await run(process.execPath, ['--input-type=module', '--no-warnings', '-e', program]);
	t.deepEqual(JSON.parse(stdout), {
		headers: { Authorization: `Bearer ${first}` },
		undici: true,
		clientNode: 0,
	});
});
