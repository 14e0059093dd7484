import test, { type ExecutionContext } from 'ava';
import { openCredentialFolder } from '../../../src/git/access/credential-folder.ts';
import type { GitAccess } from '../../../src/git/mirror-folder.ts';
import type { PushOutcome, Repository } from '../../../src/model/ports/repository.ts';
import { aCanary } from '../../support/canaries.ts';
import { basic, type GitAuthServer, serveBehindLogin, takeOnly } from '../../support/git-auth-server.ts';
import { holdCredentials, mountSecret } from '../../support/git-credentials.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { type BareRepository, createBareRepository } from '../../support/git-remote.ts';
import { problemOf } from '../../support/problem-of.ts';
import { aCommit } from '../../support/repository-under-test.ts';

const { signal } = new AbortController();

interface Stage {
	readonly bare: BareRepository;
	readonly server: GitAuthServer;
	open(access?: GitAccess): Promise<Repository>;
}

async function setStage(t: ExecutionContext): Promise<Stage> {
	const bare = await createBareRepository(t, { a: '1' });
	const server = await serveBehindLogin(t, bare);
	return { bare, server, open: (access = {}) => openMirror(t, server.url, access) };
}

async function pushOne(repository: Repository): Promise<PushOutcome> {
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	return await repository.push(commit, parent, signal);
}

const password = aCanary('git-password');
const token = aCanary('git-token');
/** What a login is replaced by, one after the other. */
const issued = ['first', 'second', 'third', 'fourth'].map((which) => aCanary(`${which}-login`));
const [first = '', second = '', third = '', fourth = ''] = issued;

const logins = [
	['username and password', { username: 'bot', password: `${password}\n` }, basic('bot', password)],
	['a bearer token', { bearerToken: token }, `Bearer ${token}`],
] as const;

for (const [what, values, header] of logins) {
	test(`${what} of a mounted Secret go along with every request, the first one too`, async (t) => {
		const { bare, server, open } = await setStage(t);
		server.answer = takeOnly(header);
		const credentials = openCredentialFolder(await mountSecret(t, values));
		t.deepEqual(await pushOne(await open({ credentials })), { kind: 'pushed' });
		t.is((await bare.log()).length, 2);
		t.deepEqual([...new Set(server.authorizations)], [header]);
	});
}

test('a password that stands in every commit’s id harms none of them', async (t) => {
	const { bare, server, open } = await setStage(t);
	for (const password of '0123456789abcdef') {
		server.answer = takeOnly(basic('bot', password));
		const repository = await open({ credentials: holdCredentials({ username: 'bot', password }) });
		t.is(await repository.refresh(signal), (await bare.log())[0]?.id ?? '');
	}
});

test('a server of anybody needs no login', async (t) => {
	const { server, open } = await setStage(t);
	t.deepEqual(await pushOne(await open()), { kind: 'pushed' });
	t.deepEqual([...new Set(server.authorizations)], [undefined]);
});

test('a login that is missing is E_GIT_AUTH, and the remedy names the flags', async (t) => {
	const { server, open } = await setStage(t);
	server.answer = takeOnly(basic('bot', password));
	const problem = await problemOf((await open()).refresh(signal));
	t.is(problem?.code, 'E_GIT_AUTH');
	t.regex(problem?.remedy ?? '', /--git-credentials or --git-secret/);
});

test('F5, F-115 a refused login is read once more, and then rests until it changes or a probe is due', async (t) => {
	const { server, open } = await setStage(t);
	server.answer = takeOnly(basic('bot', second));
	const credentials = holdCredentials({ username: 'bot', password: first });
	let now = 0;
	const repository = await open({ credentials, clock: { now: () => now } });
	const refresh = () => problemOf(repository.refresh(signal));

	const problem = await refresh();
	t.like(problem, { code: 'E_GIT_AUTH', where: { kind: 'named', name: server.url } });
	t.is(problem?.remedy, 'renew the credentials in the test; they are read again by themselves');
	t.deepEqual(credentials.reads, ['look', 'renew']);
	t.is(server.authorizations.length, 1);
	for (const at of [15_000, 30_000, 59_999]) {
		now = at;
		t.deepEqual(await refresh(), problem);
	}
	t.is(server.authorizations.length, 1);
	now = 60_000;
	await refresh();
	t.is(server.authorizations.length, 2);
	now = 60_000 + 599_999;
	await refresh();
	t.is(server.authorizations.length, 2);
	now += 1;
	await refresh();
	t.is(server.authorizations.length, 3);

	credentials.values = { username: 'bot', password: second };
	t.is(await refresh(), undefined);
});

