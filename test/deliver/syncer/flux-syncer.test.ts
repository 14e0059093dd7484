import test from 'ava';
import { readSplit } from '../../../src/model/traffic-split.ts';
import { emojiTarget } from '../../support/changes.ts';
import {
	commits,
	kustomizationKey,
	type SyncerStage,
	sourceKey,
	startSyncerStage,
} from '../../support/syncer-stage.ts';

const { signal } = new AbortController();
const [first, second, third] = commits;

function fetched({ set }: SyncerStage, commit: string): void {
	set(sourceKey, { status: { artifact: { revision: `main@sha1:${commit}` } } });
}

function attempted({ set }: SyncerStage, commit: string): void {
	const revision = `main@sha1:${commit}`;
	set(kustomizationKey, { status: { lastAttemptedRevision: revision, lastAppliedRevision: revision } });
}

function requestedAt({ store }: SyncerStage, key: typeof sourceKey): string | undefined {
	return store.get(key).metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
}

/** Both have the first commit. */
async function startFlux(t: Parameters<typeof startSyncerStage>[0]): Promise<SyncerStage> {
	const stage = startSyncerStage(t, { kind: 'Flux' });
	fetched(stage, first);
	attempted(stage, first);
	await stage.clock.advance(0);
	return stage;
}

test('the source is nudged at once, the Kustomization only when its artifact has the commit, and it does nothing by itself', async (t) => {
	const stage = await startFlux(t);
	const { syncers, clock, patched } = stage;
	for (let target = 0; target < 20; target += 1) syncers.nudge('east', second);
	await clock.advance(0);
	t.deepEqual(patched, ['gitrepositories config']);
	t.is(requestedAt(stage, sourceKey), new Date(clock.now()).toISOString());
	t.is(requestedAt(stage, kustomizationKey), undefined);
	fetched(stage, second);
	await clock.advance(2_999);
	t.deepEqual(patched, ['gitrepositories config']);
	await clock.advance(1);
	t.deepEqual(patched, ['gitrepositories config', 'kustomizations east']);
	t.is(requestedAt(stage, kustomizationKey), new Date(clock.now()).toISOString());
	await clock.advance(600_000);
	t.is(patched.length, 2);
});

test('a later commit than the one that was pushed will do, and one that is there needs no nudge', async (t) => {
	const stage = await startFlux(t);
	stage.syncers.nudge('east', second);
	await stage.clock.advance(0);
	fetched(stage, third);
	attempted(stage, third);
	await stage.clock.advance(0);
	stage.syncers.nudge('east', third);
	await stage.clock.advance(0);
	t.deepEqual(stage.patched, ['gitrepositories config']);
});

test('F38 while what the source reads is behind it is nudged again after 2, 5 and 10 s, and no more', async (t) => {
	const { syncers, clock, patched } = await startFlux(t);
	syncers.nudge('east', second);
	const times: number[] = [];
	for (let second_ = 0; second_ <= 100; second_ += 1) {
		await clock.advance(second_ === 0 ? 0 : 1_000);
		while (times.length < patched.length) times.push(second_);
	}
	t.deepEqual(times, [0, 2, 7, 17]);
});

test('F31 a commit that is asked for again a minute later is nudged once more', async (t) => {
	const stage = await startFlux(t);
	const { syncers, clock, patched } = stage;
	syncers.nudge('east', second);
	fetched(stage, second);
	await clock.advance(60_000);
	patched.length = 0;
	for (let look = 0; look < 5; look += 1) {
		syncers.nudge('east', second);
		await clock.advance(60_000);
	}
	t.deepEqual(patched, ['kustomizations east']);
});

test('an object with annotations keeps them, and one that changed meanwhile is read again', async (t) => {
	const stage = await startFlux(t);
	stage.set(sourceKey, { metadata: { annotations: { 'example.com/note': 'mine' } } });
	await stage.clock.advance(0);
	stage.cluster.faults.inject({ kind: 'conflict-next' });
	stage.syncers.nudge('east', second);
	await stage.clock.advance(0);
	t.is(stage.store.get(sourceKey).metadata.annotations?.['example.com/note'], 'mine');
	t.truthy(requestedAt(stage, sourceKey));
});

