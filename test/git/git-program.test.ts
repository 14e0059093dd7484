import { getEventListeners, once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createGitProgram, type GitProgramOptions } from '../../src/git/git-program.ts';
import { createBareRepository, createFolder } from '../support/git-remote.ts';

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
	t.regex(answer.stderr, /spawn git ENOENT/);
});

test('a scheme that is not the repository’s own is refused by git itself', async (t) => {
	const git = await makeProgram(t, { protocols: 'https' });
	const { signal } = new AbortController();
	for (const url of ['http://127.0.0.1:1/x', 'ext::sh', 'file:///x']) {
		t.regex((await git.run(['ls-remote', url], signal)).stderr, /transport '\w+' not allowed/, url);
	}
});

/** `spillway import --force` overwrites files; neither of the two runs git. */
const forcing: ReadonlySet<string> = new Set([join('cli', 'import.ts'), join('cli', 'program.ts')]);

test('no file of src/ forces a push or hands git a command', async (t) => {
	const root = join(import.meta.dirname, '..', '..', 'src');
	const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
	t.true(names.includes(join('git', 'push-commit.ts')));
	for (const name of names.filter((each) => !forcing.has(each))) {
		const text = await readFile(join(root, name), 'utf8');
		t.notRegex(text, /--force(?!-with-lease=)|['"`]-f['"`]|--mirror|--upload-pack|--receive-pack/, name);
	}
});
