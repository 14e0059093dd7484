import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';
import { aCanary, findCanary } from '../support/canaries.ts';
import { basic, type GitAuthServer, serveBehindLogin, takeOnly } from '../support/git-auth-server.ts';
import { mountSecret } from '../support/git-credentials.ts';
import { createFolder } from '../support/git-remote.ts';
import { keepKubeconfig } from '../support/kept-kubeconfig.ts';
import { type LiveWorld, livePolicy, startLiveWorld } from '../support/live-world.ts';
import { startScriptedApi } from '../support/scripted-api.ts';
import { runSpillway } from '../support/terminal.ts';

const login = { username: 'bot', password: aCanary('git-password') };

interface Stage {
	readonly world: LiveWorld;
	readonly server: GitAuthServer;
	/** Leads to the clusters, and to the repository behind its login. */
	readonly flags: readonly string[];
}

async function setStage(t: ExecutionContext): Promise<Stage> {
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': livePolicy('failover: {via: Commit}') });
	const server = await serveBehindLogin(t, world.repository);
	server.answer = takeOnly(basic(login.username, login.password));
	const flags = world.flags.map((flag) => (flag === world.repository.url ? server.url : flag));
	return { world, server, flags };
}

test('plan and run reach a repository with a mounted Secret', async (t) => {
	const { world, flags } = await setStage(t);
	const access = ['--git-credentials', await mountSecret(t, login)];
	t.like(await runSpillway(t, 'plan', ...flags, ...access), { status: 0, err: '' });
	world.setReady(false);
	t.like(await runSpillway(t, 'run', '--hub', '--once', ...flags, ...access), { status: 0, err: '' });
	t.is((await world.repository.log()).length, 2);
});

test('a login that is refused is told, and not shown', async (t) => {
	const { server, flags } = await setStage(t);
	const folder = await mountSecret(t, { ...login, password: aCanary('wrong-password') });
	const { status, out, err } = await runSpillway(t, 'plan', ...flags, '--git-credentials', folder);
	t.deepEqual([status, out], [78, '']);
	t.true(err.startsWith(`${server.url} E_GIT_AUTH `), err);
	t.true(err.includes(`renew the credentials in the folder ${folder}`), err);
	t.is(findCanary(err), undefined);
});

/** A kubeconfig with one more context, the current one, whose cluster holds a Secret of Git. */
async function addSecretCluster(t: ExecutionContext, kubeconfig: string): Promise<string> {
	const api = await startScriptedApi(t);
	const data = Object.entries(login).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
	api.script('get', ({ url }) =>
		url.pathname === '/api/v1/namespaces/flux-system/secrets/git'
			? {
					kind: 'answer',
					status: 200,
					body: {
						apiVersion: 'v1',
						kind: 'Secret',
						metadata: { name: 'git', namespace: 'flux-system', uid: '1', resourceVersion: '1' },
						data: Object.fromEntries(data),
					},
				}
			: { kind: 'answer', status: 404, body: { kind: 'Status', code: 404, reason: 'NotFound' } },
	);
	const config = parse(await readFile(kubeconfig, 'utf8'));
	config.clusters.push({ name: 'home', cluster: { server: String(api.connection.server) } });
	config.users.push({ name: 'home', user: { token: aCanary('home-token') } });
	config.contexts.push({ name: 'home', context: { cluster: 'home', user: 'home' } });
	config['current-context'] = 'home';
	const file = join(await createFolder(t), 'kubeconfig');
	await keepKubeconfig(file, JSON.stringify(config));
	return file;
}

test('plan reads a Secret of the current context', async (t) => {
	const { world, flags } = await setStage(t);
	const kubeconfig = await addSecretCluster(t, world.kubeconfig);
	const own = flags.map((flag) => (flag === world.kubeconfig ? kubeconfig : flag));
	own.push('--allow-insecure-kube');
	t.like(await runSpillway(t, 'plan', ...own, '--git-secret', 'flux-system/git'), { status: 0, err: '' });
	const { status, err } = await runSpillway(t, 'plan', ...own, '--git-secret', 'flux-system/nope');
	t.is(status, 78);
	t.regex(err, /^the Secret flux-system\/nope E_GIT_CREDENTIALS it does not exist → /);
});

const wrong: readonly (readonly [what: string, flags: readonly string[], told: RegExp])[] = [
	['two sources', ['--git-credentials', '/x', '--git-secret', 'a/b'], /E_FLAG .*the same as --git-secret/],
	['a Secret without a namespace', ['--git-secret', 'git'], /E_FLAG .*<namespace>\/<name>/],
	['a path for a Secret', ['--git-secret', '../a/b'], /E_FLAG .*<namespace>\/<name>/],
];

for (const [what, flags, told] of wrong) {
	test(`${what} is a wrong call`, async (t) => {
		const { status, err } = await runSpillway(t, 'plan', '--repo', 'https://git.example.com/x', ...flags);
		t.is(status, 2);
		t.regex(err, told);
	});
}

test('a Secret of a home cluster that only spillway.yaml knows is a wrong call', async (t) => {
	const flags = ['--repo', 'https://git.example.com/x', '--cluster', 'east', '--git-secret', 'a/b'];
	const { status, err } = await runSpillway(t, 'run', ...flags);
	t.is(status, 2);
	t.regex(err, /E_FLAG spillway\.yaml comes too late .* → say how with --context <name>/);
});

test('a folder that is not there is told', async (t) => {
	const flags = ['--repo', 'https://git.example.com/x', '--git-credentials', '/nonexistent'];
	const { status, err } = await runSpillway(t, 'plan', ...flags);
	t.is(status, 78);
	t.regex(err, /^the folder \/nonexistent E_GIT_CREDENTIALS it cannot be read: ENOENT → mount it/);
});
