// The net that catches the secrets of tests: each kind of artefact, with a secret planted in it.
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { ProblemError, problem } from '../src/model/problem.ts';
import { aCanary, findCanary, watchFor } from './support/canaries.ts';
import { mayHoldSecrets } from './support/canary-search.ts';
import { mountSecret } from './support/git-credentials.ts';
import { type BareRepository, createBareRepository, gitEnvironment } from './support/git-remote.ts';
import { createLogLines } from './support/log-lines.ts';
import { problemOf } from './support/problem-of.ts';
import { recordPrograms } from './support/recorded-programs.ts';
import { makeFolder } from './support/temporary-folder.ts';
import { createTerminal } from './support/terminal.ts';

const password = aCanary('planted-password');

interface PlayedTest extends Pick<ExecutionContext, 'teardown'> {
	/** What its teardowns threw. */
	end(): Promise<readonly string[]>;
}

/** Stands in for a test whose end is looked at. */
function playTest(): PlayedTest {
	const undoings: (() => void | Promise<void>)[] = [];
	return {
		teardown: (undo) => void undoings.push(undo),
		async end() {
			const said: string[] = [];
			for (const undo of undoings.reverse()) {
				await Promise.resolve()
					.then(undo)
					.catch((error: unknown) => said.push(String(error)));
			}
			return said;
		},
	};
}

async function put(file: string, text: string, mode = 0o600): Promise<void> {
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, text, { mode });
}

const encodings: readonly (readonly [how: string, text: string])[] = [
	['as it is', `password=${password}`],
	['cut off', password.slice(0, -10)],
	['in a header', `Basic ${Buffer.from(`bot:${password}`).toString('base64')}`],
	['behind a longer name', Buffer.from(`robots:${password}`).toString('base64url')],
	['in a Secret', Buffer.from(password).toString('base64')],
	['in hex', Buffer.from(password).toString('hex')],
	['in a URL', new URL(`https://bot:${password}@example.com/x`).href],
	['in JSON', JSON.stringify({ password })],
];

for (const [how, text] of encodings) {
	test(`a secret ${how} is found, and named`, (t) => {
		t.regex(findCanary(`some words ${text} more words`) ?? '', /^planted-password/);
	});
}

test('what is no secret is none', (t) => {
	t.is(findCanary('c4n4ryTweet, and a planted-password, dHdlZXQ='), undefined);
	t.is(findCanary(''), undefined);
});

test('each line of a key that something else made is found', (t) => {
	const lines = ['A', 'B', 'C'].map((letter) => letter.repeat(64));
	const key = `-----BEGIN TEST KEY-----\n${lines.join('\n')}\n-----END TEST KEY-----\n`;
	t.is(watchFor('test-key', key), key);
	for (const line of lines) t.is(findCanary(`x${line}x`), 'test-key');
	t.is(findCanary('-----BEGIN TEST KEY-----'), undefined);
	t.throws(() => watchFor('short-key', 'abc'), { message: /too short/ });
});

const plantings: readonly (readonly [
	what: string,
	plant: (folder: string) => Promise<void>,
	told: RegExp,
])[] = [
	[
		'a file',
		(folder) => put(join(folder, 'a/b.log'), `x ${password}`),
		/a\/b\.log holds the planted-password/,
	],
	['a name', (folder) => put(join(folder, password), ''), /\(its name\) holds the planted-password/],
	[
		'a folder’s name',
		(folder) => put(join(folder, `of-${password}`, 'x'), ''),
		/\(its name\) holds the planted-password/,
	],
	[
		'a file that others may read',
		(folder) => put(mayHoldSecrets(join(folder, 'kubeconfig')), password, 0o644),
		/others may read kubeconfig/,
	],
];

for (const [what, plant, told] of plantings) {
	test(`a secret in ${what} of a temporary folder fails the test that made it, and goes with it`, async (t) => {
		const played = playTest();
		const folder = await makeFolder(played);
		await plant(folder);
		const [said = '', ...others] = await played.end();
		t.regex(said, told);
		t.deepEqual(others, []);
		await t.throwsAsync(stat(folder), { code: 'ENOENT' });
	});
}

