import test from 'ava';
import { scriptGitea } from '../../support/gitea-pulls.ts';
import { problemOf } from '../../support/problem-of.ts';

const { signal } = new AbortController();
const hidden = { status: 403, body: { message: 'Only admins can query all permissions' } };

test('F6 in an organisation only an admin learns who may write: a team that reads is no writer', async (t) => {
	const { forge, asked } = scriptGitea([hidden, { status: 200, body: [{ name: 'readers' }] }]);
	const problem = await problemOf(forge.permission('ann', signal));
	t.like(problem, { code: 'E_FORGE_RIGHTS' });
	t.true(problem?.message.includes('Only admins can query all permissions'));
	t.deepEqual(asked(), ['GET /collaborators/ann/permission', 'GET /teams']);
});

test('elsewhere those who can be assigned are those who may write', async (t) => {
	for (const [login, permission] of [
		['Ann', 'write'],
		['bob', 'read'],
	] as const) {
		const { forge } = scriptGitea([
			hidden,
			{ status: 405 },
			{ status: 200, body: [{ login: 'ann' }, { login: 'owner' }] },
		]);
		t.is(await forge.permission(login, signal), permission);
	}
});

test('what is no login is not asked for', async (t) => {
	const { forge, asked } = scriptGitea([]);
	for (const login of ['', '.', '..', 'a/b', 'a b', 'a?b', '\u202Ea'])
		t.is(await forge.permission(login, signal), 'none');
	t.deepEqual(asked(), []);
});

test('who we are is asked once', async (t) => {
	const repository = { status: 200, body: { permissions: { admin: false, push: true, pull: true } } };
	const { forge, asked } = scriptGitea([{ status: 200, body: { login: 'bot' } }, repository]);
	for (let times = 0; times < 3; times += 1) {
		t.deepEqual(await forge.identity(signal), { login: 'bot', permission: 'write' });
	}
	t.deepEqual(asked(), ['GET /user', 'GET ']);
});
