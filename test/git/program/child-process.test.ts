import { once } from 'node:events';
import { access, chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { execPath, kill } from 'node:process';
import test, { type ExecutionContext } from 'ava';
import { runChild } from '../../../src/git/program/child-process.ts';
import { createGitProgram } from '../../../src/git/program/git-program.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';

/** A server that takes connections, never answers, and tells when its peer has gone. */
async function listenSilently(t: ExecutionContext) {
	const connected = Promise.withResolvers<Socket>();
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.resume();
		connected.resolve(socket);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
	});
	return { port: (server.address() as AddressInfo).port, connected: connected.promise };
}

async function readWhenThere(file: string): Promise<string> {
	for (;;) {
		const text = await readFile(file, 'utf8').catch(() => '');
		if (text !== '') return text;
		await new Promise(setImmediate);
	}
}

async function makeProgram(t: ExecutionContext, path: string = process.env['PATH'] ?? '') {
	const bare = await createBareRepository(t, { a: '1' });
	const home = await createFolder(t);
	return createGitProgram({ gitdir: bare.path, home, environment: { PATH: path }, protocols: 'http:ssh' });
}

/** A folder for PATH that has git and nothing else. */
async function createGitFolder(t: ExecutionContext): Promise<string> {
	const folder = await createFolder(t);
	for (const each of (process.env['PATH'] ?? '').split(delimiter)) {
		const program = join(each, 'git');
		const isThere = await access(program).then(
			() => true,
			() => false,
		);
		if (!isThere) continue;
		await symlink(program, join(folder, 'git'));
		return folder;
	}
	throw new Error('no git on PATH');
}

test('what git started ends with it where git gets no process group of its own', async (t) => {
	const { port, connected } = await listenSilently(t);
	const git = await makeProgram(t, await createGitFolder(t));
	const caller = new AbortController();
	const running = git.run(['ls-remote', `http://127.0.0.1:${port}/config.git`], caller.signal);
	const closed = once(await connected, 'close');
	caller.abort(new Error('enough'));
	await t.throwsAsync(running, { message: 'enough' });
	await closed;
	t.pass();
});

for (const args of [['ls-remote'], ['fetch'], ['push', '--all']]) {
	test(`what git ${args[0]} started over http ends with it`, async (t) => {
		const { port, connected } = await listenSilently(t);
		const git = await makeProgram(t);
		const caller = new AbortController();
		const url = `http://127.0.0.1:${port}/config.git`;
		const running = git.run([...args, url], caller.signal);
		// git-remote-http holds the connection, and nothing but its end closes it.
		const closed = once(await connected, 'close');
		caller.abort(new Error('enough'));
		await t.throwsAsync(running, { message: 'enough' });
		await closed;
		t.pass();
	});
}

test('what git started over ssh ends with it', async (t) => {
	const { port, connected } = await listenSilently(t);
	const folder = await createFolder(t);
	const standIn = `require('node:net').connect(${port}, '127.0.0.1')`;
	await writeFile(join(folder, 'ssh'), `#!/bin/sh\nexec '${execPath}' -e "${standIn}"\n`);
	await chmod(join(folder, 'ssh'), 0o755);
	const git = await makeProgram(t, `${folder}:${process.env['PATH']}`);
	const caller = new AbortController();
	const running = git.run(['ls-remote', 'ssh://git@git.example.com/config.git'], caller.signal);
	const closed = once(await connected, 'close');
	caller.abort(new Error('enough'));
	await t.throwsAsync(running, { message: 'enough' });
	await closed;
	t.pass();
});

test('a program that does not mind being told to end is killed', async (t) => {
	const folder = await createFolder(t);
	const marker = join(folder, 'started');
	const stop = new AbortController();
	const script = `trap '' TERM; echo $$ >'${marker}'; while :; do sleep 0.05; done`;
	const environment = { PATH: process.env['PATH'] ?? '' };
	const running = runChild('sh', ['-c', script], { environment, stop: stop.signal });
	await readWhenThere(marker);
	stop.abort();
	t.is((await running).status, null);
});

test('a program that has left the group and holds the output keeps nobody waiting', async (t) => {
	const folder = await createFolder(t);
	const marker = join(folder, 'started');
	const stop = new AbortController();
	const script = `
		const { pid } = require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
		require('node:fs').writeFileSync('${marker}', pid + '.');
		setInterval(() => {}, 60_000);`;
	const environment = { PATH: process.env['PATH'] ?? '' };
	const running = runChild(execPath, ['-e', script], { environment, stop: stop.signal });
	const stray = Number.parseInt(await readWhenThere(marker), 10);
	stop.abort();
	t.is((await running).status, null);
	t.true(kill(stray, 'SIGKILL'));
});

test('a child reads what it is given, and one that does not read it is no failure', async (t) => {
	const environment = { PATH: process.env['PATH'] ?? '' };
	const stop = new AbortController().signal;
	const input = Buffer.alloc(1_000_000, 'x');
	t.is((await runChild('cat', [], { environment, stop, input })).stdout, input.toString());
	t.is((await runChild('true', [], { environment, stop, input })).status, 0);
});

test('a child that cannot be started is an answer', async (t) => {
	const stop = new AbortController().signal;
	const answer = await runChild('git', ['version'], { environment: { PATH: '/nonexistent' }, stop });
	t.deepEqual(answer, { status: null, stdout: '', stderr: 'cannot run git: spawn git ENOENT' });
});

test('a child has no terminal, no input, and no variables but those given', async (t) => {
	const environment = { PATH: process.env['PATH'] ?? '', ONLY: 'this' };
	const stop = new AbortController().signal;
	const script = 'cat; env; [ -t 1 ] || echo no terminal';
	const { status, stdout } = await runChild('sh', ['-c', script], { environment, stop });
	t.is(status, 0);
	t.regex(stdout, /^ONLY=this$/m);
	t.regex(stdout, /^no terminal$/m);
	t.notRegex(stdout, /^HOME=/m);
});