test('F5 a login that is new when it is read again is tried at once, and once', async (t) => {
	const { server, open } = await setStage(t);
	const left = issued.slice(0, 3);
	const credentials = {
		read: (effort: string) => {
			if (effort === 'renew') left.shift();
			return Promise.resolve({ place: 'the test', values: { username: 'bot', password: left[0] ?? '' } });
		},
	};
	server.answer = takeOnly(basic('bot', second));
	const repository = await open({ credentials });
	t.is(await problemOf(repository.refresh(signal)), undefined);
	t.deepEqual(server.authorizations.slice(0, 2), [basic('bot', first), basic('bot', second)]);

	const before = server.authorizations.length;
	server.answer = takeOnly(basic('bot', fourth));
	t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_AUTH');
	t.deepEqual(server.authorizations.slice(before), [basic('bot', second), basic('bot', third)]);
});

test('F37 a Secret that is rotated counts from the next request on', async (t) => {
	const { server, open } = await setStage(t);
	server.answer = takeOnly(`Bearer ${first}`);
	const credentials = holdCredentials({ bearerToken: first });
	const repository = await open({ credentials });
	await repository.refresh(signal);
	server.answer = takeOnly(`Bearer ${second}`);
	credentials.values = { bearerToken: second };
	t.deepEqual(await pushOne(repository), { kind: 'pushed' });
	t.is(server.authorizations.at(-1), `Bearer ${second}`);
});

test('F6 a login that may read but not push stops the pushes alone, and the remedy names the right', async (t) => {
	const { server, open } = await setStage(t);
	const body = 'Write access to repository not granted.';
	server.answer = (_authorization, { url = '' }) =>
		url.includes('git-receive-pack')
			? { status: 403, headers: { 'content-type': 'text/plain' }, body }
			: undefined;
	const repository = await open({ credentials: holdCredentials({ bearerToken: token }) });
	const outcome = await pushOne(repository);
	t.like(outcome, { kind: 'refused', problem: { code: 'E_GIT_AUTH', got: body } });
	if (outcome.kind !== 'refused') return t.fail();
	t.regex(outcome.problem.message, /^the push to main was refused: .* 403$/);
	t.regex(outcome.problem.remedy, /write to \(on GitHub: Contents, read and write\) the repository/);
	const before = server.authorizations.length;
	t.deepEqual(await pushOne(repository), outcome);
	t.is(server.authorizations.length - before, 2, 'the branch was looked at, nothing was pushed');
});

test('a redirect is not followed with a login, and said', async (t) => {
	const { server, open } = await setStage(t);
	const elsewhere = await setStage(t);
	server.answer = (_authorization, { url = '' }) => ({
		status: 302,
		headers: { location: `${new URL(elsewhere.server.url).origin}${url}` },
	});
	const problem = await problemOf(
		(await open({ credentials: holdCredentials({ bearerToken: token }) })).refresh(signal),
	);
	t.is(problem?.code, 'E_GIT_UNREACHABLE');
	t.regex(problem?.remedy ?? '', /give the URL that it leads to/);
	t.deepEqual(elsewhere.server.authorizations, []);
});

test('a server that repeats what it was sent does not get a secret into a message', async (t) => {
	const { server, open } = await setStage(t);
	server.answer = (authorization) => ({
		status: 403,
		headers: { 'content-type': 'text/plain' },
		body: `no: ${authorization} and ${password}`,
	});
	const credentials = holdCredentials({ username: 'bot', password });
	const problem = await problemOf((await open({ credentials })).refresh(signal));
	t.is(problem?.got, 'no: Basic *** and ***');
});

test('credentials do not cross a network over http, whether ours or a helper’s', async (t) => {
	const url = 'http://git.example.com/config.git';
	const withSecret = await openMirror(t, url, { credentials: holdCredentials({ bearerToken: token }) });
	const withHelper = await openMirror(t, url, { credentialHelper: 'store' });
	for (const repository of [withSecret, withHelper]) {
		const problem = await problemOf(repository.refresh(signal));
		t.is(problem?.code, 'E_GIT_CREDENTIALS');
		t.regex(problem?.message ?? '', /not sent over http/);
	}
});

test('credentials that cannot be read are a problem of their own, for a refresh and a push', async (t) => {
	const { bare, open } = await setStage(t);
	const folder = await mountSecret(t, {});
	const repository = await open({ credentials: openCredentialFolder(folder) });
	const place = { kind: 'named', name: `the folder ${folder}` };
	t.like(await problemOf(repository.refresh(signal)), { code: 'E_GIT_CREDENTIALS', where: place });
	const outcome = await repository.push((await bare.log())[0]?.id ?? '', '0'.repeat(40), signal);
	t.like(outcome, { kind: 'refused', problem: { code: 'E_GIT_CREDENTIALS', where: place } });
});
