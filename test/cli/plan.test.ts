import test from 'ava';
import { runProgram } from '../../src/cli/program.ts';
import { createBareRepository } from '../support/git-remote.ts';
import { livePolicy, startLiveWorld } from '../support/live-world.ts';
import { createTerminal, runSpillway } from '../support/terminal.ts';

test('a plan with nothing to change says so and exits with 0', async (t) => {
	const world = await startLiveWorld(t);
	const { status, out, err } = await runSpillway(t, 'plan', ...world.flags);
	t.deepEqual([status, err], [0, '']);
	t.is(
		out,
		`emojivoto/emoji  TrafficSplit east emojivoto/emoji-svc
  hold
  - the weights are right: emoji-svc 1, emoji-svc-west 0
0 of 1 policy would change something
`,
	);
});

test('a plan says what would change and why, exits with 1, and writes nothing', async (t) => {
	const world = await startLiveWorld(t);
	world.setReady(false);
	const before = world.api.store.resourceVersion();
	const { status, out, err } = await runSpillway(t, 'plan', ...world.flags);
	t.deepEqual([status, err], [1, '']);
	t.is(
		out,
		`emojivoto/emoji  TrafficSplit east emojivoto/emoji-svc
  failover via Direct: emoji-svc 1 → 0, emoji-svc-west 0 → 1
  - emoji-svc is unhealthy: 0 ready endpoints, minReady is 1
  - emoji-svc-west is healthy: 1 ready endpoint
  - tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1
1 of 1 policy would change something
`,
	);
	t.is(world.api.store.resourceVersion(), before);
	t.is((await world.repository.log()).length, 1);
});

test('-o json gives the same with its parts apart', async (t) => {
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': livePolicy('failover: {via: Commit}') });
	world.setReady(false);
	const { status, out } = await runSpillway(t, 'plan', ...world.flags, '--output', 'json');
	t.is(status, 1);
	const { policies, problems } = JSON.parse(out);
	t.deepEqual(problems, []);
	t.like(policies[0], {
		policy: 'emojivoto/emoji',
		target: { kind: 'TrafficSplit', cluster: 'east', namespace: 'emojivoto', name: 'emoji-svc' },
		decision: 'shift',
		move: 'failover',
		via: 'Commit',
		from: { 'emoji-svc': 1, 'emoji-svc-west': 0 },
		to: { 'emoji-svc': 0, 'emoji-svc-west': 1 },
	});
	t.like(policies[0].reasons[0], {
		code: 'BackendUnhealthy',
		text: 'emoji-svc is unhealthy: 0 ready endpoints, minReady is 1',
	});
	t.is((await world.repository.log()).length, 1);
});

test('a document that is wrong is told beside the plan of the others', async (t) => {
	const world = await startLiveWorld(t, { 'policies/bad.yaml': livePolicy('mode: Paused', { name: 'bad' }) });
	const { status, out, err } = await runSpillway(t, 'plan', ...world.flags);
	t.is(status, 0);
	t.regex(out, /^0 of 1 policy would change something$/m);
	t.regex(err, /^policies\/bad\.yaml:\d+:\d+ E_ENUM .+\n$/);
});

test('a backend with an origin is judged by the other cluster', async (t) => {
	const backends = '{service: emoji-svc-west, tier: 1, origin: {cluster: west, service: emoji-svc}}';
	const policy = livePolicy().replace('{service: emoji-svc-west, tier: 1}', backends);
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': policy });
	world.setReady(false);
	const { status, out } = await runSpillway(t, 'plan', ...world.flags);
	t.is(status, 1);
	t.regex(out, /- emoji-svc-west is healthy: 1 ready endpoint in west\/emojivoto\/emoji-svc\n/);
	world.setReady(false, world.west);
	const without = await runSpillway(t, 'plan', ...world.flags);
	t.is(without.status, 0);
	t.regex(without.out, /- no backend is eligible/);
});

test('F-113 a repository that cannot be reached is told, and exits with 78', async (t) => {
	const world = await startLiveWorld(t);
	const flags = world.flags.map((flag) => flag.replace(/^file:.*/, 'file:///nonexistent/config.git'));
	const { status, out, err } = await runSpillway(t, 'plan', ...flags);
	t.deepEqual([status, out], [78, '']);
	t.regex(err, /^file:\/\/\/nonexistent\/config\.git E_GIT_UNREACHABLE .+\n$/);
});

test('a repository over file:// is taken only where that was asked for', async (t) => {
	const world = await startLiveWorld(t);
	const flags = world.flags.filter((flag) => flag !== '--allow-insecure-git');
	const { status, err } = await runSpillway(t, 'plan', ...flags);
	t.is(status, 78);
	t.regex(err, /E_URL_SCHEME/);
});

test('a repository without a commit is told, and exits with 78', async (t) => {
	const { url } = await createBareRepository(t);
	const { status, err } = await runSpillway(t, 'plan', '--repo', url, '--allow-insecure-git');
	t.is(status, 78);
	t.is(err.match(/E_GIT_EMPTY/g)?.length, 1, err);
});

test('a repository that gives no answer in time is told, and exits with 78', async (t) => {
	const world = await startLiveWorld(t);
	const { status, out, err } = await runSpillway(t, 'plan', ...world.flags, '--timeout', '1ms');
	t.deepEqual([status, out], [78, '']);
	t.regex(err, /^--timeout E_GIT_UNREACHABLE no answer within 1ms for the repository → .+\n$/);
});

test('a cluster that gives no answer in time ends the wait, and what was waited for is named', async (t) => {
	const world = await startLiveWorld(t, {
		'policies/emoji.yaml': livePolicy('mode: Active', { cluster: 'north' }),
	});
	const { status, err } = await runSpillway(t, 'plan', ...world.flags, '--timeout', '2s');
	t.is(status, 78);
	// Where the machine is slow, the repository is what takes too long.
	t.regex(
		err,
		/^--timeout (E_CLUSTER_UNREACHABLE no answer within 2s for emojivoto\/emoji|E_GIT_UNREACHABLE .+ the repository) → /m,
	);
});

test('B-131 why a cluster cannot be looked at is told at once, not when the time is up', async (t) => {
	const world = await startLiveWorld(t, {
		'policies/emoji.yaml': livePolicy('mode: Active', { cluster: 'north' }),
	});
	const terminal = createTerminal(t);
	const ended = runProgram(['plan', ...world.flags, '--output', 'json'], '1.2.3', terminal);
	await terminal.board.until(() => terminal.problems().includes('\n'));
	t.is(
		terminal.problems().split(' → ')[0],
		`${world.kubeconfig} E_KUBECONFIG context 'nowhere' not found; available: east, west`,
	);
	terminal.interrupt();
	t.is(await ended, 130);
	t.is(terminal.written(), '');
});

test('a cluster that gives no answer in time does not keep the other policies from being shown', async (t) => {
	const world = await startLiveWorld(t, {
		'policies/lost.yaml': livePolicy('mode: Active', { name: 'lost', cluster: 'north' }),
	});
	world.setReady(false);
	const { status, out, err } = await runSpillway(t, 'plan', ...world.flags, '--timeout', '6s');
	t.is(status, 78);
	t.regex(out, /failover via Direct: emoji-svc 1 → 0, emoji-svc-west 0 → 1\n/);
	t.regex(out, /^1 of 2 policies would change something$/m);
	t.regex(err, /^--timeout E_CLUSTER_UNREACHABLE no answer within 6s for emojivoto\/lost → /m);
});
