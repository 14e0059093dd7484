import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Repository } from '../../src/model/ports/repository.ts';
import { aCanary, findCanary } from '../support/canaries.ts';
import { mayHoldSecrets } from '../support/canary-search.ts';
import { serveGit } from '../support/git-http-server.ts';
import { openMirror } from '../support/git-mirror.ts';
import { createBareRepository, createFolder } from '../support/git-remote.ts';
import { problemOf } from '../support/problem-of.ts';
import { aCommit } from '../support/repository-under-test.ts';

const { signal } = new AbortController();
const password = aCanary('git-password');

test('a server that asks for a login is E_GIT_AUTH, for a refresh and a push', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveGit(t, bare, { credentials: { user: 'bot', password } });
	const repository = await openMirror(t, server.url);
	t.like(await problemOf(repository.refresh(signal)), {
		code: 'E_GIT_AUTH',
		where: { kind: 'named', name: server.url },
	});
	const { folder, parent, commit } = await commitElsewhere(t, bare.url);
	const outcome = await (await openMirror(t, server.url, { folder })).push(commit, parent, signal);
	t.like(outcome, { kind: 'refused', problem: { code: 'E_GIT_AUTH' } });
});

test('a credential helper is asked for the login', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const { url } = await serveGit(t, bare, { credentials: { user: 'bot', password } });
	const storeOf = async (word: string) => {
		const file = mayHoldSecrets(join(await createFolder(t), 'credentials'));
		await writeFile(file, `${url.replace('//', `//bot:${word}@`)}\n`, { mode: 0o600 });
		return `store --file="${file}"`;
	};
	const repository = await openMirror(t, url, { credentialHelper: await storeOf(password) });
	await pushOne(t, repository);
	t.is((await bare.log()).length, 2);

	const wrong = await openMirror(t, url, { credentialHelper: await storeOf(aCanary('wrong-password')) });
	const problem = await problemOf(wrong.refresh(signal));
	t.is(problem?.code, 'E_GIT_AUTH');
	t.is(findCanary(JSON.stringify(problem)), undefined);
});

test('a repository over ssh is reached by the command given', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const folder = await createFolder(t);
	const command = join(folder, 'stand-in');
	// Takes the host for this machine; the last argument is what to run there.
	await writeFile(command, `#!/bin/sh\necho "$@" >>'${folder}/calls'\n[ "$1" = -G ] && exit 1\neval "$2"\n`);
	await chmod(command, 0o755);
	const repository = await openMirror(t, `ssh://git@git.example.com${bare.path}`, {
		sshCommand: command,
		allowInsecure: false,
	});
	await pushOne(t, repository);
	t.is((await bare.log()).length, 2);
	t.regex(await readFile(join(folder, 'calls'), 'utf8'), /^git@git\.example\.com git-receive-pack /m);
});

test('neither configuration, hooks nor variables of the surroundings reach git', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const elsewhere = await createFolder(t);
	const folder = await createFolder(t);
	const trap = '[core]\n\thooksPath = /nonexistent\n[url "file:///nonexistent/"]\n\tinsteadOf = file:///\n';
	await writeFile(join(elsewhere, '.gitconfig'), trap);
	await mkdir(join(folder, 'mirror.git', 'hooks'), { recursive: true });
	await writeFile(join(folder, 'mirror.git', 'hooks', 'pre-push'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
	const repository = await openMirror(t, bare.url, {
		folder,
		environment: {
			PATH: process.env['PATH'],
			HOME: elsewhere,
			XDG_CONFIG_HOME: elsewhere,
			GIT_CONFIG_GLOBAL: join(elsewhere, '.gitconfig'),
			GIT_CONFIG_SYSTEM: join(elsewhere, '.gitconfig'),
			GIT_DIR: elsewhere,
			GIT_OBJECT_DIRECTORY: elsewhere,
			GIT_SSH_COMMAND: 'false',
		},
	});
	await pushOne(t, repository);
	t.is((await bare.log()).length, 2);
});

test('a server error loses a push’s answer and fails a refresh', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveGit(t, bare);
	const repository = await openMirror(t, server.url);
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	server.fail('git-receive-pack', { status: 500 });
	const outcome = await repository.push(commit, parent, signal);
	t.is(outcome.kind, 'unknown');
	t.regex(outcome.kind === 'unknown' ? outcome.message : '', /\b500$/);
	server.fail('git-receive-pack', 'break-after');
	t.is((await repository.push(commit, parent, signal)).kind, 'unknown');
	t.is(await repository.refresh(signal), commit);

	server.fail('git-upload-pack', { status: 503 });
	const problem = await problemOf(repository.refresh(signal));
	t.is(problem?.code, 'E_GIT_UNREACHABLE');
	t.regex(problem?.message ?? '', /\b503\b/);
	server.fail('git-upload-pack', undefined);
	t.is(await repository.refresh(signal), commit);
});