test('a right that is missing is told once, and Flux is left to its interval', async (t) => {
	const stage = await startFlux(t);
	stage.refuse('gitrepositories');
	for (const commit of [second, third]) {
		stage.syncers.nudge('east', commit);
		await stage.clock.advance(120_000);
	}
	t.deepEqual(
		stage.problems.map(({ code, remedy }) => [code, remedy]),
		[['W_NUDGE_REFUSED', 'grant "patch" on gitrepositories']],
	);
	t.is(stage.patched.length, 2);
});

test('what Flux says of a commit is asked of what is watched', async (t) => {
	const stage = await startFlux(t);
	const look = (...asked: readonly string[]) =>
		stage.syncers.look({ target: emojiTarget, commits: asked }, signal);
	t.like(await look(second), { fetched: first, applied: first, blocker: { kind: 'NotFetched' } });
	fetched(stage, third);
	attempted(stage, third);
	await stage.clock.advance(0);
	t.like(await look(second), { fetched: third, carries: true, blocker: { kind: 'SaysApplied' } });
	t.true(stage.news() > 0);
	t.is(
		await stage.syncers.look({ target: { ...emojiTarget, cluster: 'west' }, commits: [] }, signal),
		undefined,
	);
});

test('a folder that nothing applies, and objects that cannot be read, are named', async (t) => {
	const stage = startSyncerStage(t, {
		kind: 'Flux',
		kustomization: { namespace: 'flux-system', name: 'gone' },
	});
	const look = () => stage.syncers.look({ target: emojiTarget, commits: [] }, signal);
	t.like(await look(), { blocker: { kind: 'Unknown' }, unlisted: true });
	await stage.clock.advance(0);
	t.like(await look(), { blocker: { kind: 'NoSyncer' }, unlisted: undefined });
	const blind = startSyncerStage(t, { kind: 'Flux' });
	blind.cluster.faults.inject({ kind: 'unreachable' });
	await blind.clock.advance(0);
	const unread = await blind.syncers.look({ target: emojiTarget, commits: [] }, signal);
	t.regex(
		unread?.blocker?.detail ?? '',
		/^Kustomizations of cluster east cannot be read: .*connection refused/,
	);
	t.is(unread?.unlisted, undefined, 'it is known why');
});

test('letting go takes off our two annotations in one conditional patch, and nobody else’s', async (t) => {
	const stage = await startFlux(t);
	const { syncers, store, key, clock } = stage;
	const hold = { policy: 'emojivoto/emoji', target: emojiTarget };
	t.deepEqual(await syncers.holdOff(hold, signal), { kind: 'annotate' });
	const marks = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled', 'spillway.dev/held-off': hold.policy };
	store.patch(key, 'application/merge-patch+json', { metadata: { annotations: { ...marks, note: 'kept' } } });
	const live = () => {
		const facts = readSplit(store.get(key));
		if (facts.kind !== 'target') throw new Error(facts.message);
		return facts.target;
	};
	const before = live();
	t.is(before.heldOff, 'spillway');
	store.patch(key, 'application/merge-patch+json', { metadata: { labels: { touched: 'yes' } } });
	t.is((await syncers.release({ ...hold, live: before, commit: second }, signal)).kind, 'failed');
	t.is((await syncers.release({ ...hold, live: live(), commit: second }, signal)).kind, 'released');
	t.deepEqual(store.get(key).metadata.annotations, { note: 'kept' });
	// What it passed over it has to apply anew, though it has the commit already.
	fetched(stage, second);
	attempted(stage, second);
	await clock.advance(0);
	t.is(stage.patched.at(-1), 'kustomizations east');
	const theirs = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
	store.patch(key, 'application/merge-patch+json', { metadata: { annotations: theirs } });
	t.is((await syncers.release({ ...hold, live: live(), commit: second }, signal)).kind, 'released');
	t.like(store.get(key).metadata.annotations, theirs);
});
