// Commits weights on the newest tip of a branch. Level-triggered: each try reads the tip, edits what differs and
// swaps the branch from that tip to the new commit, or starts over; nothing is ever merged, rebased or forced.
import type { EditChange } from '../model/change.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { CommitId, Identity, Repository } from '../model/ports/repository.ts';
import type { Receipt } from '../model/receipt.ts';
import { createBatches } from './batches.ts';
import { always, type MayWrite } from './deliver.ts';
import type { ManifestCache } from './manifest-index.ts';
import { orRejected, rejected } from './rejection.ts';
import { type Edited, editOnTip } from './tip-edit.ts';

export interface CommitParts {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly clock: Clock;
	readonly random: Random;
	readonly author: Identity;
	/** Asked right before a push. Absent: always. */
	readonly mayWrite?: MayWrite;
}

/** Changes that come within this span share one commit: long enough for one outage, short beside the push. */
const coalesce = 50;

/** Tries against a branch that keeps moving before the queue's own back-off takes over. */
const maxTries = 8;

/** Delivers by commit; one commit per batch of changes, one batch at a time. */
export function deliverByCommit(parts: CommitParts): Delivery<EditChange> {
	const cache: ManifestCache = new Map();
	const batches = createBatches<EditChange, Receipt>(parts.clock, coalesce, (changes, signal) =>
		commitBatch(parts, cache, changes, signal),
	);
	return { deliver: (change, signal) => orRejected(batches.add(change, signal)) };
}

async function commitBatch(
	parts: CommitParts,
	cache: ManifestCache,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<readonly Receipt[]> {
	const { repository, editor, clock, random, author, mayWrite = always } = parts;
	for (let tries = 1; tries <= maxTries; tries += 1) {
		if (tries > 2) await clock.sleep(50 + random() * 350, signal);
		const tip = await repository.refresh(signal);
		const { results, files } = await editOnTip({ ...parts, cache }, tip, changes, signal);
		const edited = results.filter(({ kind }) => kind === 'edited').map(({ change }) => change);
		if (edited.length === 0) return results.map((result) => receiptOf(result, tip));
		const at = Math.max(...edited.map(({ decidedAt }) => decidedAt));
		const commit = await repository.commit(
			{ parent: tip, files, message: editor.message(edited), author, at },
			signal,
		);
		if (!edited.every(mayWrite)) return await commitPermitted({ ...parts, mayWrite }, cache, changes, signal);
		const outcome = await repository.push(commit, tip, signal);
		switch (outcome.kind) {
			case 'pushed':
				return results.map((result) => receiptOf(result, commit));
			case 'refused':
				return results.map((result) =>
					result.kind === 'edited' ? rejected(outcome.problem, 'soon') : receiptOf(result, tip),
				);
			case 'raced':
			case 'unknown':
				// Whatever became of it, the next tip tells.
				break;
		}
	}
	return changes.map(() => ({
		kind: 'conflict',
		message: `the branch moved ${maxTries} times while committing`,
	}));
}

/** Some of a batch may not be written any more: the others are committed without them. */
async function commitPermitted(
	parts: CommitParts & { readonly mayWrite: MayWrite },
	cache: ManifestCache,
	changes: readonly EditChange[],
	signal: AbortSignal,
): Promise<readonly Receipt[]> {
	const permitted = changes.filter(parts.mayWrite);
	const receipts = await commitBatch(parts, cache, permitted, signal);
	return changes.map((change) => receipts[permitted.indexOf(change)] ?? { kind: 'withheld' });
}

function receiptOf(result: Edited, commit: CommitId): Receipt {
	switch (result.kind) {
		case 'edited':
			return { kind: 'delivered', evidence: { kind: 'committed', commit } };
		case 'same':
			return { kind: 'unchanged', evidence: { kind: 'committed', commit } };
		case 'refused':
			return rejected(result.problem, 'on-change');
	}
}
