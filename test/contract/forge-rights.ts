import type { SerialFn } from 'ava';
import type { Permission } from '../../src/model/ports/forge.ts';
import {
	aPull,
	branch,
	type ForgeContract,
	has,
	openPull,
	refusalOf,
	untilTold as signal,
} from '../support/forge-under-test.ts';

export function rightsContract({ name, open, traits }: ForgeContract, test: SerialFn): void {
	test(`${name}: we learn who we are, and what we may do`, async (t) => {
		const stage = await open(t);
		t.deepEqual(await stage.forge.identity(signal), { login: stage.logins.spillway, permission: 'write' });
		t.deepEqual(await stage.forge.identity(signal), { login: stage.logins.spillway, permission: 'write' });
		t.deepEqual(await stage.as('admin').identity(signal), { login: stage.logins.admin, permission: 'admin' });
		t.deepEqual(await stage.as('reader').identity(signal), {
			login: stage.logins.reader,
			permission: 'read',
		});
	});

	test(`${name}: an admin learns what everybody may do`, async (t) => {
		const stage = await open(t);
		const forge = stage.as('admin');
		const { logins } = stage;
		t.is(await forge.permission(logins.admin, signal), 'admin');
		t.is(await forge.permission(logins.spillway, signal), 'write');
		t.is(await forge.permission(logins.writer, signal), 'write');
		t.is(await forge.permission(logins.reader, signal), 'read');
		for (const login of [logins.stranger, 'nobody-of-that-name', '..', '', 'a/b', '💥']) {
			const permission = await forge.permission(login, signal);
			t.true(permission === 'none' || permission === 'read', `${login}: ${permission}`);
		}
	});

	test(`${name}: who may write is learned without being an admin`, async (t) => {
		const stage = await open(t);
		const { logins } = stage;
		if (!has(traits, 'openRights')) {
			t.is(await stage.forge.permission(logins.spillway, signal), 'write');
			for (const role of ['admin', 'writer', 'reader', 'stranger'] as const) {
				t.is(await stage.forge.permission(logins[role], signal), 'read', role);
			}
			return;
		}
		const mayWrite = (permission: Permission): boolean => permission === 'write' || permission === 'admin';
		for (const role of ['admin', 'writer', 'spillway'] as const) {
			t.true(mayWrite(await stage.forge.permission(logins[role], signal)), role);
		}
		for (const login of [logins.reader, logins.stranger, 'nobody-of-that-name']) {
			t.false(mayWrite(await stage.forge.permission(login, signal)), login);
		}
		if (traits.tellsExactPermissions) t.is(await stage.forge.permission(logins.admin, signal), 'admin');
	});

	test(`${name}: what protects a branch is told, as far as we may know`, async (t) => {
		const stage = await open(t);
		const before = await stage.forge.protection('main', signal);
		t.like(before, { isProtected: false, requiredChecks: [], requiredApprovals: 0 });
		t.not(before.mayPush, false);
		await stage.protect('main', {
			requiredChecks: ['ci/test', 'spillway/still-needed'],
			requiredApprovals: 2,
		});
		const after = await stage.as('admin').protection('main', signal);
		t.like(after, { isProtected: true, requiredApprovals: 2 });
		const named = has(traits, 'namedChecks') ? ['ci/test', 'spillway/still-needed'] : [];
		t.deepEqual(after.requiredChecks.toSorted(), named);
		const ours = await stage.forge.protection('main', signal);
		t.is(ours.isProtected, has(traits, 'openRights'));
		t.not(ours.mayPush, true);
		t.like(await stage.forge.protection(branch, signal), { isProtected: false, requiredChecks: [] });
	});

	test(`F6 ${name}: what we have no right to is refused in words, and later tried again`, async (t) => {
		const stage = await open(t);
		const { number } = await openPull(stage);
		const error = await refusalOf(t, stage.as('stranger').update(number, { title: 'mine now' }, signal));
		t.true(['E_FORGE_RIGHTS', 'E_FORGE_REPOSITORY'].includes(error.problem.code), error.problem.code);
		t.is(error.retry, 'later');
		t.false(error.isLost);
		t.is((await stage.forge.read(number, signal))?.title, 'Fail over east');
	});

	test(`F5 ${name}: a token that nobody knows is E_FORGE_AUTH, and is nowhere in the error`, async (t) => {
		const stage = await open(t);
		const error = await refusalOf(t, stage.as('impostor').identity(signal));
		t.is(error.problem.code, 'E_FORGE_AUTH');
		t.is(error.retry, 'later');
		t.false(error.message.includes('impostor-token'));
	});

	test(`F11 ${name}: a repository that is not there is E_FORGE_REPOSITORY`, async (t) => {
		const { missing } = await open(t);
		for (const call of [missing.findByHead(branch, signal), missing.listOpen(signal)]) {
			const error = await refusalOf(t, call);
			t.is(error.problem.code, 'E_FORGE_REPOSITORY');
			t.is(error.retry, 'later');
		}
	});

	test(`${name}: once aborted, calls throw the signal’s reason and do nothing`, async (t) => {
		const stage = await open(t);
		await stage.push(branch, { 'a.yaml': 'x: 1\n' });
		const reason = new Error('enough');
		const aborted = AbortSignal.abort(reason);
		t.is(await t.throwsAsync(stage.forge.create(aPull(), aborted)), reason);
		t.is(await t.throwsAsync(stage.forge.findByHead(branch, aborted)), reason);
		t.deepEqual(await stage.forge.listOpen(signal), []);
	});
}
