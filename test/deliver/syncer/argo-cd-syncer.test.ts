import test from 'ava';
import { emojiTarget } from '../../support/changes.ts';
import { aSplit } from '../../support/policies.ts';
import { applicationKey, commits, type SyncerStage, startSyncerStage } from '../../support/syncer-stage.ts';

const { signal } = new AbortController();
const [first, second] = commits;
const named = { namespace: 'emojivoto', name: 'east' };
const hold = { policy: 'emojivoto/emoji', target: emojiTarget };
const other = { policy: 'emojivoto/web', target: emojiTarget };

async function startArgoCd(
	t: Parameters<typeof startSyncerStage>[0],
	dedicated: boolean,
): Promise<SyncerStage> {
	const stage = startSyncerStage(t, {
		kind: 'ArgoCD',
		application: named,
		...(dedicated ? { dedicated: true as const } : {}),
	});
	stage.set(applicationKey, { status: { sync: { status: 'Synced', revision: first } } });
	await stage.clock.advance(0);
	return stage;
}

function annotationsOf({ store }: SyncerStage): Readonly<Record<string, string>> {
	return store.get(applicationKey).metadata.annotations ?? {};
}

test('a push is followed by a refresh of the Application, and never by a sync', async (t) => {
	const stage = await startArgoCd(t, false);
	stage.syncers.nudge('east', second);
	stage.syncers.nudge('east', second);
	await stage.clock.advance(0);
	t.deepEqual(stage.patched, ['applications east']);
	t.deepEqual(annotationsOf(stage), { 'argocd.argoproj.io/refresh': 'normal' });
	t.is(stage.store.get(applicationKey)['operation'], undefined);
	stage.set(applicationKey, { status: { sync: { status: 'Synced', revision: second } } });
	await stage.clock.advance(600_000);
	t.is(stage.patched.length, 1);
});

test('what Argo CD says of a commit is asked of what is watched', async (t) => {
	const stage = await startArgoCd(t, false);
	const look = () => stage.syncers.look({ target: emojiTarget, commits: [second] }, signal);
	t.like(await look(), {
		name: 'Application emojivoto/east',
		fetched: first,
		blocker: { kind: 'NotFetched' },
	});
	stage.set(applicationKey, { status: { sync: { status: 'Synced', revision: second } } });
	await stage.clock.advance(0);
	t.like(await look(), { fetched: second, carries: true, blocker: { kind: 'SaysApplied' } });
});

test('an Application that holds more than targets is not held off', async (t) => {
	const stage = await startArgoCd(t, false);
	t.like(await stage.syncers.holdOff(hold, signal), {
		kind: 'impossible',
		problem: { code: 'E_ESCALATION' },
	});
	t.deepEqual(stage.patched, []);
});

test('a dedicated one is held off as long as any policy needs it, and looks at the branch once let go of', async (t) => {
	const stage = await startArgoCd(t, true);
	const { syncers, clock } = stage;
	const live = aSplit({ a: 1 });
	t.deepEqual(await syncers.holdOff(hold, signal), { kind: 'done' });
	await clock.advance(0);
	t.deepEqual(await syncers.holdOff(other, signal), { kind: 'done' });
	await clock.advance(0);
	t.deepEqual(await syncers.holdOff(other, signal), { kind: 'done' });
	t.is(stage.patched.length, 2);
	t.deepEqual(annotationsOf(stage), {
		'argocd.argoproj.io/skip-reconcile': 'true',
		'spillway.dev/held-off': 'emojivoto/emoji,emojivoto/web',
	});
	t.deepEqual([hold, other].map(syncers.holdsOff), [true, true]);
	t.is((await syncers.release({ ...hold, live, commit: second }, signal)).kind, 'released');
	await clock.advance(0);
	t.deepEqual([hold, other].map(syncers.holdsOff), [false, true]);
	t.is(annotationsOf(stage)['argocd.argoproj.io/skip-reconcile'], 'true');
	t.is((await syncers.release({ ...other, live, commit: second }, signal)).kind, 'released');
	t.deepEqual(annotationsOf(stage), { 'argocd.argoproj.io/refresh': 'normal' });
});

test('one that a person put aside is used as it is, and stays aside', async (t) => {
	const stage = await startArgoCd(t, true);
	const annotations = { 'argocd.argoproj.io/skip-reconcile': 'true' };
	stage.set(applicationKey, { metadata: { annotations } });
	await stage.clock.advance(0);
	t.deepEqual(await stage.syncers.holdOff(hold, signal), { kind: 'done' });
	t.false(stage.syncers.holdsOff(hold));
	await stage.syncers.release({ ...hold, live: aSplit({ a: 1 }), commit: second }, signal);
	t.deepEqual(annotationsOf(stage), annotations);
});

test('a right that is missing is told, and holds nothing off', async (t) => {
	const stage = await startArgoCd(t, true);
	stage.refuse('applications');
	t.like(await stage.syncers.holdOff(hold, signal), { kind: 'impossible', problem: { code: 'E_FORBIDDEN' } });
	stage.syncers.nudge('east', second);
	await stage.clock.advance(120_000);
	t.deepEqual(
		stage.problems.map(({ code }) => code),
		['W_NUDGE_REFUSED'],
	);
});
