// What people merge of ours is no edit of theirs.
import test from 'ava';
import type { ManualEditRule } from '../../src/model/manual-edit.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { anEditChange, aShift } from '../support/changes.ts';
import { type CommitStage, startCommitStage } from '../support/commit-stage.ts';
import { splitManifest } from '../support/manifests.ts';
import { commitAside, mergeCommit } from '../support/merged-branch.ts';
import { weights } from '../support/policies.ts';

const path = 'clusters/east/emoji.yaml';
const { signal } = new AbortController();
const hour = 3_600_000;
const rule: ManualEditRule = {
	action: 'Hold',
	hold: hour,
	expected: [weights({ 'emoji-svc': 1, 'emoji-svc-west': 0 })],
};
const proposed = anEditChange({ shift: aShift({ to: weights({ 'emoji-svc': 1, 'emoji-svc-west': 1 }) }) });
const ours = manifestEditor.message([proposed]);
const failover = anEditChange({ manualEdits: rule });

function manifest([primary, fallback]: readonly [number, number]): string {
	return splitManifest
		.replace('weight: 0\n', `weight: ${fallback}\n`)
		.replace('weight: 1\n', `weight: ${primary}\n`);
}

/** A stage whose people commit now. */
function start(): CommitStage {
	return startCommitStage(
		{ [path]: manifest([1, 0]) },
		{
			wrap: (inner, clock) => ({
				...inner,
				async history(commit, limit, until) {
					const facts = await inner.history(commit, limit, until);
					return facts.map((each) => ({ ...each, at: clock.now() }));
				},
			}),
		},
	);
}

function deliver({ settle, delivery }: CommitStage): Promise<Receipt> {
	return settle(delivery.deliver(failover, signal));
}

const half = { [path]: manifest([1, 1]) };

test('F21 weights that a person merged from our branch are ours', async (t) => {
	const stage = start();
	mergeCommit(stage.repository, commitAside(stage.repository, half, ours), 'Merge pull request #12');
	t.is((await deliver(stage)).kind, 'delivered');
	t.is(await stage.text(path), manifest([0, 1]));
});

test('F21 weights that a person set while merging are theirs', async (t) => {
	const stage = start();
	const aside = commitAside(stage.repository, half, ours);
	const merge = mergeCommit(stage.repository, aside, 'Merge pull request #12', { [path]: manifest([3, 1]) });
	t.like(await deliver(stage), { kind: 'held', manual: { commit: merge } });
});

test('F17 weights of a person’s commit on our branch are theirs, once it is merged', async (t) => {
	const stage = start();
	commitAside(stage.repository, { [path]: manifest([0, 1]) }, ours);
	const theirs = commitAside(stage.repository, half, 'half of it');
	const merge = mergeCommit(stage.repository, theirs, 'Merge pull request #12');
	t.like(await deliver(stage), { kind: 'held', manual: { commit: merge } });
});

const squashes: readonly (readonly [title: string, message: string])[] = [
	['with our message as it is', ours],
	['below a list of commits', `failover: east (#12)\n\n* ${ours}`],
	[
		'with somebody named behind it',
		`failover: east (#12)\n\n* ${ours}\n\n---------\n\nCo-authored-by: Ada <ada@example.org>\n`,
	],
	['with somebody named among our trailers', `${ours.trimEnd()}\nCo-authored-by: Ada <ada@example.org>\n`],
];

for (const [title, message] of squashes) {
	test(`F21 a squash ${title} brings our weights`, async (t) => {
		const stage = start();
		stage.repository.commitDirectly(half, message);
		t.is((await deliver(stage)).kind, 'delivered');
	});
}

test('F21 a squash that also brings a person’s weights brings theirs', async (t) => {
	const stage = start();
	const message = `failover: east (#12)\n\n* ${ours}\n\n* a little more\n`;
	const theirs = stage.repository.commitDirectly({ [path]: manifest([3, 1]) }, message);
	t.like(await deliver(stage), { kind: 'held', manual: { commit: theirs } });
});

test('F15 whoever reverts the merge of ours takes our weights back, and says so', async (t) => {
	const stage = start();
	const merge = mergeCommit(stage.repository, commitAside(stage.repository, half, ours), 'Merge #12');
	const back = { [path]: manifest([5, 1]), 'clusters/east/other.yaml': 'a: 1\n' };
	const message = `Revert "Merge #12"\n\nThis reverts commit ${merge}, reversing\nchanges made to main.\n`;
	const revert = stage.repository.commitDirectly(back, message);
	t.like(await deliver(stage), { kind: 'held', manual: { commit: revert } });
});

test('a revert that quotes our trailers is no commit of ours', async (t) => {
	const stage = start();
	const first = stage.repository.commitDirectly(half, ours);
	const message = `Revert it\n\nThis reverts commit ${first}.\n\n${ours}\n\nSorry.\n`;
	const revert = stage.repository.commitDirectly({ [path]: manifest([5, 1]) }, message);
	t.like(await deliver(stage), { kind: 'held', manual: { commit: revert } });
});

test('where the merged commit cannot be had, an outage does not wait for it', async (t) => {
	const stage = startCommitStage(
		{ [path]: manifest([1, 0]) },
		{
			wrap: (inner, clock) => ({
				...inner,
				async history(commit, limit, until) {
					if (commit === aside) return await new Promise<never>(() => undefined);
					const facts = await inner.history(commit, limit, until);
					return facts.map((each) => ({ ...each, at: clock.now() }));
				},
			}),
		},
	);
	const aside = commitAside(stage.repository, half, ours);
	mergeCommit(stage.repository, aside, 'Merge #12');
	t.is((await deliver(stage)).kind, 'delivered');
});
