import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { runProgram } from '../../src/cli/program.ts';
import { createBareRepository, createFolder } from '../support/git-remote.ts';
import { liveConfig, livePolicy, startLiveWorld } from '../support/live-world.ts';
import { splitManifest } from '../support/manifests.ts';
import { createTerminal, runSpillway, type TerminalUnderTest } from '../support/terminal.ts';

/** Starts `run` and leaves it running. */
function startRun(
	t: ExecutionContext,
	flags: readonly string[],
): TerminalUnderTest & { ended: Promise<number> } {
	const terminal = createTerminal(t);
	const ended = runProgram(['run', '--hub', ...flags], '1.2.3', terminal);
	return { ...terminal, ended };
}

test.serial('however a run ends, it leaves no temporary folder', async (t) => {
	const world = await startLiveWorld(t);
	const folder = await createFolder(t);
	const { TMPDIR } = process.env;
	t.teardown(() => {
		if (TMPDIR === undefined) delete process.env['TMPDIR'];
		else process.env['TMPDIR'] = TMPDIR;
	});
	process.env['TMPDIR'] = folder;
	const running = startRun(t, world.flags);
	await running.board.until(() => running.written().includes('holding'));
	t.is((await readdir(folder)).length, 1);
	running.interrupt();
	t.is(await running.ended, 0);
	t.deepEqual(await readdir(folder), []);
	t.is((await runSpillway(t, 'run', '--hub', '--repo', 'ftp://git.example/x')).status, 78);
	t.deepEqual(await readdir(folder), []);
});

test('run --once moves the weights, verifies, tells an Event, and exits with 0', async (t) => {
	const world = await startLiveWorld(t);
	world.setReady(false);
	const { status, out, err } = await runSpillway(t, 'run', '--hub', '--once', ...world.flags);
	t.deepEqual([status, err], [0, '']);
	t.deepEqual(world.weights(), [0, 1]);
	t.regex(
		out,
		/ info {2}converged policy=emojivoto\/emoji .* move=failover weights="emoji-svc 0, emoji-svc-west 1"/,
	);
	const events = world.api.store.list({ group: '', plural: 'events' }).items;
	t.deepEqual(
		events.map(({ reason, type, involvedObject }) => ({ reason, type, involvedObject })),
		[
			{
				reason: 'Failover',
				type: 'Normal',
				involvedObject: {
					apiVersion: 'split.smi-spec.io/v1alpha2',
					kind: 'TrafficSplit',
					namespace: 'emojivoto',
					name: 'emoji-svc',
					uid: world.uid(),
				},
			},
		],
	);
	t.is((await world.repository.log()).length, 1);
});

test('run --once in Commit mode commits the weights, and leaves the cluster to its syncer', async (t) => {
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': livePolicy('failover: {via: Commit}') });
	world.setReady(false);
	const { status } = await runSpillway(t, 'run', '--hub', '--once', ...world.flags);
	t.is(status, 0);
	const [newest, ...older] = await world.repository.log();
	t.is(older.length, 1);
	t.deepEqual(newest?.files, ['clusters/east/emoji.yaml']);
	t.regex(newest?.message ?? '', /^failover\(emojivoto\/emoji\): emoji-svc → emoji-svc-west\n/);
	const moved = splitManifest
		.replace('weight: 1', 'weight: x')
		.replace('weight: 0', 'weight: 1')
		.replace('x', '0');
	t.is((await world.repository.show('clusters/east/emoji.yaml')).toString(), moved);
	t.deepEqual(world.weights(), [1, 0]);
});

test('commits look as spillway.yaml says, and keep their trailers', async (t) => {
	const commits = `  commits:
    author: {name: Failover Bot, email: failover@example.com}
    committer: {name: Spillway east, email: east@example.com}
    message: {subject: 'ops: {{policy}} {{move}}', body: 'See {{target}}.'}
`;
	const world = await startLiveWorld(t, {
		'spillway.yaml': `${liveConfig}${commits}`,
		'policies/emoji.yaml': livePolicy('failover: {via: Commit}'),
	});
	world.setReady(false);
	t.is((await runSpillway(t, 'run', '--hub', '--once', ...world.flags)).status, 0);
	const { stdout } = await promisify(execFile)('git', [
		'-C',
		fileURLToPath(world.repository.url),
		'log',
		'-1',
		'--format=%an <%ae>%n%cn <%ce>%n%B',
		'main',
	]);
	const [author, committer, subject, , body] = stdout.split('\n');
	t.deepEqual(
		[author, committer, subject, body],
		[
			'Failover Bot <failover@example.com>',
			'Spillway east <east@example.com>',
			'ops: emojivoto/emoji failover',
			'See TrafficSplit east emojivoto/emoji-svc.',
		],
	);
	t.regex(stdout, /\nFailover-Policy: emojivoto\/emoji\n/);
});

test('run --once --dry-run tells what it would do, and writes nothing', async (t) => {
	const world = await startLiveWorld(t);
	world.setReady(false);
	const before = world.api.store.resourceVersion();
	const { status, out } = await runSpillway(t, 'run', '--hub', '--once', '--dry-run', ...world.flags);
	t.is(status, 0);
	t.regex(out, / info {2}would change policy=emojivoto\/emoji /);
	t.is(world.api.store.resourceVersion(), before);
	t.is((await world.repository.log()).length, 1);
});

