import test from 'ava';
import { branch, openPull, refusalOf, untilTold as signal } from '../../support/forge-under-test.ts';
import { setGitHubStage } from './stage.ts';

test('F3 a pull request whose answer is lost was opened: it is found', async (t) => {
	const stage = await setGitHubStage(t);
	const { forge, fake } = stage;
	await stage.push(branch, { 'a.yaml': 'x: 1\n' });
	fake.server.fault = ({ method }) => (method === 'POST' ? 'break-after' : undefined);
	const pull = { title: 't', body: '', head: branch, base: 'main', isDraft: false };
	const error = await refusalOf(t, forge.create(pull, signal));
	t.true(error.isLost);
	t.is(error.problem.code, 'E_FORGE_UNREACHABLE');
	t.is(fake.server.requests.filter((each) => each.startsWith('POST')).length, 1);
	t.is((await forge.findByHead(branch, signal)).length, 1);
});

test('F3 what reads is tried again when a connection breaks or a proxy answers in GitHub’s place', async (t) => {
	const { forge, fake } = await setGitHubStage(t);
	let left = 2;
	fake.server.fault = () => {
		left -= 1;
		if (left === 1) return 'break-before';
		return left === 0 ? { status: 502, body: '<html>' } : undefined;
	};
	t.deepEqual(await forge.listOpen(signal), []);
	t.is(fake.server.requests.length, 3);
});

test('F5 a token that is refused is renewed once, and the call made again', async (t) => {
	const { fake, connect } = await setGitHubStage(t);
	const asked: (string | undefined)[] = [];
	const forge = connect({
		token: (refused) => {
			asked.push(refused);
			return Promise.resolve(asked.length === 1 ? 'expired' : 'spillway-token');
		},
	});
	t.deepEqual(await forge.listOpen(signal), []);
	t.deepEqual(asked, [undefined, 'expired']);
	t.is(fake.server.requests.length, 2);
});

test('F11 a pull request of a hidden repository is not taken for one that is gone', async (t) => {
	const stage = await setGitHubStage(t);
	const { number } = await openPull(stage);
	stage.fake.isHidden = true;
	for (const call of [stage.forge.read(number, signal), stage.forge.update(number, { title: 'x' }, signal)]) {
		t.is((await refusalOf(t, call)).problem.code, 'E_FORGE_REPOSITORY');
	}
});

test('F11 a repository that was renamed is not followed', async (t) => {
	const { forge, fake } = await setGitHubStage(t);
	fake.server.fault = ({ origin }) => ({
		status: 301,
		headers: { location: `${origin}/repositories/1/pulls` },
		body: { message: 'Moved Permanently' },
	});
	const error = await refusalOf(t, forge.listOpen(signal));
	t.is(error.problem.code, 'E_FORGE_REPOSITORY');
	t.is(fake.server.requests.length, 1);
});

test('F6 the right that a token lacks is named', async (t) => {
	const stage = await setGitHubStage(t);
	await stage.push(branch, { 'a.yaml': 'x: 1\n' });
	stage.fake.lacking.set('post /repos/{owner}/{repo}/pulls', 'pull_requests=write');
	const pull = { title: 't', body: '', head: branch, base: 'main', isDraft: false };
	const error = await refusalOf(t, stage.forge.create(pull, signal));
	t.is(error.problem.code, 'E_FORGE_RIGHTS');
	t.regex(error.message, /it needs pull_requests=write/);
});

test('an answer that is not GitHub’s is E_FORGE_ANSWER', async (t) => {
	const { forge, fake } = await setGitHubStage(t);
	for (const body of ['<html>please log in</html>', {}, [{ number: 'x' }], [null]]) {
		fake.server.fault = () => ({ status: 200, body });
		t.is((await refusalOf(t, forge.listOpen(signal))).problem.code, 'E_FORGE_ANSWER');
	}
});

