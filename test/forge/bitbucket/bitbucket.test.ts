import test from 'ava';
import { hideLines, showLines } from '../../../src/forge/bitbucket/hidden-lines.ts';
import { aPull, branch, openPull, refusalOf, untilTold as signal } from '../../support/forge-under-test.ts';
import { setBitbucketStage } from './stage.ts';

test('F3 a pull request whose answer is lost was opened: it is found', async (t) => {
	const stage = await setBitbucketStage(t);
	const { forge, fake } = stage;
	await stage.push(branch, { 'a.yaml': 'x: 1\n' });
	fake.server.fault = ({ method }) => (method === 'POST' ? 'break-after' : undefined);
	const error = await refusalOf(t, forge.create(aPull(), signal));
	t.true(error.isLost);
	t.is(fake.server.requests.filter((each) => each.startsWith('POST')).length, 1);
	t.is((await forge.findByHead(branch, signal)).length, 1);
});

test('F5 an access token is sent as Bearer, one that comes with a name as Basic, and neither is told', async (t) => {
	const { fake, connect, logins } = await setBitbucketStage(t);
	const basic = `Basic ${Buffer.from('bot@acme.test:ATATT-secret').toString('base64')}`;
	fake.credentials.set(basic, logins.spillway);
	const token = async () => 'bot@acme.test:ATATT-secret';
	t.is((await connect({ token }).identity(signal)).login, logins.spillway);
	fake.server.fault = ({ headers }) => ({ status: 400, body: { error: { message: headers.authorization } } });
	const error = await refusalOf(t, connect({ token }).identity(signal));
	t.false(error.message.includes(basic.slice(6)) || error.message.includes('ATATT'), error.message);
});

test('F6 a token of a repository may not ask who it is, and the remedy says so', async (t) => {
	const { forge, fake } = await setBitbucketStage(t);
	const message = 'Your credentials lack one or more required privilege scopes.';
	fake.server.fault = ({ path }) =>
		path.endsWith('/user') ? { status: 403, body: { error: { message } } } : undefined;
	const error = await refusalOf(t, forge.identity(signal));
	t.is(error.problem.code, 'E_FORGE_RIGHTS');
	t.regex(error.problem.remedy ?? '', /read:user:bitbucket/);
});

test('F11 a pull request of a hidden repository is not taken for one that is gone', async (t) => {
	const stage = await setBitbucketStage(t);
	const { number } = await openPull(stage);
	stage.fake.isHidden = true;
	for (const call of [stage.forge.read(number, signal), stage.forge.update(number, { title: 'x' }, signal)]) {
		t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_REPOSITORY');
	}
});

test('F4, F-130 past Bitbucket’s hourly limit, of which no end is told, nothing is sent for a minute', async (t) => {
	const { forge, fake, clock } = await setBitbucketStage(t);
	fake.limits.remaining = 1;
	t.deepEqual(await forge.listOpen(signal), []);
	const first = await refusalOf(t, forge.listOpen(signal));
	t.like(first, { retry: 'soon', retryAfter: 60_000 });
	t.is(first.problem.code, 'E_FORGE_LIMITED');
	const sent = fake.server.requests.length;
	for (const call of [forge.findByHead(branch, signal), forge.merge(1, 'a'.repeat(40), signal)]) {
		t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_LIMITED');
	}
	t.is(fake.server.requests.length, sent);
	fake.limits.remaining = 10;
	await clock.advance(60_000);
	t.deepEqual(await forge.listOpen(signal), []);
});

test('F4, F-131 a limit is waited out for as long as Retry-After says', async (t) => {
	const stage = await setBitbucketStage(t);
	const { number } = await openPull(stage);
	const { forge, fake, clock } = stage;
	fake.server.fault = ({ method }) =>
		method === 'POST' ? { status: 429, headers: { 'retry-after': '300' }, body: {} } : undefined;
	const error = await refusalOf(t, forge.comment(number, 'x', signal));
	t.is(error.retryAfter, 300_000);
	t.false(error.isLost);
	const sent = fake.server.requests.length;
	t.is((await refusalOf(t, forge.comments(number, signal))).problem.code, 'E_FORGE_LIMITED');
	t.is(fake.server.requests.length, sent);
	fake.server.fault = () => undefined;
	await clock.advance(300_000);
	t.is((await forge.comment(number, 'y', signal)).body, 'y');
});