test('run --once exits with 1 when a move could not be carried out', async (t) => {
	const world = await startLiveWorld(t, {
		'policies/emoji.yaml': livePolicy('failover: {via: Commit}'),
		'clusters/east/emoji.yaml': 'kind: List\n',
	});
	world.setReady(false);
	const { status, out } = await runSpillway(t, 'run', '--hub', '--once', ...world.flags);
	t.is(status, 1);
	t.regex(out, / warn {2}failed .*code=E_MANIFEST_MISSING/);
});

test('run keeps the weights right until it is interrupted, and then ends with 0', async (t) => {
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': livePolicy('failback: {after: 0s}') });
	const { ended, written, interrupt } = startRun(t, world.flags);
	world.setReady(false);
	await world.untilWeights(0, 1);
	world.setReady(true);
	await world.untilWeights(1, 0);
	interrupt();
	t.is(await ended, 0);
	t.regex(written(), /info {2}stopped\n$/);
	// The server hears of it a moment later; one that never does fails this test by its timeout.
	while (world.api.watches.count() > 0) await setImmediate();
});

test('a run that starts with everything right writes nothing, however long it goes on', async (t) => {
	const world = await startLiveWorld(t);
	const before = world.api.store.resourceVersion();
	const { ended, written, board, interrupt } = startRun(t, [...world.flags, '--poll-interval', '20ms']);
	await board.until(() => written().includes('holding'));
	const commit = await world.repository.commit({ 'README.md': 'Hello.\n' }, 'say hello');
	await board.until(() => written().includes(`policies in force commit=${commit}`));
	interrupt();
	t.is(await ended, 0);
	t.is(world.api.store.resourceVersion(), before);
	t.is((await world.repository.log()).length, 2);
});

test('a run that is interrupted before it saw anything ends with 0 as well', async (t) => {
	const world = await startLiveWorld(t);
	const { ended, problems, interrupt } = startRun(t, world.flags);
	interrupt();
	t.is(await ended, 0);
	t.is(problems(), '');
	t.deepEqual(world.weights(), [1, 0]);
});

test('run --once that is interrupted has not done its work: 130', async (t) => {
	const world = await startLiveWorld(t);
	const { ended, problems, interrupt } = startRun(t, ['--once', ...world.flags]);
	interrupt();
	t.is(await ended, 130);
	t.is(problems(), '');
});

test('B-131 an unknown context is told as E_KUBECONFIG, while policies on other clusters go on', async (t) => {
	const world = await startLiveWorld(t, {
		'policies/lost.yaml': livePolicy('mode: Active', { name: 'lost', cluster: 'north' }),
	});
	const { ended, written, board, interrupt } = startRun(t, [...world.flags, '--log-format', 'json']);
	await board.until(() => written().includes('E_KUBECONFIG'));
	world.setReady(false);
	await world.untilWeights(0, 1);
	interrupt();
	t.is(await ended, 0);
	const lines = written()
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line));
	t.regex(
		lines.find(({ code }) => code === 'E_KUBECONFIG').problem,
		/ E_KUBECONFIG context 'nowhere' not found; available: east, west → /,
	);
});

test('B-130 a kubeconfig that skips TLS verification is used only where that was asked for', async (t) => {
	const world = await startLiveWorld(t);
	world.setReady(false);
	const text = await readFile(world.kubeconfig, 'utf8');
	const insecure = text.replace(/certificate-authority-data: .*/g, 'insecure-skip-tls-verify: true');
	await writeFile(world.kubeconfig, insecure);
	const { ended, written, board, interrupt } = startRun(t, world.flags);
	await board.until(() => written().includes('code=E_KUBECONFIG_TLS'));
	interrupt();
	t.is(await ended, 0);
	t.deepEqual(world.weights(), [1, 0]);
	const allowed = await runSpillway(t, 'run', '--hub', '--once', '--allow-insecure-kube', ...world.flags);
	t.deepEqual([allowed.status, world.weights()], [0, [0, 1]]);
});

test('a kubeconfig that is mended while it runs is taken up', async (t) => {
	const world = await startLiveWorld(t);
	await writeFile(world.kubeconfig, 'apiVersion: v1\nkind: Config\n');
	const { ended, written, board, interrupt } = startRun(t, world.flags);
	await board.until(() => written().includes('E_KUBECONFIG'));
	world.setReady(false);
	await writeFile(world.kubeconfig, world.api.kubeconfig('east'));
	await world.untilWeights(0, 1);
	interrupt();
	t.is(await ended, 0);
});

test('F-113 a run whose repository cannot be reached keeps trying, and exits with 78 when it is to look once', async (t) => {
	const flags = ['--repo', 'file:///nonexistent/config.git', '--allow-insecure-git'];
	const once = await runSpillway(t, 'run', '--hub', '--once', ...flags);
	t.is(once.status, 78);
	t.regex(once.err, /E_GIT_UNREACHABLE/);
	const { ended, written, board, interrupt } = startRun(t, flags);
	await board.until(() => written().includes('code=E_GIT_UNREACHABLE'));
	interrupt();
	t.is(await ended, 0);
});

test('a repository without a commit exits with 78 when it is to look once', async (t) => {
	const { url } = await createBareRepository(t);
	const { status, err } = await runSpillway(
		t,
		'run',
		'--hub',
		'--once',
		'--repo',
		url,
		'--allow-insecure-git',
	);
	t.is(status, 78);
	t.regex(err, /^\S+ E_GIT_EMPTY .+\n$/);
});
