// Commits weights on the newest tip of a branch. Level-triggered: each try takes the tip, edits what differs and
// swaps the branch from that tip to the new commit, or starts over; nothing is ever merged, rebased or forced.
import type { EditChange } from '../model/change.ts';
import type { CommitSettings } from '../model/policy.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Delivery } from '../model/ports/delivery.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { Identity, Repository } from '../model/ports/repository.ts';
import type { Receipt } from '../model/receipt.ts';
import { formatDuration, type Milliseconds } from '../model/time.ts';
import { createBatches } from './batches.ts';
import { createCalmWindow } from './calm-window.ts';
import { createCommitTries } from './commit-try.ts';
import { createContention } from './contention.ts';
import type { MayWrite } from './deliver.ts';
import { orRejected, retryOfCommit } from './rejection.ts';

export interface CommitParts {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly clock: Clock;
	readonly random: Random;
	/** Whose name commits are made in where spillway.yaml names nobody. */
	readonly author: Identity;
	/** What spillway.yaml says of commits now. */
	readonly settings?: () => CommitSettings;
	/** Asked right before a push. Absent: always. */
	readonly mayWrite?: MayWrite;
}

/** Changes that come within this span share one commit: long enough for one outage, short beside the push. */
const coalesce: Milliseconds = 50;

/** A thousand decisions of one outage take longer than that, but come without a gap like this, */
const lull: Milliseconds = 20;

/** and an outage that spreads and spreads is not waited out. */
const longestCoalesce: Milliseconds = 250;

/** How long a failover is tried before the queue's own back-off takes over. */
const patience: Milliseconds = 15_000;

/** How long the server may take for one answer: short enough to look what became of a push, and to push again. */
const answerWithin: Milliseconds = 10_000;

/** A failback that lost this many races has time. */
const calmTries = 2;

/** The longest pause between two tries. */
const longestPause: Milliseconds = 5_000;

/**
 * Delivers by commit: one try at a time, one commit per batch of changes. What leaves a failed backend, or is urgent for
 * another reason, goes at once and takes along what else is due by then; what returns to a better one waits for others
 * first.
 */
export function deliverByCommit(parts: CommitParts): Delivery<EditChange> {
	const { clock, random } = parts;
	const calm = createCalmWindow();
	const contention = createContention(random);
	const attempt = createCommitTries({ ...parts, patience: answerWithin, onAnswer: contention.note });
	const batches = createBatches<EditChange, Receipt>(clock, {
		window: coalesce,
		lull,
		longestWindow: longestCoalesce,
		courtesy: () => contention.courtesy(clock.now()),
		handle: attempt,
		pause(tries) {
			const now = clock.now();
			if (contention.races(now) > 0) return Math.min(longestPause, contention.pause(now));
			if (tries < 2) return 0;
			return Math.min(longestPause, (50 + random() * 350) * 2 ** (tries - 2));
		},
		giveUp(change, tries, span) {
			const isOver = isUrgent(change) ? span >= patience : tries >= calmTries;
			if (!isOver) return undefined;
			const message = `the branch kept moving for ${tries} tries in ${formatDuration(span)}`;
			return { kind: 'conflict', message };
		},
	});
	return {
		async deliver(change, signal) {
			if (!isUrgent(change)) {
				const until = calm.opensAt(change, clock.now());
				if (until !== undefined) return { kind: 'queued', until };
			}
			const receipt = await orRejected(batches.add(change, signal), retryOfCommit);
			if (receipt.kind !== 'conflict') calm.close(change);
			return receipt;
		},
	};
}

function isUrgent({ shift, urgent }: EditChange): boolean {
	return shift.move === 'failover' || urgent === true;
}
