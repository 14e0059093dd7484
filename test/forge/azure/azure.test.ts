import test from 'ava';
import { aPull, branch, openPull, refusalOf, untilTold as signal } from '../../support/forge-under-test.ts';
import { types } from './azure-state.ts';
import { setAzureStage } from './stage.ts';

test('F3 a pull request whose answer is lost was opened: it is found', async (t) => {
	const stage = await setAzureStage(t);
	const { forge, fake } = stage;
	await stage.push(branch, { 'a.yaml': 'x: 1\n' });
	fake.server.fault = ({ method }) => (method === 'POST' ? 'break-after' : undefined);
	const error = await refusalOf(t, forge.create(aPull(), signal));
	t.true(error.isLost);
	t.is(fake.server.requests.filter((each) => each.startsWith('POST')).length, 1);
	t.is((await forge.findByHead(branch, signal)).length, 1);
});

test('F5 a personal access token is sent as Basic without a name, one of Entra as Bearer', async (t) => {
	const { fake, connect, logins } = await setAzureStage(t);
	const entra = 'eyJhbGci.eyJzdWIi.c2lnbmF0dXJl';
	fake.credentials.set(`Bearer ${entra}`, logins.spillway);
	t.is((await connect({ token: async () => entra }).identity(signal)).login, logins.spillway);
});

test('F5 a page to sign in, or the way to it, is a token that is refused; another one takes its place', async (t) => {
	const { fake, connect } = await setAzureStage(t);
	const asked: (string | undefined)[] = [];
	const forge = connect({
		token: (refused) => {
			asked.push(refused);
			return Promise.resolve(asked.length === 1 ? 'expired' : 'spillway-token');
		},
	});
	t.deepEqual(await forge.listOpen(signal), []);
	t.deepEqual(asked, [undefined, 'expired']);
	const location = 'https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com';
	fake.server.fault = () => ({ status: 302, headers: { location } });
	t.is((await refusalOf(t, forge.listOpen(signal))).problem.code, 'E_FORGE_AUTH');
});

test('F11 a pull request of a hidden repository is not taken for one that is gone', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	stage.fake.isHidden = true;
	for (const call of [stage.forge.read(number, signal), stage.forge.update(number, { title: 'x' }, signal)]) {
		t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_REPOSITORY');
	}
});

/** https://learn.microsoft.com/en-us/azure/devops/integrate/concepts/rate-limits */
const blocked = {
	status: 429,
	headers: { 'retry-after': '120', 'x-ratelimit-remaining': '0', 'x-ratelimit-resource': 'Concurrency' },
	body: { message: 'TF400733: The request has been canceled: Request was blocked due to exceeding usage.' },
};

test('F4, F-130 while Azure blocks us nothing is sent, for as long as Retry-After says', async (t) => {
	const { forge, fake, clock } = await setAzureStage(t);
	fake.server.fault = () => blocked;
	const first = await refusalOf(t, forge.listOpen(signal));
	t.is(first.problem.code, 'E_FORGE_LIMITED');
	t.like(first, { retry: 'soon', retryAfter: 120_000 });
	const sent = fake.server.requests.length;
	for (const call of [forge.findByHead(branch, signal), forge.merge(1, 'a'.repeat(40), signal)]) {
		t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_LIMITED');
	}
	t.is(fake.server.requests.length, sent);
	fake.server.fault = () => undefined;
	await clock.advance(120_000);
	t.deepEqual(await forge.listOpen(signal), []);
});

test('F4, F-131 what is refused for a limit was not carried out', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	stage.fake.server.fault = ({ method }) => (method === 'POST' ? blocked : undefined);
	const error = await refusalOf(t, stage.forge.comment(number, 'x', signal));
	t.false(error.isLost);
	stage.fake.server.fault = () => undefined;
	await stage.clock.advance(120_000);
	await stage.forge.comment(number, 'y', signal);
	t.deepEqual(
		(await stage.forge.comments(number, signal)).map(({ body }) => body),
		['y'],
	);
});

test('F-131 what creates is a second apart', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	const began = stage.clock.now();
	for (let round = 0; round < 30; round += 1) await stage.forge.comment(number, `${round}`, signal);
	t.true(stage.clock.now() - began >= 29_000);
});

test('a text that is too long keeps its marks, and one whose marks are too long is refused for good', async (t) => {
	const stage = await setAzureStage(t);
	const mark = '<!-- spillway:note QUJD -->';
	const { number, pull } = await openPull(stage, { body: `${'why\n'.repeat(2_000)}${mark}` });
	t.true(pull.body.endsWith(`…\n${mark}`) && pull.body.length <= 4_000);
	const tooLong = `<!-- ${'x'.repeat(4_000)} -->`;
	const error = await refusalOf(t, stage.forge.update(number, { body: tooLong }, signal));
	t.is(error.retry, 'never');
	t.is((await stage.forge.read(number, signal))?.body, pull.body);
});

test('a text that a list cuts is read whole', async (t) => {
	const stage = await setAzureStage(t);
	const body = 'why '.repeat(500);
	await openPull(stage, { body });
	t.is((await stage.forge.listOpen(signal))[0]?.body, body);
	t.is((await stage.forge.findByHead(branch, signal))[0]?.body, body);
});

test('one that is closed is read whole once', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	await stage.forge.update(number, { state: 'closed' }, signal);
	await stage.forge.findByHead(branch, signal);
	const sent = stage.fake.server.requests.length;
	t.is((await stage.forge.findByHead(branch, signal))[0]?.state, 'closed');
	t.is(stage.fake.server.requests.length, sent + 1);
	await stage.forge.update(number, { state: 'open', title: 'again' }, signal);
	t.like((await stage.forge.findByHead(branch, signal))[0], { state: 'open', title: 'again' });
});

