import test from 'ava';
import { branch, openPull, refusalOf, untilTold as signal } from '../../support/forge-under-test.ts';
import { setGitHubStage } from './stage.ts';

const hour = 3_600_000;

test('F4, F-130 once GitHub’s hourly limit is reached nothing is sent until it is reset', async (t) => {
	const { forge, fake, clock } = await setGitHubStage(t);
	fake.limits.remaining = 1;
	t.deepEqual(await forge.listOpen(signal), []);
	const first = await refusalOf(t, forge.listOpen(signal));
	t.is(first.problem.code, 'E_FORGE_LIMITED');
	t.is(first.retry, 'soon');
	const left = (first.retryAfter ?? 0) - (fake.limits.resetAt - clock.now());
	t.true(Math.abs(left) < 2_000, 'to the second, as the header has it');
	const sent = fake.server.requests.length;
	const calls = [
		forge.findByHead(branch, signal),
		forge.comment(1, 'x', signal),
		forge.merge(1, 'a'.repeat(40), signal),
	];
	for (const call of calls) t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_LIMITED');
	t.is(fake.server.requests.length, sent);
	await clock.advance(hour + 2_000);
	t.deepEqual(await forge.listOpen(signal), []);
});

test('F4, F-131 a secondary limit is waited out for as long as Retry-After says', async (t) => {
	const stage = await setGitHubStage(t);
	const { forge, fake, clock } = stage;
	const { number } = await openPull(stage);
	fake.limits.contentPerMinute = 0;
	const error = await refusalOf(t, forge.comment(number, 'x', signal));
	t.is(error.problem.code, 'E_FORGE_LIMITED');
	t.is(error.retryAfter, 60_000);
	t.false(error.isLost);
	fake.limits.contentPerMinute = 80;
	const sent = fake.server.requests.length;
	const again = await refusalOf(t, forge.comments(number, signal));
	t.true((again.retryAfter ?? 0) > 50_000 && (again.retryAfter ?? 0) <= 60_000);
	t.is(fake.server.requests.length, sent);
	await clock.advance(60_000);
	t.is((await forge.comment(number, 'y', signal)).body, 'y');
});

test('F-131 what writes is a second apart, so that a long row of it meets no limit', async (t) => {
	const stage = await setGitHubStage(t);
	const { forge, clock } = stage;
	const { number, head } = await openPull(stage);
	const began = clock.now();
	const status = { context: 'spillway/validated', state: 'success', description: '' } as const;
	for (let round = 0; round < 30; round += 1) {
		await forge.comment(number, `${round}`, signal);
		await forge.setStatus(head, status, signal);
		await forge.update(number, { body: `${round}` }, signal);
		await forge.comments(number, signal);
	}
	t.true(clock.now() - began >= 90_000);
	t.deepEqual([...new Set(clock.waits)], [1_000]);
});

test('F4, F-130 GraphQL tells of a limit in its answer', async (t) => {
	const { forge, fake } = await setGitHubStage(t);
	const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
	fake.server.fault = ({ path }) =>
		path.endsWith('/graphql') ? { status: 200, body: { data: null, errors } } : undefined;
	t.is((await refusalOf(t, forge.identity(signal))).problem.code, 'E_FORGE_LIMITED');
	const sent = fake.server.requests.length;
	t.is((await refusalOf(t, forge.listOpen(signal))).problem.code, 'E_FORGE_LIMITED');
	t.is(fake.server.requests.length, sent);
});