test('F-131 what creates is a second apart', async (t) => {
	const stage = await setBitbucketStage(t);
	const { number } = await openPull(stage);
	const began = stage.clock.now();
	for (let round = 0; round < 30; round += 1) await stage.forge.comment(number, `${round}`, signal);
	t.true(stage.clock.now() - began >= 29_000);
});

test('a merge that is answered before it is done is waited for', async (t) => {
	const stage = await setBitbucketStage(t);
	const { number, head } = await openPull(stage);
	stage.fake.state.isSlow = true;
	const outcome = await stage.forge.merge(number, head, signal);
	t.is(outcome.kind, 'merged');
	t.is(outcome.kind === 'merged' ? outcome.commit : '', stage.fake.state.commits.branches.get('main'));
});

test('where merge commits are not taken, Bitbucket’s default is', async (t) => {
	const stage = await setBitbucketStage(t);
	stage.fake.state.strategies = ['squash', 'fast_forward'];
	const { number, head } = await openPull(stage);
	t.is((await stage.forge.merge(number, head, signal)).kind, 'merged');
	t.like(stage.fake.server.received.find(({ path }) => path.endsWith('/merge'))?.body, {
		merge_strategy: 'squash',
	});
});

test('reviewers may be named by account id or by nickname, and stay when the text is changed', async (t) => {
	const stage = await setBitbucketStage(t);
	const { writer, admin, reader } = stage.logins;
	const { number } = await openPull(stage);
	const named = [`557058:${admin}`, 'reader', `{${writer}}`];
	await stage.forge.requestReviewers(number, named, signal);
	t.deepEqual(await stage.reviewers(number), [admin, reader, writer]);
	await stage.forge.update(number, { body: 'other' }, signal);
	t.deepEqual(await stage.reviewers(number), [admin, reader, writer]);
});

test('a nickname that two people have is nobody’s', async (t) => {
	const stage = await setBitbucketStage(t);
	const { logins, fake } = stage;
	fake.state.nicknames.set(logins.stranger, 'admin');
	const { number } = await openPull(stage);
	await refusalOf(t, stage.forge.requestReviewers(number, ['admin'], signal));
	t.deepEqual(await stage.reviewers(number), []);
	t.is(await stage.as('admin').permission('admin', signal), 'read');
});

test('a commit’s whole id is asked for once', async (t) => {
	const stage = await setBitbucketStage(t);
	const { head } = await openPull(stage);
	for (let round = 0; round < 3; round += 1) {
		t.is((await stage.forge.listOpen(signal))[0]?.headCommit, head);
	}
	t.is(stage.fake.server.requests.filter((each) => each.includes('/commit/')).length, 1);
});

test('a status with a long name keeps a key of its own', async (t) => {
	const stage = await setBitbucketStage(t);
	const { head } = await openPull(stage);
	const contexts = ['a', 'b'].map((each) => `spillway/${'very-'.repeat(10)}${each}`);
	for (const context of contexts) {
		await stage.forge.setStatus(head, { context, state: 'success', description: '' }, signal);
	}
	t.deepEqual(
		(await stage.forge.checks(head, signal)).map(({ name }) => name),
		contexts,
	);
});

test('comments that are deleted, or on a line, are none on the whole', async (t) => {
	const stage = await setBitbucketStage(t);
	const { number, head } = await openPull(stage, { files: { 'web.yaml': 'x: 1\n' } });
	await stage.forge.comment(number, 'gone', signal);
	const remarks = [{ path: 'web.yaml', line: 1, body: 'here' }];
	await stage.forge.review(number, { commit: head, body: 'kept', remarks }, signal);
	for (const comment of stage.fake.state.comments) comment.isDeleted = comment.raw === 'gone';
	const comments = await stage.forge.comments(number, signal);
	t.deepEqual(
		comments.map(({ body }) => body),
		['kept'],
	);
});

