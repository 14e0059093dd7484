// Commit mode end to end: Spillway as a process, Flux's own kustomize-controller, a real API server.
import { readdir, readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { reconcileAnnotation } from '../../src/model/hold-off.ts';
import { serveGit } from '../support/git-http-server.ts';
import { holds, step, tellers, untilStep } from './commit-evidence.ts';
import { type CommitStage, setCommitStage, splitFile } from './commit-stage.ts';
import { type FindCluster, onLab } from './on-lab.ts';
import { fluxParts } from './parts.ts';
import type { RunProcess } from './run-process.ts';

await onLab({ names: ['east'], parts: fluxParts, flux: true }, (find) => {
	declareNudge(find);
	declareHindrances(find);
	declareLateness(find);
	declareEscalations(find);
	declarePolicies(find);
});

const said = (message: string) => (line: { readonly message: string }) => line.message === message;

function declareNudge(find: FindCluster): void {
	test.serial(
		'real: a failover is committed, Flux is told of it by Spillway alone, and it is live',
		async (t) => {
			const serve: Parameters<typeof setCommitStage>[2]['serve'] = (repository) => serveGit(t, repository);
			const stage = await setCommitStage(t, find, { namespace: 'told', serve });
			const run = await stage.start();
			await stage.setReady(false);
			await stage.untilWeights('0/1');
			const converged = await run.until(said('converged'));
			const delivered = await run.until(said('delivered'));
			const [pushed, ...others] = await stage.repository.log();
			t.deepEqual([delivered.commit, others.length], [pushed?.id, 1], 'one commit');
			t.deepEqual(pushed?.files, [splitFile]);
			t.regex(String(pushed?.message), /^failover\(told\/web\): web → spare\n/);
			t.regex((await stage.repository.show(splitFile)).toString(), /weight: 0 {24}# here\n/);
			const [ms = -1, inAll = -1, sincePush = -1] = [delivered.ms, converged.ms, converged.sincePushMs];
			t.true(ms >= 0 && sincePush >= 0 && inAll >= ms, `${ms} + ${sincePush} ms of ${inAll}`);
			t.log(`decision → push ${ms} ms, push → live ${sincePush} ms`);
			t.deepEqual(stage.weights(), ['1/0', '0/1']);
			t.like(await stage.trace(), { status: 0, err: '' });
			const complaints = run.lines.filter(
				({ code, problem = '' }) => code === 'W_NUDGE_REFUSED' || /forbidden|rights/i.test(problem),
			);
			t.deepEqual(complaints, [], 'the rights that the documentation lists are enough');

			const ours = `${pushed?.id}`;
			const fetched = await untilStep(stage.sources, ({ artifact }) => artifact?.endsWith(ours));
			const asked = await untilStep(stage.sources, ({ requested }) => requested !== undefined);
			const live = await untilStep(stage.splits, ({ weights }) => weights === '0/1');
			const applied = await untilStep(stage.kustomizations, ({ applied: at }) => at?.endsWith(ours));
			t.true(asked < fetched && fetched < live && live < applied, `${[asked, fetched, live, applied]}`);
			const again = step(stage.kustomizations.changes, ({ requested }) => requested !== undefined);
			t.true(Number.isNaN(again) || again > fetched, 'the Kustomization only once its source has the commit');
			t.deepEqual(tellers(stage), ['spillway']);
		},
	);
}

const broken = 'clusters/east/broken.yaml';
const brokenText =
	'apiVersion: example.org/v1\nkind: Nonsense\nmetadata: {name: beside, namespace: default}\n';

function declareHindrances(find: FindCluster): void {
	test.serial(
		'real: trace names what keeps a commit from going live, one thing after the other, until nothing does',
		async (t) => {
			const stage = await setCommitStage(t, find, { namespace: 'hindered' });
			const { flux, repository } = stage;
			const annotate = (value: string | null) =>
				stage.edit({ metadata: { annotations: { [reconcileAnnotation]: value } } });
			const assertStuck = async (blocker: RegExp) => {
				const { status, out, err } = await stage.trace();
				t.is(status, 1, out + err);
				t.regex(out.replaceAll(/\s+/g, ' '), blocker);
				t.deepEqual(stage.weights(), ['1/0']);
			};
			const run = await stage.start();
			await flux.setGitDown(true);
			await stage.setReady(false);
			await run.until(said('delivered'));
			await assertStuck(
				/pushed, not live: .*GitRepository hindered\/config cannot fetch the branch: .*cannot reach/,
			);
			await flux.suspend(true);
			await assertStuck(
				/Kustomization hindered\/east is suspended: flux resume kustomization east -n hindered/,
			);
			await annotate('disabled');
			await assertStuck(/pushed, not live: .*kustomize\.toolkit\.fluxcd\.io\/reconcile: disabled/);
			await annotate(null);
			const nonsense = await repository.commit({ [broken]: brokenText }, 'nonsense beside ours');
			await flux.suspend(false);
			await flux.setGitDown(false);
			await flux.untilSource(({ commit }) => commit === nonsense);
			await flux.until(({ ready }) => ready === 'False');
			await assertStuck(/Kustomization hindered\/east is not ready: .*Nonsense\/default\/beside .*Nonsense/);
			// Nobody but Spillway tells Flux of this one.
			await repository.commit({ [broken]: null }, 'no nonsense');
			await stage.untilWeights('0/1');
			await run.until(said('converged'));
			const { status, out } = await stage.trace();
			t.is(status, 0, out);
			t.regex(out, /✔ verdict +in step: Git and east have web 0, spare 1\n$/);
			t.deepEqual(stage.weights(), ['1/0', '0/1']);
		},
	);
}

/** For one that comes after one that was killed, whose Lease it would wait for. */
const alone = '--no-leader-elect';

function declareLateness(find: FindCluster): void {
	test.serial(
		'real: a decision that is a minute old is told with its blocker, also by a Spillway that was killed meanwhile',
		async (t) => {
			const stage = await setCommitStage(t, find, { namespace: 'late' });
			const run = await stage.start(alone);
			await stage.flux.suspend(true);
			await stage.setReady(false);
			await run.until(said('delivered'));
			await stage.untilKept();
			await run.kill('SIGKILL');
			await stage.editLedger((text) =>
				text.replace(/"decidedAt":(\d+)/, (_, at) => `"decidedAt":${Number(at) - 61_000}`),
			);
			const next = await stage.startAnew(alone);
			const late = await next.until(said('not live yet'));
			t.regex(
				String(late.blocker),
				/Kustomization late\/east is suspended: flux resume kustomization east -n late$/,
			);
			await stage.flux.suspend(false);
			await stage.untilWeights('0/1');
			await next.until(said('converged'));
			t.is((await stage.repository.log()).length, 2, 'it was committed once');
		},
	);
}

const failover = 'escalate: [{after: 5s, to: Direct}]';
const isEscalated = said('escalated: written directly, Git or the syncer follows later');
const isPaid = said('Git is up to date with what was written directly');

async function untilFree(stage: CommitStage): Promise<void> {
	await stage.splits.until(() => holds(stage).at(-1) === '0/1 - -');
}

/** Flux goes on applying what Git declares, and that is the weights. */
async function assertInStep(t: ExecutionContext, stage: CommitStage): Promise<void> {
	const tip = (await stage.repository.git('rev-parse', 'main')).trim();
	await stage.flux.untilApplied(tip);
	await stage.flux.nudge();
	const { namespace } = stage;
	t.deepEqual(holds(stage), ['1/0 - -', `0/1 disabled ${namespace}/web`, '0/1 - -']);
	t.regex(
		(await stage.repository.show(splitFile)).toString(),
		/weight: 0 {24}# here\n.*spare\n +weight: 1\n/,
	);
	const { status, out } = await stage.trace();
	t.is(status, 0, out);
}

async function escalated(stage: CommitStage): Promise<RunProcess> {
	const run = await stage.start();
	await stage.setReady(false);
	await run.until(isEscalated);
	return run;
}

function declareEscalations(find: FindCluster): void {
	test('real: while Flux cannot fetch, the weights are written with a hold in one patch, and let go of once it has the commit', async (t) => {
		const stage = await setCommitStage(t, find, { namespace: 'unfetched', failover });
		await stage.flux.setGitDown(true);
		const run = await escalated(stage);
		t.regex(String((await run.until(isEscalated)).blocker), /GitRepository unfetched\/config cannot fetch/);
		await stage.flux.nudge();
		const held = await stage.trace();
		t.is(held.status, 0, held.out);
		await stage.flux.setGitDown(false);
		await untilFree(stage);
		await run.until(isPaid);
		await assertInStep(t, stage);
		t.is((await stage.repository.log()).length, 2, 'the commit of the failover is all there is');
	});

	test('real: while Git is away Flux is nudged in vain; when it is back what is owed is committed, and nothing flaps', async (t) => {
		const stage = await setCommitStage(t, find, { namespace: 'away', failover });
		const run = await stage.start();
		await stage.setRepositoryAway(true);
		await stage.setReady(false);
		const line = await run.until(isEscalated);
		t.is(line.blocker, 'no commit could be pushed in time');
		await stage.flux.nudgeSource();
		await stage.flux.nudge();
		await stage.setRepositoryAway(false);
		await untilFree(stage);
		await run.until(isPaid);
		await assertInStep(t, stage);
		const [pushed, ...others] = await stage.repository.log();
		t.regex(String(pushed?.message), /^failover\(away\/web\)/);
		t.is(others.length, 1);
	});

	test('real: a Spillway that dies between the direct write and the commit leaves both to the next one', async (t) => {
		const stage = await setCommitStage(t, find, { namespace: 'died', failover });
		const run = await stage.start(alone);
		await stage.setRepositoryAway(true);
		await stage.setReady(false);
		await run.until(isEscalated);
		t.deepEqual(await run.kill('SIGKILL'), { status: null, signal: 'SIGKILL' });
		await stage.splits.until(() => holds(stage).length > 1);
		await stage.flux.nudge();
		t.deepEqual(holds(stage), ['1/0 - -', '0/1 disabled died/web']);
		await stage.setRepositoryAway(false);
		const next = await stage.startAnew(alone);
		await untilFree(stage);
		await next.until(isPaid);
		await assertInStep(t, stage);
		t.is((await stage.repository.log()).length, 2);
	});
}

function declarePolicies(find: FindCluster): void {
	test.serial('real: the policies that come with Spillway may stand in the synced folder', async (t) => {
		const { flux, repository } = await setCommitStage(t, find, { namespace: 'beside' });
		for (const folder of ['policies', 'examples/workshop/policies']) {
			const place = new URL(`../../${folder}/`, import.meta.url);
			const names = (await readdir(place)).filter((name) => name.endsWith('.yaml'));
			const read = names.map(async (name) => {
				return [`clusters/east/policies/${name}`, await readFile(new URL(name, place), 'utf8')] as const;
			});
			const files = Object.fromEntries(await Promise.all(read));
			const commit = await repository.commit(files, folder);
			await flux.nudgeSource();
			const status = await flux.until((each) => each.ready === 'False' || each.commit === commit);
			t.like(status, { ready: 'True', commit }, status.message);
			await repository.commit(Object.fromEntries(Object.keys(files).map((path) => [path, null])), 'none');
		}
	});
}
