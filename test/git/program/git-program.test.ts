import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { createGitProgram, type GitProgramOptions } from '../../../src/git/program/git-program.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';

async function makeProgram(t: ExecutionContext, options: Partial<GitProgramOptions> = {}) {
	const bare = await createBareRepository(t, { a: '1' });
	const environment = { PATH: process.env['PATH'] };
	const home = await createFolder(t);
	return createGitProgram({ gitdir: bare.path, home, environment, protocols: 'http', ...options });
}

/** A server that takes connections and never answers. */
async function listenSilently(t: ExecutionContext): Promise<string> {
	const server = createServer();
	const sockets = new Set<{ destroy(): void }>();
	server.on('connection', (socket) => sockets.add(socket));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/config.git`;
}

test('the answer holds the status and both outputs', async (t) => {
	const git = await makeProgram(t);
	const { signal } = new AbortController();
	t.is((await git.run(['rev-parse', '--is-bare-repository'], signal)).stdout, 'true\n');
	const failed = await git.run(['rev-parse', '--verify', 'nope'], signal);
	t.is(failed.status, 128);
	t.is(failed.stdout, '');
	t.regex(failed.stderr, /^fatal: Needed a single revision/);
	t.is(getEventListeners(signal, 'abort').length, 0);
});

test('what a run is told besides is configuration and variables of that run alone', async (t) => {
	const git = await makeProgram(t);
	const { signal } = new AbortController();
	const args = ['config', '--get', 'http.https://git.example.com/.extraheader'];
	const config = { 'http.https://git.example.com/.extraHeader': 'A: b=c', 'http.lowSpeedLimit': '7' };
	t.is((await git.run(args, signal, { config })).stdout, 'A: b=c\n');
	t.is((await git.run(args, signal)).stdout, '');
	const shell = ['-c', 'alias.tell=!echo "$ONE"', 'tell'];
	t.is((await git.run(shell, signal, { environment: { ONE: 'x' } })).stdout, 'x\n');
	t.is((await git.run(shell, signal)).stdout, '\n');
});

test('git is told of no configuration, prompt or program of the surroundings', async (t) => {
	const environment = {
		PATH: process.env['PATH'],
		HOME: '/elsewhere',
		GIT_ASKPASS: 'false',
		SSH_ASKPASS: 'false',
		GIT_SSH_COMMAND: 'false',
		GIT_CONFIG_COUNT: '1',
		GIT_TRACE_CURL: '1',
		HTTPS_PROXY: 'http://127.0.0.1:1',
	};
	const git = await makeProgram(t, { environment });
	const answer = await git.run(['-c', 'alias.tell=!env', 'tell'], new AbortController().signal);
	const variables = Object.fromEntries(answer.stdout.split('\n').map((line) => line.split(/=(.*)/s)));
	t.like(variables, {
		GIT_ALLOW_PROTOCOL: 'http',
		GIT_ASKPASS: '',
		GIT_CONFIG_GLOBAL: '/dev/null',
		GIT_CONFIG_NOSYSTEM: '1',
		GIT_TERMINAL_PROMPT: '0',
		HTTPS_PROXY: 'http://127.0.0.1:1',
		SSH_ASKPASS_REQUIRE: 'never',
	});
	for (const name of ['SSH_ASKPASS', 'GIT_SSH_COMMAND', 'GIT_CONFIG_COUNT', 'GIT_TRACE_CURL']) {
		t.is(variables[name], undefined, name);
	}
	t.not(variables['HOME'], '/elsewhere');
});

test('a run that takes too long is stopped and says so', async (t) => {
	const git = await makeProgram(t, { deadline: 200 });
	const { signal } = new AbortController();
	const answer = await git.run(['ls-remote', await listenSilently(t)], signal);
	t.not(answer.status, 0);
	t.regex(answer.stderr, /^fatal: not through within 200ms$/m);
	t.is(getEventListeners(signal, 'abort').length, 0);
});

test('an aborted run stops git and throws the reason', async (t) => {
	const git = await makeProgram(t);
	const caller = new AbortController();
	const reason = new Error('enough');
	const running = git.run(['ls-remote', await listenSilently(t)], caller.signal);
	caller.abort(reason);
	t.is(await t.throwsAsync(running), reason);
	t.is(await t.throwsAsync(git.run(['version'], caller.signal)), reason);
	t.is(getEventListeners(caller.signal, 'abort').length, 0);
});

test('a program that cannot be started is an answer', async (t) => {
	const git = await makeProgram(t, { environment: { PATH: '/nonexistent' } });
	const answer = await git.run(['version'], new AbortController().signal);
	t.not(answer.status, 0);
	t.is(answer.stderr, 'spawn git ENOENT');
});

test('a scheme that is not the repository’s own is refused by git itself', async (t) => {
	const git = await makeProgram(t, { protocols: 'https' });
	const { signal } = new AbortController();
	for (const url of ['http://127.0.0.1:1/x', 'ext::sh', 'file:///x']) {
		t.regex((await git.run(['ls-remote', url], signal)).stderr, /transport '\w+' not allowed/, url);
	}
});

test('the name of a server may hold any word, and no argument names a program', async (t) => {
	const git = await makeProgram(t);
	const { signal } = new AbortController();
	for (const name of ['alias', 'pager', 'core.askpass', 'protocol.allow', 'filter.clean', 'url.insteadof']) {
		const config = { [`http.https://${name}.example.com/.extraHeader`]: 'A: b' };
		const answer = await git.run(['config', '--list', '--name-only'], signal, { config });
		t.regex(answer.stdout, new RegExp(`^http.https://${name}.example.com/.extraheader$`, 'm'));
	}
	const refused = await git.run(['ls-remote', ['--upload', 'pack=false'].join('-'), '.'], signal);
	t.regex(refused.stderr, /--upload-pack .*not permitted/);
	t.is(refused.status, null);
});

test('what git is told in secret is not printed, whatever prints are asked for', async (t) => {
	const script = `
		import { createGitProgram } from '${new URL('../../../src/git/program/git-program.ts', import.meta.url)}';
		const environment = { PATH: process.env.PATH };
		const git = createGitProgram({ gitdir: '/nonexistent', home: '/nonexistent', environment, protocols: 'https' });
		const extras = { config: { 'http.extraHeader': 'A: hushhush' }, environment: { WORD: 'hushhush' } };
		await git.run(['version'], new AbortController().signal, extras);`;
	const child = spawn(execPath, ['--input-type=module', '-e', script], {
		env: { PATH: process.env['PATH'], DEBUG: '*' },
		stdio: ['ignore', 'inherit', 'pipe'],
	});
	const printed = await text(child.stderr);
	t.regex(printed, /simple-git.*version/);
	t.notRegex(printed, /hushhush/);
});

/** `spillway import --force` overwrites files, and ssh-keygen is given files by `-f`; none of these runs git. */
const forcing: ReadonlySet<string> = new Set([
	join('cli', 'import.ts'),
	join('cli', 'program.ts'),
	join('git', 'signatures', 'sign-ssh.ts'),
	join('git', 'signatures', 'verify-ssh.ts'),
]);

test('no file of src/ forces a push or hands git a command', async (t) => {
	const root = join(import.meta.dirname, '..', '..', '..', 'src');
	const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
	t.true(names.includes(join('git', 'push-commit.ts')));
	for (const name of names.filter((each) => !forcing.has(each))) {
		const text = await readFile(join(root, name), 'utf8');
		t.notRegex(text, /--force(?!-with-lease=)|['"`]-f['"`]|--mirror|--upload-pack|--receive-pack/, name);
	}
});
