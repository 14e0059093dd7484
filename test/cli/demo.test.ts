import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { readWorkshop } from '../../src/cli/demo/workshop.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { liveWeights } from '../../src/model/live-target.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readSplit, trafficSplits } from '../../src/model/traffic-split.ts';
import { refuseCanaries } from '../support/canaries.ts';
import { gitEnvironment } from '../support/git-remote.ts';
import { watchKubeconfig } from '../support/kept-kubeconfig.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url));

/** The demo as people start it, with a folder for temporary files of its own. */
async function startDemo(t: ExecutionContext, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
	const folder = await makeFolder(t);
	const child = spawn(process.execPath, [launcher, 'demo', ...flags], {
		env: { ...process.env, ...env, TMPDIR: folder },
	});
	const ended = once(child, 'close');
	let output = '';
	t.teardown(async () => {
		child.kill();
		await ended;
		refuseCanaries('what the demo wrote', output);
	});
	let tell = (): void => undefined;
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text) => {
			output += text;
			tell();
		});
	}
	return {
		folder,
		kill: (signal: NodeJS.Signals) => child.kill(signal),
		/** What it wrote to its end, and its exit status. */
		async end() {
			const [status] = await ended;
			return { status, output };
		},
		/** Waits until it has written this. */
		waitFor(pattern: RegExp): Promise<RegExpExecArray> {
			return new Promise((resolve, reject) => {
				tell = () => {
					const found = pattern.exec(output);
					if (found !== null) resolve(found);
				};
				ended.then(() => reject(new Error(`the demo ended:\n${output}`)));
				tell();
			});
		},
	};
}

