import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath, platform } from 'node:process';
import test, { type ExecutionContext } from 'ava';
import type { CredentialValues } from '../../../src/git/access/credentials.ts';
import type { Repository } from '../../../src/model/ports/repository.ts';
import { formatProblem, ProblemError } from '../../../src/model/problem.ts';
import { aCanary, findCanary } from '../../support/canaries.ts';
import { findCanariesIn } from '../../support/canary-search.ts';
import { basic, serveBehindLogin, takeOnly } from '../../support/git-auth-server.ts';
import { holdCredentials } from '../../support/git-credentials.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';
import { aCommit } from '../../support/repository-under-test.ts';

const { signal } = new AbortController();

const password = aCanary('git-password');
const sings = (text: string): boolean => findCanary(text) !== undefined;

/** Programs whose arguments hold a canary now. */
async function listSingingPrograms(isSought: (text: string) => boolean = sings): Promise<readonly string[]> {
	const names = await readdir('/proc').catch(() => []);
	const lines = await Promise.all(
		names
			.filter((name) => /^\d+$/.test(name))
			.map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
	);
	return lines.filter(isSought);
}

async function pushOne(repository: Repository): Promise<string> {
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	return JSON.stringify(await repository.push(commit, parent, signal));
}

async function wordsOf(work: Promise<unknown>): Promise<string> {
	try {
		return String(await work);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return `${formatProblem(error.problem)} ${error.stack} ${String(error.cause)}`;
	}
}

const logins: readonly (readonly [string, CredentialValues, string])[] = [
	['a password', { username: 'bot', password }, basic('bot', password)],
	['a bearer token', { bearerToken: password }, `Bearer ${password}`],
];

for (const [what, values, header] of logins) {
	test(`${what} is in no argument, file, message or URL, whatever happens`, async (t) => {
		const bare = await createBareRepository(t, { a: '1' });
		const server = await serveBehindLogin(t, bare);
		const folder = await createFolder(t);
		const found: Promise<readonly string[]>[] = [];
		const accept = takeOnly(header);
		server.answer = (authorization, request) => {
			found.push(listSingingPrograms(), findCanariesIn(folder));
			return accept(authorization, request);
		};
		const credentials = holdCredentials(values);
		const repository = await openMirror(t, server.url, { credentials, folder });
		const said = [await wordsOf(pushOne(repository))];
		server.answer = (authorization) => ({
			status: 403,
			headers: { 'content-type': 'text/plain' },
			body: `${authorization}`,
		});
		said.push(await wordsOf(pushOne(repository)));
		server.answer = () => ({ status: 500 });
		credentials.values = { ...values, username: `${password}:`, bearerToken: `${password}\n${password}` };
		said.push(await wordsOf(repository.refresh(signal)));
		t.true(said[0]?.includes('pushed'));
		t.true(said[1]?.includes('E_GIT_AUTH'));
		t.true(said[2]?.includes('E_GIT_CREDENTIALS'));
		t.deepEqual(said.filter(sings), []);
		t.true(found.length > 5);
		t.deepEqual((await Promise.all(found)).flat(), []);
		t.deepEqual(await findCanariesIn(folder), []);
	});
}

test('an SSH key is in one private file, and its passphrase nowhere', async (t) => {
	const { folder, said, args } = await pushOverSsh(t, {
		identity: `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${password}\n-----END ENCRYPTED PRIVATE KEY-----\n`,
		password,
		known_hosts: 'git.example.com ssh-ed25519 AAAA',
	});
	t.true(said.includes('pushed'));
	t.true(args.includes('IdentityFile='));
	t.false(sings(said + args));
	const copy = join(folder, 'access', 'identity');
	t.true(sings(await readFile(copy, 'utf8')));
	t.is((await stat(copy)).mode & 0o777, 0o600);
	t.deepEqual(await findCanariesIn(folder), []);
});

test('a key that cannot be used is repeated nowhere', async (t) => {
	for (const identity of [password, `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${password}\n-----END `]) {
		const { folder, said } = await pushOverSsh(t, { identity, known_hosts: 'x ssh-ed25519 AAAA' });
		t.true(said.includes('E_GIT_CREDENTIALS'));
		t.false(sings(said));
		t.deepEqual(await findCanariesIn(folder), []);
		await t.throwsAsync(stat(join(folder, 'access', 'identity')), { code: 'ENOENT' });
	}
});

/** A stand-in for ssh writes down its arguments, and takes the host for this machine. */
async function pushOverSsh(t: ExecutionContext, values: CredentialValues) {
	const bare = await createBareRepository(t, { a: '1' });
	const [folder, programs] = [await createFolder(t), await createFolder(t)];
	const [file, log] = [join(programs, 'ssh'), join(programs, 'words')];
	await writeFile(file, `#!/bin/sh\necho "$@" >>'${log}'\nfor word; do :; done\neval "$word"\n`);
	await chmod(file, 0o755);
	const repository = await openMirror(t, `ssh://git@git.example.com${bare.path}`, {
		folder,
		credentials: holdCredentials(values),
		environment: { PATH: `${programs}:${process.env['PATH']}` },
	});
	const said = await wordsOf(pushOne(repository));
	return { folder, said, args: await readFile(log, 'utf8').catch(() => '') };
}

test('what looks for a secret among arguments finds one', async (t) => {
	for (const user of ['bot', 'a', 'ab', '']) t.true(sings(basic(user, password)), user);
	if (platform !== 'linux') return;
	const singing = spawn(execPath, [
		'-e',
		'console.log(1); setInterval(() => undefined, 1_000)',
		'another bird',
	]);
	await once(singing.stdout, 'data');
	t.is((await listSingingPrograms((text) => text.includes('another bird'))).length, 1);
	singing.kill();
	await once(singing, 'exit');
});