test('who declined it is told', async (t) => {
	const stage = await setBitbucketStage(t);
	const { number } = await openPull(stage);
	t.deepEqual(await stage.forge.closure(number, signal), { byBranch: false });
	await stage.as('writer').update(number, { state: 'closed' }, signal);
	t.deepEqual(await stage.forge.closure(number, signal), { by: stage.logins.writer, byBranch: false });
});

test('of restrictions only those that hold a branch count, by their patterns', async (t) => {
	const stage = await setBitbucketStage(t);
	const { restrictions } = stage.fake.state;
	restrictions.push(
		{ kind: 'delete', pattern: '*', value: null, users: [] },
		{ kind: 'push', pattern: 'release/*', value: null, users: [stage.logins.admin] },
	);
	const forge = stage.as('admin');
	t.false((await forge.protection('main', signal)).isProtected);
	t.like(await forge.protection('release/1.0', signal), { isProtected: true, mayPush: true });
});

test('in a private repository whoever is not named may do nothing', async (t) => {
	const stage = await setBitbucketStage(t);
	stage.fake.state.isPrivate = true;
	t.is(await stage.as('admin').permission(stage.logins.stranger, signal), 'none');
});

test('an answer that is not Bitbucket’s is E_FORGE_ANSWER', async (t) => {
	const { forge, fake } = await setBitbucketStage(t);
	for (const body of [
		'<html>please log in</html>',
		{},
		{ values: [{ id: 'x' }] },
		{ values: [null] },
		{ values: [], next: 'x' },
	]) {
		fake.server.fault = () => ({ status: 200, body });
		t.is((await refusalOf(t, forge.listOpen(signal))).problem.code, 'E_FORGE_ANSWER');
	}
});

test('branches with names that are no names are not asked for', async (t) => {
	const { forge, fake } = await setBitbucketStage(t);
	t.deepEqual(await forge.findByHead('x" OR source.branch.name != "y', signal), []);
	t.deepEqual(fake.server.requests, []);
});

test('marks that nobody is to see are hidden in Bitbucket’s way, and read back as they were', async (t) => {
	const stage = await setBitbucketStage(t);
	const { forge, fake } = stage;
	const body = '<!-- spillway:begin -->\n\nwhy\n\n<!-- spillway:note QUJD= -->';
	const { number, pull } = await openPull(stage, { body });
	t.is(pull.body, body);
	t.is(fake.state.pulls[0]?.description, '[//]: # (spillway:begin)\n\nwhy\n\n[//]: # (spillway:note QUJD=)');
	t.is((await forge.update(number, { title: 'other' }, signal)).body, body);
	t.is(fake.state.pulls[0]?.description.includes('<!--'), false);
	const said = '<!-- spillway:topic:1 -->\nOver.';
	const { id } = await forge.comment(number, said, signal);
	await forge.editComment(number, id, `${said}!`, signal);
	t.is(fake.state.comments[0]?.raw, '[//]: # (spillway:topic:1)\nOver.!');
	t.is((await forge.comments(number, signal))[0]?.body, `${said}!`);
});

for (const text of [
	'<!-- a --> visible <!-- b -->',
	'- [ ] hold <!-- spillway:box:hold -->',
	' <!-- a -->',
	'[//]: # (a --> b)',
	'<!-- a (b) [c] "d" -->',
	'<!-- a -->\r\n',
]) {
	test(`a text is the same once its lines were hidden and shown: ${JSON.stringify(text)}`, (t) => {
		t.is(showLines(hideLines(text)), text);
		t.is(hideLines(text).includes('visible'), text.includes('visible'));
	});
}