/** Whether neither a file nor the reconciler's process is left. */
async function isClean(folder: string, output: string): Promise<boolean> {
	const pid = Number(/process (\d+)/.exec(output)?.[1]);
	return pid > 0 && !isAlive(pid) && (await readdir(folder)).length === 0;
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

test('the demo fails over and back, once in Direct and once in Commit, and leaves nothing behind', async (t) => {
	const run = await startDemo(t);
	const { status, output } = await run.end();
	t.is(status, 0, output);
	t.is(stripVTControlCharacters(output), output, 'plain where there is no terminal');

	const [direct = '', commit = ''] = output.split('\nCommit: ');
	for (const part of [direct, commit]) {
		const moves = [...part.matchAll(/✔ +(\d+\.\d\d)s {2}live weights are (\S+):/g)];
		t.deepEqual(
			moves.map(([, , weights]) => weights),
			['0/1', '1/0'],
		);
		t.true(Number(moves[1]?.[1]) >= 3, 'failback.after was waited for');
		t.regex(part, /Spillway: emoji-svc is unhealthy: 0 ready endpoints/);
		t.regex(part, /Spillway: emoji-svc is healthy again, failback\.after is 3s/);
	}
	t.notRegex(direct, /has pushed/);
	t.regex(commit, /[0-9a-f]{7,} failover\(emojivoto\/emoji\): emoji-svc → emoji-svc-west/);
	t.regex(commit, /[0-9a-f]{7,} failback\(emojivoto\/emoji\): emoji-svc-west → emoji-svc/);
	t.deepEqual(
		commit.match(/^ {12}[-+] .*$/gm)?.map((line) => line.trim().replace(/ {2,}/g, ' ')),
		[
			'- failover: {via: Direct}',
			'- failback: {via: Direct}',
			'+ failover: {via: Commit}',
			'+ failback: {via: Commit}',
			'- weight: 1 # emoji in this cluster',
			'+ weight: 0 # emoji in this cluster',
			'- weight: 0 # its mirror of west',
			'+ weight: 1 # its mirror of west',
			'- weight: 0 # emoji in this cluster',
			'+ weight: 1 # emoji in this cluster',
			'- weight: 1 # its mirror of west',
			'+ weight: 0 # its mirror of west',
		],
	);
	t.notRegex(direct, /synced/);
	t.is(commit.match(/✔.*Flux reports the commit as applied: synced/g)?.length, 2);
	t.is(commit.match(/✔.*Spillway has told Flux of it/g)?.length, 2, 'nobody else does');
	const [, waited] =
		/its commit waits 10s for others to join\n.*✔ +(\d+)\.\d\ds {2}Spillway has pushed/.exec(commit) ?? [];
	t.true(Number(waited) >= 13, 'as it says');
	t.regex(commit, /\$ spillway trace emojivoto\/emoji --repo [^\n]+\n {2}✔ policy/);
	t.regex(commit, /\n {2}✔ live +emoji-svc 1, emoji-svc-west 0\n.+, last written by kustomize-controller\n/);
	t.regex(commit, /\n {2}✔ verdict +in step: Git and east have emoji-svc 1, emoji-svc-west 0\n/);
	t.regex(commit, /Direct {2}failover +\d+\.\d\ds +– +\d+\.\d\ds +– +–\n/);
	for (const move of ['failover', 'failback']) {
		const [, cells = ''] = new RegExp(`Commit {2}${move}((?: +\\d+\\.\\d\\ds){5})\\n`).exec(commit) ?? [];
		const [decided, pushed, live] = cells.trim().split(/s */).map(Number);
		t.true(Number(decided) <= Number(pushed) && Number(pushed) < Number(live), cells);
	}
	t.true(await isClean(run.folder, output));
});

test('Ctrl-C in the middle of the story ends it at once with status 130 and leaves nothing behind', async (t) => {
	const run = await startDemo(t);
	await run.waitFor(/live weights are 0\/1/);
	run.kill('SIGINT');
	const { status, output } = await run.end();
	t.is(status, 130, output);
	t.regex(output, /Stopped; cleaning up\./);
	t.notRegex(output, /Measured/);
	t.true(await isClean(run.folder, output));
});

test('--keep leaves clusters and repository to kubectl and git until it is told to stop', async (t) => {
	const run = await startDemo(t, ['--keep']);
	const [, kubeconfig = ''] = await run.waitFor(/kubeconfig +(\S+)/);
	await watchKubeconfig(kubeconfig);
	const [, remote = ''] = await run.waitFor(/git clone (\S+) config\n/);
	const [, pid] = await run.waitFor(/kill (\d+)/);

	const clone = join(run.folder, 'clone');
	const git = async (...args: readonly string[]): Promise<string> => {
		const { stdout } = await promisify(execFile)('git', args, { env: gitEnvironment(run.folder) });
		return stdout;
	};
	await git('clone', '--quiet', remote, clone);
	const paths = (await git('-C', clone, 'ls-files')).trimEnd().split('\n').sort();
	const files = await Promise.all(
		paths.map(async (path) => [path, await readFile(join(clone, path), 'utf8')] as const),
	);
	t.deepEqual(new Map(files), await readWorkshop(), 'after the story the repository is what it was');

	await scaleEmojiAway(t, kubeconfig);
	await run.waitFor(/converged: emoji-svc 0, emoji-svc-west 1/);
	await git('-C', clone, 'pull', '--quiet');
	const changes = (await git('-C', clone, 'log', '-p', '-1', '--format=%s')).split('\n');
	t.is(changes[0], 'failover(emojivoto/emoji): emoji-svc → emoji-svc-west');
	const edited = changes.filter((line) => /^[-+] /.test(line));
	t.is(edited.length, 4);
	t.true(
		edited.every((line) => /^[-+] +weight: [01] /.test(line)),
		changes.join('\n'),
	);

	await rm(clone, { recursive: true });
	process.kill(Number(pid), 'SIGTERM');
	const { status, output } = await run.end();
	t.is(status, 0, output);
	t.true(await isClean(run.folder, output));
});

/** Does what `kubectl scale` does, and waits until a watch shows the traffic in west. */
async function scaleEmojiAway(t: ExecutionContext, kubeconfig: string): Promise<void> {
	const connection = await loadConnection({ kubeconfig, context: 'east', allowInsecure: false });
	const cluster = connectCluster({ name: 'east', connection, clock: systemClock, random: Math.random });
	const namespace = 'emojivoto';
	const over = new AbortController();
	const signal = AbortSignal.any([over.signal, AbortSignal.timeout(15_000)]);
	const decode = (object: KubernetesObject): string => {
		const facts = readSplit(object);
		return facts.kind === 'target' ? [...liveWeights(facts.target).values()].join('/') : facts.message;
	};
	const seen: string[] = [];
	const watching = cluster.reflect(
		{ resource: trafficSplits, namespace, decode },
		(change) => {
			if (change.kind === 'reset') seen.push(...change.items.map(({ value }) => value));
			if (change.kind === 'applied') seen.push(change.item.value);
			if (seen.at(-1) === '0/1') over.abort();
		},
		signal,
	);
	const resource = { group: 'apps', versions: ['v1'], plural: 'deployments' };
	const operation = { op: 'replace', path: '/spec/replicas', value: 0 } as const;
	const scaled = await cluster.patch(
		{ resource, namespace, name: 'emoji', version: 'v1' },
		[operation],
		signal,
	);
	t.is(scaled.kind, 'written');
	await watching;
	t.is(seen.at(-1), '0/1');
	await cluster.close();
}

test('a demo that cannot do its work says why, ends with status 1 and leaves nothing behind', async (t) => {
	const run = await startDemo(t, [], { PATH: '/nowhere' });
	const { status, output } = await run.end();
	t.is(status, 1);
	t.regex(output, /✘ .*A bare Git repository/);
	t.regex(output, /\nThe demo failed: git E_GIT_MISSING/);
	t.deepEqual(await readdir(run.folder), []);
});
