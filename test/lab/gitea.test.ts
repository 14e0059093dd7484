import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import test from 'ava';
import { createBareRepository } from '../support/git-remote.ts';
import { assertSigned, openWebhookInbox } from '../support/webhook-inbox.ts';
import { onGitea } from './gitea/on-gitea.ts';
import { giteaVersion } from './gitea/programs.ts';
import { type Gitea, type GiteaRepository, startGitea } from './gitea.ts';

await onGitea((find) => {
	declareLife();
	declareGit(find);
	declareRules(find);
});

function declareLife(): void {
	test('real: a Gitea of its own listens on loopback, runs as nobody who is root, and leaves nothing', async (t) => {
		const undoings: (() => Promise<void>)[] = [];
		const gitea = await startGitea({ teardown: (undo) => undoings.push(undo) });
		t.teardown(gitea.stop);
		t.like(await gitea.call(undefined, 'GET', '/version'), { status: 200, body: { version: giteaVersion } });
		t.like(await gitea.call(gitea.admin, 'GET', '/user'), { status: 200, body: { is_admin: true } });
		t.is(new URL(gitea.url).hostname, '127.0.0.1');
		const { stdout } = await promisify(execFile)('ps', ['-o', 'uid=', '-p', `${gitea.pid}`]);
		t.not(Number(stdout), 0);
		t.is(undoings.length, 1);
		for (const undo of undoings) await undo();
		t.false(isRunning(gitea.pid));
		t.false(existsSync(join(gitea.folder, '..')));
	});

	for (const how of ['ends', 'is killed'] as const) {
		test(`real: the shared Gitea ends with its process, which ${how}`, async (t) => {
			const killed = how === 'is killed';
			const module = new URL('gitea.ts', import.meta.url);
			const rest = killed ? 'setInterval(() => undefined, 1_000);' : '';
			const script = `import { sharedGitea } from '${module}'; console.log((await sharedGitea()).pid); ${rest}`;
			const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'pipe' });
			const ended = once(child, 'close');
			const [line] = await once(createInterface(child.stdout), 'line');
			t.true(Number(line) > 0);
			if (killed) child.kill('SIGKILL');
			t.deepEqual(await ended, killed ? [null, 'SIGKILL'] : [0, null]);
			await t.notThrowsAsync(untilGone(Number(line)));
		});
	}
}

function declareGit(find: () => Gitea): void {
	test('real: git reads and writes over HTTP with a token, and not without', async (t) => {
		const gitea = find();
		const owner = await gitea.createUser('gina');
		const stranger = await gitea.createUser('steve');
		const files = { 'README.md': 'hello\n', 'policies/web.yaml': 'weight: 1\n' };
		const repository = await gitea.createRepository({ owner, name: 'config', files, private: true });
		const mirror = await createBareRepository(t);
		await mirror.git('fetch', '--quiet', repository.urlOf(owner), '+refs/heads/*:refs/heads/*');
		t.is((await mirror.show('policies/web.yaml')).toString(), 'weight: 1\n');
		const commit = await mirror.commit({ 'policies/web.yaml': 'weight: 0\n' }, 'move');
		await mirror.git('push', '--quiet', repository.urlOf(owner), 'main');
		t.like(await gitea.call(owner, 'GET', `${repository.path}/branches/main`), {
			status: 200,
			body: { commit: { id: commit } },
		});
		for (const url of [repository.url, repository.urlOf(stranger)]) {
			await t.throwsAsync(mirror.git('fetch', '--quiet', url, 'main'), {
				message: /could not read Username|not found/,
			});
		}
		t.is((await gitea.call(stranger, 'GET', repository.path)).status, 404, 'what is private is not there');
	});

	test('real: a repository without files is empty, and takes its first commit by push', async (t) => {
		const gitea = find();
		const owner = await gitea.createUser('emma');
		const repository = await gitea.createRepository({ owner, name: 'empty' });
		t.like(await gitea.call(owner, 'GET', repository.path), {
			body: { empty: true, default_branch: 'main' },
		});
		const mirror = await createBareRepository(t, { 'README.md': 'hello\n' });
		await mirror.git('push', '--quiet', repository.urlOf(owner), 'main');
		// That it is empty no more, its description says a moment later.
		const heads = await mirror.git('ls-remote', '--heads', repository.urlOf(owner));
		t.is(heads, await mirror.git('for-each-ref', '--format=%(objectname)%09%(refname)'));
	});
}

