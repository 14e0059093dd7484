import test from 'ava';
import { branch, openPull, refusalOf, untilTold as signal } from '../../support/forge-under-test.ts';
import { setGitLabStage } from './stage.ts';

const minute = 60_000;

test('F4, F-130 once GitLab’s limit is reached nothing is sent until it is reset', async (t) => {
	const { forge, fake, clock } = await setGitLabStage(t);
	fake.limits.remaining = 1;
	t.deepEqual(await forge.listOpen(signal), []);
	const first = await refusalOf(t, forge.listOpen(signal));
	t.is(first.problem.code, 'E_FORGE_LIMITED');
	t.is(first.retry, 'soon');
	t.true(Math.abs((first.retryAfter ?? 0) - (fake.limits.resetAt - clock.now())) <= 1_000);
	const sent = fake.server.requests.length;
	const calls = [forge.findByHead(branch, signal), forge.comment(1, 'x', signal), forge.read(1, signal)];
	for (const call of calls) t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_LIMITED');
	t.is(fake.server.requests.length, sent);
	await clock.advance(minute + 1_000);
	t.deepEqual(await forge.listOpen(signal), []);
});

test('F4, F-131 a limit of notes, for which GitLab names no end, is waited out for a minute', async (t) => {
	const stage = await setGitLabStage(t);
	const { forge, fake, clock } = stage;
	const { number } = await openPull(stage);
	fake.limits.notesPerMinute = 0;
	const error = await refusalOf(t, forge.comment(number, 'x', signal));
	t.is(error.problem.code, 'E_FORGE_LIMITED');
	t.is(error.retryAfter, minute);
	fake.limits.notesPerMinute = 300;
	const sent = fake.server.requests.length;
	t.is((await refusalOf(t, forge.comment(number, 'x', signal))).problem.code, 'E_FORGE_LIMITED');
	t.is(fake.server.requests.length, sent);
	await clock.advance(minute);
	t.is((await forge.comment(number, 'y', signal)).body, 'y');
});

test('F-131 what creates something is a second apart', async (t) => {
	const stage = await setGitLabStage(t);
	const { number } = await openPull(stage);
	const began = stage.clock.now();
	for (let round = 0; round < 30; round += 1) await stage.forge.comment(number, `${round}`, signal);
	t.true(stage.clock.now() - began >= 30_000);
});

test('F30 GitLab is asked again while it has no pipeline for what is to be merged by itself', async (t) => {
	const stage = await setGitLabStage(t);
	await stage.protect('main', { requiredChecks: ['ci'] });
	const { number, head } = await openPull(stage);
	t.deepEqual(await stage.forge.enableAutoMerge(number, head, signal), { kind: 'enabled' });
	const asked = stage.fake.server.requests.filter((each) => /^PUT .*\/merge$/.test(each));
	t.is(asked.length, 2);
});

test('F30 what whoever asks may not merge is not asked for: GitLab would call the token bad', async (t) => {
	const stage = await setGitLabStage(t);
	const { number, head } = await openPull(stage);
	const reader = stage.as('reader');
	t.is((await reader.merge(number, head, signal)).kind, 'blocked');
	t.is((await reader.enableAutoMerge(number, head, signal)).kind, 'unavailable');
	t.false(stage.fake.server.requests.some((each) => each.includes('/merge') && each.startsWith('PUT')));
});

test('GitLab’s words for what stands in the way are told', async (t) => {
	const stage = await setGitLabStage(t);
	await stage.protect('main', { requiredApprovals: 1 });
	const { number, head } = await openPull(stage);
	t.deepEqual(await stage.forge.merge(number, head, signal), {
		kind: 'blocked',
		reason: '405 Method Not Allowed (not approved)',
	});
});

test('a status that is there already is not set again, which GitLab refuses', async (t) => {
	const stage = await setGitLabStage(t);
	const { head } = await openPull(stage);
	const status = { context: 'spillway/validated', state: 'pending', description: 'a' } as const;
	await stage.forge.setStatus(head, status, signal);
	await stage.forge.setStatus(head, status, signal);
	t.is(
		stage.fake.server.requests.filter((each) => each.startsWith('POST') && each.includes('/statuses/'))
			.length,
		1,
	);
	await stage.forge.setStatus(head, { ...status, description: 'b' }, signal);
	await stage.forge.setStatus(head, { ...status, state: 'failure' }, signal);
	t.like(await stage.forge.checks(head, signal), { 0: { state: 'failure' }, length: 1 });
});

test('a job that may fail holds no merge up', async (t) => {
	const stage = await setGitLabStage(t);
	const { head } = await openPull(stage);
	const job = { sha: head, author: 'wil', description: null, url: null };
	stage.fake.state.statuses.push(
		{ ...job, id: 1, name: 'flaky', state: 'failed', isOptional: true },
		{ ...job, id: 2, name: 'deploy', state: 'manual', isOptional: true },
		{ ...job, id: 3, name: 'gate', state: 'manual', isOptional: false },
		{ ...job, id: 4, name: 'test', state: 'canceled', isOptional: false },
		{ ...job, id: 5, name: 'docs', state: 'skipped', isOptional: false },
	);
	t.deepEqual(
		(await stage.forge.checks(head, signal)).map(({ name, state }) => [name, state]),
		[
			['flaky', 'success'],
			['deploy', 'success'],
			['gate', 'pending'],
			['test', 'failure'],
			['docs', 'success'],
		],
	);
});

test('an edition without rules of approval is not asked for them', async (t) => {
	const stage = await setGitLabStage(t);
	stage.fake.state.isUltimate = false;
	await stage.protect('main', { requiredApprovals: 2 });
	t.deepEqual(await stage.forge.protection('main', signal), {
		isProtected: true,
		mayPush: false,
		requiredChecks: [],
		requiredApprovals: 0,
	});
});

test('F11 a merge request of a hidden project is not taken for one that is gone', async (t) => {
	const stage = await setGitLabStage(t);
	const { number } = await openPull(stage);
	stage.fake.isHidden = true;
	for (const call of [stage.forge.read(number, signal), stage.forge.update(number, { title: 'x' }, signal)]) {
		t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_REPOSITORY');
	}
});

test('F18 who closed a merge request is told, and when it was for the want of its branch', async (t) => {
	const stage = await setGitLabStage(t);
	const first = await openPull(stage);
	await stage.as('writer').update(first.number, { state: 'closed' }, signal);
	t.deepEqual(await stage.forge.closure(first.number, signal), { by: 'wil', byBranch: false });
	await stage.forge.update(first.number, { state: 'open' }, signal);
	await stage.deleteBranch(branch);
	t.deepEqual(await stage.forge.closure(first.number, signal), { by: 'wil', byBranch: true });
});

test('F3 a note whose answer is lost was written, and is not written again', async (t) => {
	const stage = await setGitLabStage(t);
	const { number } = await openPull(stage);
	stage.fake.server.fault = ({ method }) => (method === 'POST' ? 'break-after' : undefined);
	t.true((await refusalOf(t, stage.forge.comment(number, 'x', signal))).isLost);
	t.is((await stage.forge.comments(number, signal)).length, 1);
});
