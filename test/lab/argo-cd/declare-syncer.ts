import { readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { createSyncers } from '../../../src/deliver/syncer/syncers.ts';
import { connectCluster } from '../../../src/kubernetes/cluster.ts';
import type { LiveTarget } from '../../../src/model/live-target.ts';
import type { TargetRef } from '../../../src/model/names.ts';
import type { CommitId } from '../../../src/model/ports/repository.ts';
import type { Syncers, SyncerView } from '../../../src/model/ports/syncer.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { readConnection } from '../../support/api-access.ts';
import { createNoticeBoard } from '../../support/notice-board.ts';
import type { FindCluster } from '../on-lab.ts';
import { untilHolds } from '../until-holds.ts';
import { argoCdNamespace } from './settings.ts';
import { type ArgoCdStage, folder, setStage } from './stage.ts';

/** Spillway's side of Argo CD, for the Application of a stage. */
interface OpenSyncer extends Pick<Syncers, 'holdsOff' | 'holdOff' | 'release'> {
	readonly problems: readonly Problem[];
	nudge(commit: CommitId): void;
	/** Resolves to the first view, that of now included, of which it holds. */
	untilView(commits: readonly CommitId[], holds: (view: SyncerView) => boolean): Promise<SyncerView>;
}

const never = new AbortController().signal;

/** Who holds the Application off. */
const holder = 'shop/web';

function targetOf({ name }: ArgoCdStage): TargetRef {
	return { kind: 'TrafficSplit', cluster: 'east', namespace: name, name: 'web' };
}

/** The split of a stage; an Application is released by its own annotations. */
const live: LiveTarget = {
	kind: 'TrafficSplit',
	namespace: '',
	name: 'web',
	uid: '',
	resourceVersion: '',
	apexes: [],
	rules: [],
};

async function openSyncer(t: ExecutionContext, stage: ArgoCdStage): Promise<OpenSyncer> {
	const { cluster, repository, name } = stage;
	const connection = readConnection(await readFile(cluster.kubeconfig, 'utf8'));
	const connected = connectCluster({ name: 'east', connection, clock: systemClock, random: Math.random });
	const board = createNoticeBoard();
	let news = 0;
	const problems: Problem[] = [];
	const syncers = createSyncers({
		clock: systemClock,
		random: Math.random,
		findCluster: () => Promise.resolve(connected),
		repository: {
			url: repository.url,
			branch: 'main',
			ancestry: (older, newer) =>
				repository.git('merge-base', '--is-ancestor', older, newer).then(
					() => 'ancestor',
					() => 'rewritten',
				),
		},
		onNews() {
			news += 1;
			board.notify();
		},
		onProblem: (problem) => problems.push(problem),
	});
	const application = { namespace: argoCdNamespace, name };
	const syncer = { kind: 'ArgoCD', application, dedicated: true } as const;
	syncers.declare([{ name: 'east', access: { kind: 'inCluster' }, manifests: folder, syncer }]);
	t.teardown(async () => {
		syncers.close();
		await connected.close();
	});
	const target = targetOf(stage);
	return {
		...syncers,
		problems,
		nudge: (commit) => syncers.nudge('east', commit),
		async untilView(commits, holds) {
			for (;;) {
				const before = news;
				const view = await syncers.look({ target, commits }, never);
				if (view !== undefined && holds(view)) return view;
				await untilHolds(
					board,
					() => news > before,
					() => JSON.stringify(view),
				);
			}
		},
	};
}

export function declareSyncer(find: FindCluster): void {
	test.serial(
		'real: a nudge makes a pushed weight live, and the view has fetched and applied it',
		async (t) => {
			const stage = await setStage(t, find, { name: 'nudged' });
			const { nudge, untilView, problems } = await openSyncer(t, stage);
			await untilView([stage.first], ({ applied }) => applied === stage.first);
			const commit = await stage.push('0/1');
			const start = Date.now();
			nudge(commit);
			await stage.untilLive('0/1');
			t.log(`${Date.now() - start} ms from the nudge until it was live`);
			const view = await untilView(
				[commit],
				({ applied, blocker }) => applied === commit && blocker?.kind === 'SaysApplied',
			);
			t.like(view, { name: 'Application argocd/nudged', fetched: commit, carries: true });
			t.deepEqual(problems, []);
		},
	);

	test('real: without automated sync the view says that a person has to ask', async (t) => {
		const stage = await setStage(t, find, { name: 'nudged-by-hand' });
		const { nudge, untilView } = await openSyncer(t, stage);
		await stage.argoCd.patch({ spec: { syncPolicy: { automated: null } } });
		const commit = await stage.push('0/1');
		nudge(commit);
		const { blocker, applied } = await untilView([commit], ({ fetched }) => fetched === commit);
		t.is(blocker?.kind, 'Suspended');
		t.regex(blocker?.detail ?? '', /^Application argocd\/nudged-by-hand is OutOfSync/);
		t.is(applied, stage.first);
	});

	test('real: the view names what a sync failed of, once it is over', async (t) => {
		const stage = await setStage(t, find, { name: 'nudged-bad', retry: { limit: 0 } });
		const { nudge, untilView } = await openSyncer(t, stage);
		const commit = await stage.push('0/"none"');
		nudge(commit);
		const { blocker } = await untilView([commit], (view) => view.blocker?.kind === 'ApplyFailed');
		t.regex(
			blocker?.detail ?? '',
			/the sync of Application argocd\/nudged-bad failed: .*must be of type number/,
		);
	});

	test('real: while a failed sync is tried again the view has its reason', async (t) => {
		const retry = { limit: 2, backoff: { duration: '1s' } };
		const stage = await setStage(t, find, { name: 'nudged-again', retry });
		const { nudge, untilView } = await openSyncer(t, stage);
		const bad = await stage.push('0/"none"');
		nudge(bad);
		const tried = await untilView([bad], ({ blocker }) => /Retrying attempt #1/.test(blocker?.detail ?? ''));
		t.is(tried.blocker?.kind, 'ApplyFailed');
		t.regex(tried.blocker?.detail ?? '', /fails, and is tried again: .*must be of type number/);
		const good = await stage.push('0/1');
		nudge(good);
		const waiting = await untilView([good], ({ fetched }) => fetched === good);
		t.is(waiting.applied, undefined);
		t.is(waiting.blocker?.kind, 'Waiting');
		t.true(waiting.blocker?.detail.includes(`still tries to sync commit ${bad.slice(0, 12)}, which failed`));
		await t.notThrowsAsync(stage.untilLive('0/1'));
	});

	test('real: an object that fails a whole folder is named', async (t) => {
		const stage = await setStage(t, find, { name: 'nudged-foreign', retry: { limit: 0 } });
		const { nudge, untilView } = await openSyncer(t, stage);
		const text = `{apiVersion: shop.example/v1, kind: Till, metadata: {name: one, namespace: ${stage.name}}}`;
		const commit = await stage.push('0/1', { [`${folder}/till.yaml`]: text });
		nudge(commit);
		const { blocker } = await untilView([commit], (view) => view.blocker?.kind === 'ApplyFailed');
		t.regex(
			blocker?.detail ?? '',
			/not valid.*; Till one: The Kubernetes API could not find shop\.example\/Till/,
		);
	});

	for (const ignoreWeights of ['everywhere', 'compared'] as const) {
		test(`real: an Application that ignores weights, ${ignoreWeights}, is told from one that applied them`, async (t) => {
			const stage = await setStage(t, find, { name: `nudged-ignored-${ignoreWeights}`, ignoreWeights });
			const { nudge, untilView } = await openSyncer(t, stage);
			const commit = await stage.push('0/1');
			nudge(commit);
			const { blocker, applied } = await untilView([commit], ({ fetched }) => fetched === commit);
			t.is(blocker?.kind, 'HeldOff');
			t.is(applied, stage.first);
		});
	}

	test('real: an unreadable branch is told in the words of Argo CD', async (t) => {
		const stage = await setStage(t, find, { name: 'nudged-in-vain' });
		const { nudge, untilView } = await openSyncer(t, stage);
		const commit = await stage.push('0/1');
		await stage.repository.git('update-ref', '-d', 'refs/heads/main');
		nudge(commit);
		const { blocker } = await untilView([commit], (view) =>
			/ComparisonError/.test(view.blocker?.detail ?? ''),
		);
		t.is(blocker?.kind, 'NotFetched');
		await stage.repository.git('update-ref', 'refs/heads/main', commit);
		// The next nudge is due seconds later, and Argo CD heeds any refresh.
		await stage.argoCd.refresh();
		await t.notThrowsAsync(stage.untilLive('0/1'));
	});

	test('real: held off, it leaves a direct write alone; let go, it applies what was committed', async (t) => {
		const stage = await setStage(t, find, { name: 'held-off', automated: { selfHeal: true } });
		const { nudge, untilView, holdsOff, holdOff, release } = await openSyncer(t, stage);
		await untilView([], ({ fetched }) => fetched === stage.first);
		const hold = { policy: holder, target: targetOf(stage) };
		t.deepEqual(await holdOff(hold, never), { kind: 'done' });
		await untilView([], () => holdsOff(hold));
		await stage.addBystander();
		await stage.edit('0.5/0.5');
		const commit = await stage.push('0/1');
		nudge(commit);
		const { blocker } = await untilView([commit], ({ carries }) => carries === true);
		t.is(blocker?.kind, 'NotFetched');
		t.is(stage.read(), '0.5/0.5');
		t.like(stage.argoCd.status(), { sync: 'Synced', commit: stage.first });
		t.deepEqual(await release({ ...hold, commit, live }, never), { kind: 'released' });
		await stage.untilLive('0/1');
		t.deepEqual(stage.seen(), ['1/0', '0.5/0.5', '0/1']);
	});
}