function declareRules(find: () => Gitea): void {
	async function setStage(
		name: string,
	): Promise<{ readonly gitea: Gitea; readonly repository: GiteaRepository }> {
		const gitea = find();
		const owner = await gitea.createUser(`owner-of-${name}`);
		const files = { 'README.md': 'hello\n' };
		return { gitea, repository: await gitea.createRepository({ owner, name, files }) };
	}

	test('real: a protected branch takes pushes of those on its list alone', async (t) => {
		const { gitea, repository } = await setStage('protected');
		const [bot, person] = await Promise.all([gitea.createUser('bot'), gitea.createUser('person')]);
		for (const user of [bot, person]) await gitea.addCollaborator(repository, user, 'write');
		await gitea.protectBranch(repository, 'main', { pushWhitelist: [bot.name], requiredApprovals: 1 });
		const mirror = await createBareRepository(t);
		await mirror.git('fetch', '--quiet', repository.urlOf(bot), '+refs/heads/*:refs/heads/*');
		await mirror.commit({ 'a.txt': 'a' }, 'a');
		await t.throwsAsync(mirror.git('push', '--quiet', repository.urlOf(person), 'main'), {
			message: /Not allowed to push to protected branch main/,
		});
		await t.notThrowsAsync(mirror.git('push', '--quiet', repository.urlOf(bot), 'main'));
		const branch = `${repository.path}/branches/main`;
		t.like(await gitea.call(bot, 'GET', branch), { body: { user_can_push: true, required_approvals: 1 } });
		t.like(await gitea.call(person, 'GET', branch), { body: { user_can_push: false } });
	});

	test('real: a token that lacks a scope is refused, and told which', async (t) => {
		const { gitea, repository } = await setStage('scoped');
		const { owner, path } = repository;
		const user = await gitea.limitUser(owner, ['write:repository']);
		t.is((await gitea.call(user, 'GET', `${path}/pulls`)).status, 200);
		for (const [method, place, scope] of [
			['GET', '/user', 'read:user'],
			['GET', `${path}/issues/1/timeline`, 'read:issue'],
			['POST', `${path}/issues/1/comments`, 'write:issue'],
			['POST', `${path}/labels`, 'write:issue'],
		] as const) {
			const need = `required=[${scope}], token scope=write:repository`;
			t.like(await gitea.call(user, method, place, method === 'POST' ? {} : undefined), {
				status: 403,
				body: { message: `token does not have at least one of required scope(s), ${need}` },
			});
		}
	});

	test('real: a webhook on loopback is called, signed with its secret', async (t) => {
		const { gitea, repository } = await setStage('hooked');
		const inbox = await openWebhookInbox(t);
		const id = await gitea.addWebhook(repository, { url: inbox.url, secret: inbox.secret, events: ['push'] });
		const { owner, path } = repository;
		t.is((await gitea.call(owner, 'POST', `${path}/hooks/${id}/tests`)).status, 204);
		const [delivery] = await inbox.take(1);
		if (delivery === undefined) return t.fail();
		t.notThrows(() => assertSigned(delivery, inbox.secret));
		t.throws(() => assertSigned(delivery, 'another'));
		t.like(delivery.body, { ref: 'refs/heads/main', repository: { full_name: repository.fullName } });
	});
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

async function untilGone(pid: number): Promise<void> {
	const deadline = Date.now() + 30_000;
	while (isRunning(pid)) {
		if (Date.now() > deadline) throw new Error(`process ${pid} does not end`);
		await setTimeout(20);
	}
}
