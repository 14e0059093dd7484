import { writeFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { runProgram } from '../../src/cli/program.ts';
import { livePolicy, startLiveWorld } from '../support/live-world.ts';
import { createTerminal, runSpillway, type TerminalUnderTest } from '../support/terminal.ts';

/** Starts `run` and leaves it running. */
function startRun(
	t: ExecutionContext,
	flags: readonly string[],
): TerminalUnderTest & { ended: Promise<number> } {
	const terminal = createTerminal(t);
	const ended = runProgram(['run', ...flags], '1.2.3', terminal);
	return { ...terminal, ended };
}

test('run --once moves the weights, verifies, tells an Event, and exits with 0', async (t) => {
	const world = await startLiveWorld(t);
	world.setReady(false);
	const { status, out, err } = await runSpillway(t, 'run', '--once', ...world.flags);
	t.deepEqual([status, err], [0, '']);
	t.deepEqual(world.weights(), [0, 1]);
	t.regex(
		out,
		/ info {2}converged policy=emojivoto\/emoji .* move=failover weights="emoji-svc 0, emoji-svc-west 1"/,
	);
	const events = world.api.store.list({ group: '', plural: 'events' }).items;
	t.deepEqual(
		events.map((event) => event['reason']),
		['Failover'],
	);
	t.is((await world.repository.log()).length, 1);
});

test('run --once in Commit mode commits the weights, and leaves the cluster to its syncer', async (t) => {
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': livePolicy('failover: {via: Commit}') });
	world.setReady(false);
	const { status } = await runSpillway(t, 'run', '--once', ...world.flags);
	t.is(status, 0);
	const [newest, ...older] = await world.repository.log();
	t.is(older.length, 1);
	t.deepEqual(newest?.files, ['clusters/east/emoji.yaml']);
	t.regex(newest?.message ?? '', /^failover\(emojivoto\/emoji\): emoji-svc → emoji-svc-west\n/);
	t.regex(
		(await world.repository.show('clusters/east/emoji.yaml')).toString(),
		/weight: 0\n(.*\n)+.*weight: 1\n$/,
	);
	t.deepEqual(world.weights(), [1, 0]);
});

test('run --once --dry-run tells what it would do, and writes nothing', async (t) => {
	const world = await startLiveWorld(t);
	world.setReady(false);
	const before = world.api.store.resourceVersion();
	const { status, out } = await runSpillway(t, 'run', '--once', '--dry-run', ...world.flags);
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
	const { status, out } = await runSpillway(t, 'run', '--once', ...world.flags);
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
	t.is(world.api.watches.count(), 0);
});

test('a run that is interrupted before it saw anything ends as well', async (t) => {
	const world = await startLiveWorld(t);
	const { ended, interrupt } = startRun(t, world.flags);
	interrupt();
	t.true([0, 130].includes(await ended));
	t.deepEqual(world.weights(), [1, 0]);
});

test('an unknown context is told as E_KUBECONFIG, while other policies go on', async (t) => {
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
	t.regex(lines.find(({ code }) => code === 'E_KUBECONFIG').problem, /nowhere/);
});

test('a kubeconfig that is mended while it runs is taken up', async (t) => {
	const world = await startLiveWorld(t);
	const kubeconfig = world.flags.at(-1) ?? '';
	await writeFile(kubeconfig, 'apiVersion: v1\nkind: Config\n');
	const { ended, written, board, interrupt } = startRun(t, world.flags);
	await board.until(() => written().includes('E_KUBECONFIG'));
	world.setReady(false);
	await writeFile(kubeconfig, world.api.kubeconfig('east'));
	await world.untilWeights(0, 1);
	interrupt();
	t.is(await ended, 0);
});

test('F-113 a run whose repository cannot be reached keeps trying, and exits with 78 when it is to look once', async (t) => {
	const flags = ['--repo', 'file:///nonexistent/config.git', '--allow-insecure-git'];
	const once = await runSpillway(t, 'run', '--once', ...flags);
	t.is(once.status, 78);
	t.regex(once.err, /E_GIT_UNREACHABLE/);
	const { ended, written, board, interrupt } = startRun(t, flags);
	await board.until(() => written().includes('code=E_GIT_UNREACHABLE'));
	interrupt();
	t.is(await ended, 0);
});
