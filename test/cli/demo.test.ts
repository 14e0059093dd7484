import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { deliverBy, readWorkshop } from '../../src/cli/demo/workshop.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { liveWeights } from '../../src/model/live-target.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readSplit, trafficSplits } from '../../src/model/traffic-split.ts';
import { isClean, startDemo } from '../support/demo-process.ts';
import { gitEnvironment } from '../support/git-remote.ts';
import { watchKubeconfig } from '../support/kept-kubeconfig.ts';

test('the demo fails over and back in Direct, Commit and PullRequest, and leaves nothing behind', async (t) => {
	t.timeout(120_000);
	// A proxy that is not there: nothing on loopback is asked for through it.
	const proxy = 'http://127.0.0.1:9';
	const run = await startDemo(t, [], { HTTP_PROXY: proxy, http_proxy: proxy, SPILLWAY_TOKEN: 'of-another' });
	const { status, output } = await run.end();
	t.is(status, 0, output);
	t.is(stripVTControlCharacters(output), output, 'plain where there is no terminal');

	const [direct = '', commit = '', asked = ''] = output.split(/\n(?:Commit|PullRequest): /);
	for (const part of [direct, commit, asked]) {
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
	checkPullRequests(t, asked);
	t.regex(asked, /\$ spillway trace emojivoto\/emoji --repo [^\n]+\n {2}✔ policy/);
	t.regex(asked, /\n {2}✔ live +emoji-svc 1, emoji-svc-west 0\n.+, last written by kustomize-controller\n/);
	t.regex(asked, /\n {2}✔ verdict +in step: Git and east have emoji-svc 1, emoji-svc-west 0\n/);
	const direction = /Direct {7}failover +\d+\.\d\ds +– +– +\d+\.\d\ds +– +–\n/;
	t.regex(asked, direction);
	for (const move of ['failover', 'failback']) {
		const committed = new RegExp(`Commit {7}${move}(( +\\d+\\.\\d\\ds) +–( +\\d+\\.\\d\\ds){4})\\n`).exec(
			asked,
		);
		const [decided, pushed, live] = readTimes(committed?.[1]);
		t.true(Number(decided) <= Number(pushed) && Number(pushed) < Number(live), committed?.[1]);
		const merged = new RegExp(`PullRequest {2}${move}(( +\\d+\\.\\d\\ds){6})\\n`).exec(asked);
		const times = readTimes(merged?.[1]).slice(0, 4);
		t.deepEqual(
			times,
			[...times].sort((one, other) => one - other),
			'decided, asked, merged, live',
		);
	}
	t.true(await isClean(run.folder, output));
});

/** Two are shown, merged by a person, and told as live, each after the other. */
function checkPullRequests(t: ExecutionContext, asked: string): void {
	const moves = [
		['1', 'failover', 'east → west', 'Merge to move the traffic'],
		['2', 'failback', 'west → east', 'Merge to move the traffic'],
	] as const;
	for (const [number, move, way, merging] of moves) {
		const title = `#${number} ${move}(emojivoto/emoji): ${way}`;
		const lines = [
			'Spillway has opened a pull request; nothing moves until it is merged',
			title,
			`/shop/config/pulls/${number}\n`,
			'│ emoji-svc in east is ',
			'│ backend          from     to   why',
			`│ • ${merging}.`,
			'│ ▸ Evidence   ▸ What merging, closing and ignoring do',
			`ada merges #${number}: POST /api/v1/repos/shop/config/pulls/${number}/merge`,
			'main has the merge',
			'Spillway has told Flux of it',
			'converged',
			'Flux reports the commit as applied: synced',
			`Spillway has set the commit status spillway/applied on #${number}`,
			'spillway/applied: live: 1 split',
		];
		let from = asked.indexOf(title) - 200;
		for (const line of lines) {
			const at = asked.indexOf(line, from);
			t.true(at >= from, `${line} does not follow what comes before it`);
			from = at;
		}
	}
	for (const line of asked.split('\n')) t.true(line.length <= 100, line);
}

function readTimes(cells: string = ''): readonly number[] {
	return [...cells.matchAll(/\d+\.\d\d/g)].map(Number);
}

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
	t.timeout(120_000);
	const run = await startDemo(t, ['--keep']);
	const [, kubeconfig = ''] = await run.waitFor(/kubeconfig +(\S+)/);
	await watchKubeconfig(kubeconfig);
	const [, remote = ''] = await run.waitFor(/git clone (\S+) config\n/);
	const [, page = ''] = await run.waitFor(/open (http:\S+)\/pulls\/1 in a browser/);
	const [, headers = '', mergeUrl = ''] = await run.waitFor(/curl -H @(\S+) -d '{"Do": "merge"}' (\S+)\n/);
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
	const before = deliverBy(await readWorkshop(), 'PullRequest');
	t.deepEqual(new Map(files), before, 'after the story the repository is what it was, but for the switch');
	const shown = await fetch(`${page}/pulls/1`);
	t.regex(await shown.text(), /failover\(emojivoto\/emoji\): east → west/);

	await scaleEmojiAway(t, kubeconfig, async () => {
		await run.waitFor(/pull request opened: \S+\/shop\/config\/pulls\/3\n/);
		const merged = await fetch(mergeUrl, {
			method: 'POST',
			headers: await readHeaders(headers),
			body: '{"Do": "merge"}',
		});
		t.is(merged.status, 200);
	});
	await run.waitFor(/converged: emoji-svc 0, emoji-svc-west 1/);
	await git('-C', clone, 'pull', '--quiet');
	const changes = (await git('-C', clone, 'log', '-p', '-1', '--no-merges', '--format=%s')).split('\n');
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

/** What curl makes of a file after `-H @`. */
async function readHeaders(file: string): Promise<Readonly<Record<string, string>>> {
	const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
	return Object.fromEntries(lines.map((line) => line.split(': ', 2)));
}

/** Does what `kubectl scale` does, then what is asked for, and waits until a watch shows the traffic in west. */
async function scaleEmojiAway(
	t: ExecutionContext,
	kubeconfig: string,
	approve: () => Promise<void>,
): Promise<void> {
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
	await approve();
	await watching;
	t.is(seen.at(-1), '0/1');
	await cluster.close();
}

test('a demo that cannot do its work says why, ends with status 1 and leaves nothing behind', async (t) => {
	const run = await startDemo(t, [], { PATH: '/nowhere' });
	const { status, output } = await run.end();
	t.is(status, 1);
	t.regex(output, /✘ .*A forge/);
	t.regex(output, /\nThe demo failed: git E_GIT_MISSING/);
	t.deepEqual(await readdir(run.folder), []);
});