test('a server that is not there is E_GIT_UNREACHABLE', async (t) => {
	const closed = createServer();
	await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
	const address = closed.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	await new Promise((resolve) => closed.close(resolve));
	const repository = await openMirror(t, `http://127.0.0.1:${port}/config.git`);
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_UNREACHABLE');

	const missing = await openMirror(t, join(await createFolder(t), 'missing.git'));
	const problem = await problemOf(missing.refresh(signal));
	t.is(problem?.code, 'E_GIT_UNREACHABLE');
	t.regex(problem?.message ?? '', /does not appear to be a git repository/);
});

test('a missing branch is reported with some that exist', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	for (const name of ['b', 'c', 'd', 'e', 'f']) await bare.git('branch', name);
	const repository = await openMirror(t, bare.url, { branch: 'nope' });
	t.like(await problemOf(repository.refresh(signal)), {
		code: 'E_GIT_BRANCH',
		message: 'there is no branch nope',
		expected: 'b, c, d, e, f',
	});
});

test('an unchanged tip is asked for, but not fetched again, also after a push of our own', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveGit(t, bare);
	const repository = await openMirror(t, server.url);
	await repository.refresh(signal);
	const asking = ['GET git-upload-pack', 'POST git-upload-pack'];
	let before = server.requests.length;
	await repository.refresh(signal);
	t.deepEqual(server.requests.slice(before), asking);
	await pushOne(t, repository);
	before = server.requests.length;
	await repository.refresh(signal);
	t.deepEqual(server.requests.slice(before), asking);
	await bare.commit({ a: '3' }, 'theirs');
	before = server.requests.length;
	await repository.refresh(signal);
	t.true(server.requests.length - before > asking.length);
});

test('a tree that git calls dangerous is not taken in', async (t) => {
	const bare = await createBareRepository(t, { a: '1' });
	const tree = (await bare.git('rev-parse', 'main^{tree}')).trim();
	const file = join(await createFolder(t), 'tree');
	await writeFile(file, Buffer.concat([Buffer.from('40000 .git\0'), Buffer.from(tree, 'hex')]));
	const evil = (await bare.git('hash-object', '-t', 'tree', '-w', '--literally', file)).trim();
	const author = ['-c', 'user.name=E', '-c', 'user.email=e@example.com'];
	const commit = (await bare.git(...author, 'commit-tree', '-m', 'evil', evil)).trim();
	await bare.git('update-ref', 'refs/heads/main', commit);
	const problem = await problemOf((await openMirror(t, bare.url)).refresh(signal));
	t.is(problem?.code, 'E_GIT_UNREACHABLE');
	t.regex(problem?.message ?? '', /hasDotgit/);
});

test('an unusable URL or branch is refused before anything is made', async (t) => {
	t.is((await problemOf(openMirror(t, 'http://h/r', { allowInsecure: false })))?.code, 'E_URL_SCHEME');
	t.is((await problemOf(openMirror(t, 'https://h/r', { branch: '-x' })))?.code, 'E_REFNAME');
});

async function pushOne(t: ExecutionContext, repository: Repository): Promise<void> {
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
}

/** A commit that only a mirror in `folder` holds. */
async function commitElsewhere(
	t: ExecutionContext,
	url: string,
): Promise<{ folder: string; parent: string; commit: string }> {
	const folder = await createFolder(t);
	const repository = await openMirror(t, url, { folder });
	const parent = await repository.refresh(signal);
	return { folder, parent, commit: await repository.commit(aCommit({ parent, files: { a: '2' } }), signal) };
}