test('a secret in its own place fails nothing', async (t) => {
	const played = playTest();
	const folder = await makeFolder(played);
	await put(mayHoldSecrets(join(folder, 'identity')), password);
	t.deepEqual(await played.end(), []);
	t.deepEqual((await readdir(await mountSecret(t, { password }))).length, 1);
});

const hidden: readonly (readonly [where: string, plant: (bare: BareRepository) => Promise<unknown>])[] = [
	['a commit message', (bare) => bare.commit({ a: '2' }, `uses ${password}`)],
	['a file of a commit', (bare) => bare.commit({ a: `token: ${password}\n` }, 'change')],
	['the name of a file', (bare) => bare.commit({ [`${password}.yaml`]: '2' }, 'change')],
	[
		'the author of a commit',
		(bare) => bare.commit({ a: '2' }, 'm', { author: { name: password, email: 'e@x' } }),
	],
	['the name of a branch', (bare) => bare.git('branch', password)],
	[
		'a pack',
		async (bare) => {
			await bare.commit({ a: password }, 'change');
			await bare.git('repack', '-adq');
		},
	],
	[
		'what no branch leads to any more',
		async (bare) => {
			await bare.commit({ a: password }, 'change');
			await bare.git('update-ref', 'refs/heads/main', 'main~1');
		},
	],
];

for (const [where, plant] of hidden) {
	test(`a secret in ${where} fails the test that made the repository`, async (t) => {
		const played = playTest();
		await plant(await createBareRepository(played, { a: '1' }));
		const said = await played.end();
		t.is(said.length, 1);
		t.regex(said[0] ?? '', /remote\.git\/\S+.* holds the planted-password/);
	});
}

test('a repository without a secret fails nothing', async (t) => {
	const played = playTest();
	const bare = await createBareRepository(played, { a: '1' });
	await bare.commit({ a: '2' }, 'c4n4ryTweet');
	t.deepEqual(await played.end(), []);
});

test('a secret in what a command writes fails its test', async (t) => {
	for (const stream of ['out', 'err'] as const) {
		const played = playTest();
		createTerminal(played)[stream](`no: ${password}`);
		t.regex((await played.end()).join(), new RegExp(`std${stream} holds the planted-password`));
	}
});

test('a secret in a log or a problem is not looked at without an error', async (t) => {
	const log = createLogLines();
	log.info('fetched', { url: `https://bot:${password}@example.com` });
	t.throws(() => log.lines, { message: /the log holds the planted-password/ });
	const where = { kind: 'named', name: 'x' } as const;
	const told = new ProblemError(problem('E_GIT_AUTH', { where, message: `no: ${password}` }));
	await t.throwsAsync(problemOf(Promise.reject(told)), { message: /a problem holds the planted-password/ });
});

test('a secret among the arguments of a recorded program fails its test; the program does what it always does', async (t) => {
	const played = playTest();
	const { path, calls } = await recordPrograms(played, ['git']);
	const version = await runGit(t, path, ['--version']);
	t.regex(version, /^git version/);
	await runGit(t, path, ['-c', `http.extraHeader=Authorization: Bearer ${password}`, 'version']);
	t.is((await calls()).length, 2);
	t.is((await calls())[0], 'git --version ');
	t.regex((await played.end()).join(), /calls holds the planted-password/);
});

test('temporary folders of tests are made in one place, which searches them', (t) => {
	const cwd = fileURLToPath(new URL('.', import.meta.url));
	const makers = globSync('**/*.ts', { cwd, exclude: ['bench/**', 'canaries.test.ts'] }).filter((file) =>
		/\bmkdtemp(Sync)?\(/.test(readFileSync(join(cwd, file), 'utf8')),
	);
	// Processes of their own, and what the servers of the lab keep.
	const others = [
		'lab/cluster.ts',
		'lab/gitea/server.ts',
		'lab/source-keeper.ts',
		'rendering/browser.ts',
		'support/branch-racer.ts',
	];
	t.deepEqual(makers.sort(), [...others, 'support/temporary-folder.ts']);
});

async function runGit(t: ExecutionContext, path: string, args: readonly string[]): Promise<string> {
	const env = { ...gitEnvironment(await makeFolder(t)), PATH: path };
	return (await promisify(execFile)('git', [...args], { env })).stdout;
}
