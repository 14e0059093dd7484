import test from 'ava';
import { calmHold } from '../../src/deliver/calm-window.ts';
import type { EditChange } from '../../src/model/change.ts';
import type { Move } from '../../src/model/move.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { type CommitStage, startCommitStage } from '../support/commit-stage.ts';
import { splitManifest } from '../support/manifests.ts';

const { signal } = new AbortController();

const files = Object.fromEntries(
	['a', 'b', 'c', 'd'].map((name) => [
		`clusters/east/${name}.yaml`,
		splitManifest.replace('name: emoji-svc', `name: ${name}`),
	]),
);

function aChange(name: string, move: Move): EditChange {
	const target = { ...emojiTarget, name };
	return anEditChange({ policy: `emojivoto/${name}`, target, shift: aShift({ move }) });
}

/** Files of each of our commits, newest first. */
function commits({ repository }: CommitStage): readonly (readonly string[])[] {
	return repository
		.log()
		.slice(0, -1)
		.map(({ files: paths }) => paths.map((path) => path.replace(/.*\/(.)\.yaml/, '$1')));
}

/** Delivers as a pass does: who is told to come again does so at the time. */
async function deliver(stage: CommitStage, change: EditChange): Promise<Receipt> {
	const receipt = await stage.delivery.deliver(change, signal);
	if (receipt.kind !== 'queued') return receipt;
	await stage.clock.sleep(receipt.until - stage.clock.now(), signal);
	return await deliver(stage, change);
}

test('a failback is not kept waiting, but told when to come again', async (t) => {
	const { clock, delivery, repository } = startCommitStage(files);
	const receipt = await delivery.deliver(aChange('a', 'failback'), signal);
	t.deepEqual(receipt, { kind: 'queued', until: clock.now() + calmHold });
	await clock.advance(60_000);
	t.is(repository.log().length, 1);
});

test('failbacks within 10 s are one commit', async (t) => {
	const stage = startCommitStage(files);
	const receipts: Promise<Receipt>[] = [];
	for (const name of ['a', 'b', 'c']) {
		receipts.push(deliver(stage, aChange(name, 'failback')));
		await stage.clock.advance(4_000);
	}
	t.deepEqual(
		new Set((await stage.settle(Promise.all(receipts))).map(({ kind }) => kind)),
		new Set(['delivered']),
	);
	t.deepEqual(commits(stage), [['a', 'b', 'c']]);
});

test('a failover does not wait for failbacks, and takes along only those whose time has come', async (t) => {
	const stage = startCommitStage(files);
	const first = deliver(stage, aChange('a', 'failback'));
	await stage.clock.advance(5_000);
	const urgent = deliver(stage, aChange('b', 'failover'));
	await stage.clock.advance(100);
	t.is((await urgent).kind, 'delivered');
	t.deepEqual(commits(stage), [['b']]);
	await stage.clock.advance(4_890);
	const late = deliver(stage, aChange('c', 'failover'));
	await stage.clock.advance(20);
	const young = deliver(stage, aChange('d', 'failback'));
	await stage.clock.advance(50);
	t.deepEqual(commits(stage), [['a', 'c'], ['b']]);
	await stage.settle(Promise.all([first, late, young]));
	t.deepEqual(commits(stage), [['d'], ['a', 'c'], ['b']]);
});

test('a failover joins the next try of one that has bad luck, and is not made to wait for its pause', async (t) => {
	const stage = startCommitStage(files);
	stage.repository.faults.inject({ kind: 'fail-next-pushes', times: 7, outcome: 'unknown-not-applied' });
	const unlucky = deliver(stage, aChange('a', 'failover'));
	await stage.clock.advance(7_500);
	const start = stage.clock.now();
	const next = deliver(stage, aChange('b', 'failover'));
	await stage.clock.advance(100);
	const receipts = await Promise.all([unlucky, next]);
	t.true(stage.clock.now() - start <= 100);
	t.deepEqual(
		receipts.map(({ kind }) => kind),
		['delivered', 'delivered'],
	);
	t.deepEqual(commits(stage)[0], ['a', 'b']);
});