test('where merge commits are not allowed, GitHub squashes, or rebases', async (t) => {
	const stage = await setGitHubStage(t);
	const { state } = stage.fake;
	for (const settings of [
		{ mergeCommit: false, squash: true },
		{ mergeCommit: false, squash: false },
	]) {
		state.settings = { ...state.settings, ...settings };
		const { number, head } = await openPull(stage, { files: { 'a.yaml': JSON.stringify(settings) } });
		t.is((await stage.forge.merge(number, head, signal)).kind, 'merged');
		await stage.deleteBranch(branch);
	}
	const methods = stage.fake.server.received.filter(({ method }) => method === 'PUT').map(({ body }) => body);
	t.like(methods, { 0: { merge_method: 'squash' }, 1: { merge_method: 'rebase' } });
});

test('GitHub is asked again where a rule of the branch forbids a way of merging', async (t) => {
	const stage = await setGitHubStage(t);
	const { number, head } = await openPull(stage);
	const message = 'Merge commits are not allowed on this repository.';
	stage.fake.server.fault = ({ body }) =>
		(body as { merge_method?: string } | undefined)?.merge_method === 'merge'
			? { status: 405, body: { message } }
			: undefined;
	t.is((await stage.forge.merge(number, head, signal)).kind, 'merged');
});

test('rulesets protect a branch as much as classic protection does', async (t) => {
	const stage = await setGitHubStage(t);
	const parameters = {
		required_approving_review_count: 2,
		dismiss_stale_reviews_on_push: false,
		require_code_owner_review: false,
		require_last_push_approval: false,
		required_review_thread_resolution: false,
	};
	const checks = {
		required_status_checks: [{ context: 'ci/lint' }],
		strict_required_status_checks_policy: false,
	};
	stage.fake.state.rules.set('main', [
		{ type: 'pull_request', parameters },
		{ type: 'required_status_checks', parameters: checks },
	]);
	await stage.protect('main', { requiredChecks: ['ci/test', 'ci/lint'], requiredApprovals: 1 });
	for (const forge of [stage.forge, stage.as('admin')]) {
		t.deepEqual(await forge.protection('main', signal), {
			isProtected: true,
			mayPush: false,
			requiredChecks: ['ci/test', 'ci/lint'],
			requiredApprovals: 2,
		});
	}
});

test('of check runs with one name the newest counts, and what was skipped has passed', async (t) => {
	const stage = await setGitHubStage(t);
	const { head } = await openPull(stage);
	const run = { sha: head, name: 'ci', status: 'completed' } as const;
	stage.fake.state.checkRuns.push(
		{ ...run, conclusion: 'success', startedAt: 2_000 },
		{ ...run, conclusion: 'failure', startedAt: 1_000 },
		{ ...run, name: 'lint', conclusion: 'skipped', startedAt: 1_000 },
		{ ...run, name: 'e2e', conclusion: 'timed_out', startedAt: 1_000 },
		{ ...run, name: 'slow', status: 'in_progress', conclusion: null, startedAt: 1_000 },
	);
	t.deepEqual(
		Object.fromEntries((await stage.forge.checks(head, signal)).map((each) => [each.name, each.state])),
		{
			ci: 'success',
			lint: 'success',
			e2e: 'failure',
			slow: 'pending',
		},
	);
});

test('teams are asked for reviews, and one that nobody knows is told', async (t) => {
	const stage = await setGitHubStage(t);
	const { number } = await openPull(stage);
	stage.fake.state.teams.add('on-call');
	await stage.forge.requestReviewers(number, ['team:on-call'], signal);
	t.deepEqual(stage.fake.state.pulls[0]?.teams, ['on-call']);
	const error = await refusalOf(t, stage.forge.requestReviewers(number, ['team:x', 'rita'], signal));
	t.regex(error.message, /team:x: /);
	t.deepEqual(await stage.reviewers(number), ['rita']);
});

test('an App learns its name, though REST does not tell it', async (t) => {
	const { forge, fake } = await setGitHubStage(t);
	fake.tokens.set('spillway-token', 'spillway[bot]');
	t.deepEqual(await forge.identity(signal), { login: 'spillway[bot]', permission: 'write' });
});

test('names that lead elsewhere are not asked for', async (t) => {
	const { forge, fake } = await setGitHubStage(t);
	for (const login of ['..', '', 'a/b', '../..', '%2e%2e'])
		t.is(await forge.permission(login, signal), 'none');
	t.is((await refusalOf(t, forge.protection('..', signal))).problem.code, 'E_FORGE_REFUSED');
	t.deepEqual(fake.server.requests, []);
});