test('a status is set on the pull request too, also by whoever has not seen it before', async (t) => {
	const stage = await setAzureStage(t);
	const { number, head } = await openPull(stage);
	const status = { context: 'spillway/still-needed', state: 'success', description: 'yes' } as const;
	await stage.as('writer').setStatus(head, status, signal);
	const places = stage.fake.state.statuses.map(({ of, genre, name }) => [of, genre, name]);
	t.deepEqual(places, [
		[head, 'spillway', 'still-needed'],
		[number, 'spillway', 'still-needed'],
	]);
	t.is(stage.fake.state.statuses[1]?.iteration, 1);
});

test('of a commit that is no head a status is the commit’s alone', async (t) => {
	const stage = await setAzureStage(t);
	const { number, head } = await openPull(stage);
	await stage.forge.update(number, { state: 'closed' }, signal);
	await stage.as('writer').setStatus(head, { context: 'x', state: 'failure', description: '' }, signal);
	t.deepEqual(
		stage.fake.state.statuses.map(({ of }) => of),
		[head],
	);
});

test('statuses of a pull request count as a whole, and for the iteration that the commit made', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	const head = await stage.push(branch, { 'later.yaml': 'x: 1\n' });
	const status = { id: 9, of: number, createdAt: 1, genre: undefined, state: 'succeeded', description: '' };
	stage.fake.state.statuses.push(
		{ ...status, name: 'old', iteration: 1 },
		{ ...status, name: 'new', iteration: 2 },
		{ ...status, name: 'whole' },
	);
	t.deepEqual(await stage.forge.checks(head, signal), [
		{ name: 'new', state: 'success' },
		{ name: 'whole', state: 'success' },
	]);
});

test('the way of merging is one that the branch’s policy allows', async (t) => {
	const stage = await setAzureStage(t);
	const settings = { allowNoFastForward: false, allowSquash: true };
	stage.fake.state.policies.push({ branch: 'main', type: types.mergeStrategy, settings });
	const { number, head } = await openPull(stage);
	t.is((await stage.forge.merge(number, head, signal)).kind, 'merged');
});

test('reviewers may be named by their account; whoever voted keeps the vote', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	await stage.approve(number, 'writer');
	await stage.forge.requestReviewers(number, ['Admin@acme.test', stage.logins.writer], signal);
	t.deepEqual(Object.fromEntries(stage.fake.state.pulls[0]?.votes ?? []), {
		[stage.logins.writer]: 10,
		[stage.logins.admin]: 0,
	});
	const error = await refusalOf(t, stage.forge.requestReviewers(number, ['acme.test', 'team:x'], signal));
	t.regex(error.message, /acme\.test, team:x/);
});

test('where we may not see the rights of others, everybody is a reader', async (t) => {
	const stage = await setAzureStage(t);
	stage.fake.state.showsRights = false;
	t.is(await stage.forge.permission(stage.logins.admin, signal), 'read');
	t.is(await stage.as('admin').permission(stage.logins.spillway, signal), 'write');
	t.is(await stage.forge.permission('admin@acme.test', signal), 'none');
});

test('what Azure says for itself is no comment, nor what is deleted or on a line', async (t) => {
	const stage = await setAzureStage(t);
	const { number, head } = await openPull(stage, { files: { 'web.yaml': 'x: 1\n' } });
	const remarks = [{ path: 'web.yaml', line: 1, body: 'here' }];
	await stage.forge.review(number, { commit: head, body: 'kept', remarks }, signal);
	const { threads } = stage.fake.state;
	const thread = {
		pull: number,
		status: 'active',
		author: stage.logins.writer,
		createdAt: 1,
		isSystem: false,
	};
	threads.push(
		{ ...thread, id: 98, isSystem: true, content: 'voted', isDeleted: false },
		{ ...thread, id: 99, content: 'gone', isDeleted: true },
	);
	const comments = await stage.forge.comments(number, signal);
	t.deepEqual(
		comments.map(({ body }) => body),
		['kept'],
	);
	t.deepEqual(
		threads.filter(({ content }) => content === 'kept').map(({ status }) => status),
		['closed'],
		'which holds up no merge',
	);
});

test('who abandoned it is told, also after it was opened and closed again', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	t.deepEqual(await stage.forge.closure(number, signal), { byBranch: false });
	for (const by of ['writer', 'admin'] as const) {
		await stage.as(by).update(number, { state: 'closed' }, signal);
		t.deepEqual(await stage.forge.closure(number, signal), { by: stage.logins[by], byBranch: false });
		await stage.forge.update(number, { state: 'open' }, signal);
	}
});

test('one that cannot be opened again since another is open is told so for good', async (t) => {
	const stage = await setAzureStage(t);
	const { number } = await openPull(stage);
	await stage.forge.update(number, { state: 'closed' }, signal);
	await openPull(stage, { title: 'another' });
	const error = await refusalOf(t, stage.forge.update(number, { state: 'open' }, signal));
	t.is(error.retry, 'never');
	t.regex(error.message, /TF401179/);
});

test('an answer that is not Azure’s is E_FORGE_ANSWER', async (t) => {
	const { forge, fake } = await setAzureStage(t);
	for (const body of ['<html>', {}, { value: [{ pullRequestId: 'x' }] }, { value: [null] }]) {
		fake.server.fault = () => ({ status: 200, body });
		t.is((await refusalOf(t, forge.listOpen(signal))).problem.code, 'E_FORGE_ANSWER');
	}
});
