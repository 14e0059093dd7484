import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import type { CredentialSource } from '../../../src/git/access/credentials.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { startEmbeddedGitea } from '../../support/embedded-gitea.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { aCommit } from '../../support/repository-under-test.ts';

const { signal } = new AbortController();
const branch = 'spillway/failover/east';

const credentialsOf = (password: string): CredentialSource => {
	const values = { username: 'spillway', password };
	return { read: () => Promise.resolve({ values, place: 'the test' }) };
};

test('a mirror needs the URL and a token, and nothing else', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	const { repository } = forge;
	const mirror = await openMirror(t, repository.url, { credentials: credentialsOf('token-of-the-writer') });
	const parent = await mirror.refresh(signal);
	const commit = await mirror.commit(aCommit({ parent, files: { 'README.md': 'new\n' } }), signal);
	t.deepEqual(await mirror.pushBranch({ branch, commit }, signal), { kind: 'pushed' });
	const draft = { title: 'Fail over', body: '', head: branch, base: 'main' };
	const { number, headCommit } = await repository.hosted.open('the-writer', draft);
	t.is(headCommit, commit);
	const wish = { style: 'merge', deleteBranch: true } as const;
	const { mergeCommit = '' } = await repository.hosted.merge('the-writer', number, wish);
	t.is(await mirror.refresh(signal), mergeCommit);
	t.deepEqual(await mirror.branches('spillway/', signal), new Map());
	t.deepEqual(
		(await mirror.history(mergeCommit, 2, signal)).map(({ id }) => id),
		[mergeCommit, parent],
	);
});

test('F-120 a protected branch refuses a push in words, and a reader’s token any push', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	const { url, hosted } = forge.repository;
	const rule = { branch: 'main', requiredApprovals: 1, requiredContexts: [], blocksOnRejection: false };
	await hosted.protect('the-owner', { ...rule, mayPush: ['the-reviewer'] });
	const push = async (token: string) => {
		const mirror = await openMirror(t, url, { credentials: credentialsOf(token) });
		const parent = await mirror.refresh(signal);
		const commit = await mirror.commit(aCommit({ parent, files: { [token]: 'x\n' } }), signal);
		const outcome = await mirror.push(commit, parent, signal);
		return outcome.kind === 'refused' ? outcome.problem.code : outcome.kind;
	};
	t.is(await push('token-of-the-writer'), 'E_GIT_PROTECTED');
	t.is(await push('token-of-the-reader'), 'E_GIT_AUTH');
	const error = await t.throwsAsync(push('nobodys-token'), { instanceOf: ProblemError });
	t.is(error?.problem.code, 'E_GIT_AUTH');
	t.is(await push('token-of-the-reviewer'), 'pushed');
});

test('faults that are aimed at git do not befall the API, and the other way round', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	const { faults, repository, url } = forge;
	const version = async () => {
		const answer = await fetch(`${url}/api/v1/version`);
		await answer.body?.cancel();
		return [answer.status, answer.headers.get('retry-after')];
	};
	const refs = async () => (await fetch(`${repository.url}/info/refs?service=git-upload-pack`)).status;
	faults.inject({ kind: 'answer', status: 503, times: 1, calls: ['git'] });
	faults.inject({ kind: 'answer', status: 429, retryAfter: 6_500, times: 1 });
	t.deepEqual(await version(), [429, '7']);
	t.deepEqual(await version(), [200, null]);
	t.is(await refs(), 503);
	t.is(await refs(), 200);
	faults.inject({ kind: 'unreachable', on: true });
	await t.throwsAsync(version());
	await t.throwsAsync(refs());
	faults.inject({ kind: 'unreachable', on: false });
	t.deepEqual(await version(), [200, null]);
});

for (const when of ['before', 'after'] as const) {
	test(`F29 a request whose answer is lost ${when} it was carried out breaks off`, async (t) => {
		const { forge, gitea } = await startEmbeddedGitea(t);
		const { hosted } = forge.repository;
		await hosted.git.move('a', undefined, hosted.state.tips.get('main'));
		forge.faults.inject({ kind: 'lost', when, times: 1, calls: ['create'] });
		const draft = { head: 'a', base: 'main', title: 'a' };
		await t.throwsAsync(gitea.call(gitea.users.writer, 'POST', `/repos/${hosted.fullName}/pulls`, draft));
		t.is((await hosted.pulls()).length, when === 'after' ? 1 : 0);
	});
}

test('a request that hangs is let go of by its caller, and does not keep the forge from stopping', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	forge.faults.inject({ kind: 'hang', times: 2 });
	const stop = AbortSignal.timeout(100);
	await t.throwsAsync(fetch(`${forge.url}/api/v1/version`, { signal: stop }));
	const open = connect(Number(new URL(forge.url).port), '127.0.0.1');
	open.on('error', () => undefined);
	open.write('GET /api/v1/version HTTP/1.1\r\nhost: localhost\r\n\r\n');
	await once(open, 'connect');
	const closed = new Promise((resolve) => open.on('close', resolve));
	await forge.stop();
	await closed;
	t.pass();
});

test('a body that is too large, or none, is refused', async (t) => {
	const { forge, gitea } = await startEmbeddedGitea(t);
	const path = `/repos/${forge.repository.hosted.fullName}/labels`;
	const large = { name: 'x'.repeat(1_100_000), color: '00aabb' };
	t.is((await gitea.call(gitea.users.writer, 'POST', path, large)).status, 413);
	t.is((await gitea.call(gitea.users.writer, 'POST', path, [])).status, 422);
	t.is((await gitea.call(gitea.users.writer, 'GET', '/repos/%zz/x')).status, 404);
});
