// A process that commits the weights of one split again and again, on a branch that others write as well.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../src/cli/system-clock.ts';
import { deliverByCommit } from '../../src/deliver/commit.ts';
import { openRepository } from '../../src/git/mirror.ts';
import type { EditChange } from '../../src/model/change.ts';
import { formatChangeId } from '../../src/model/commit-trailers.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import type { Receipt } from '../../src/model/receipt.ts';
import type { Weights } from '../../src/model/weights.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { answerCalls } from '../bench/process-calls.ts';
import { anEditChange, aShift, emojiTarget } from './changes.ts';
import { weights } from './policies.ts';

export interface RacerSetup {
	readonly url: string;
	/** Of its split, whose backends are `primary` with 100 and `fallback` with 0. */
	readonly split: string;
}

/** One change of its split. */
export interface RacedChange {
	/** As the commit's trailer has it. */
	readonly id: string;
	/** In ms, from the decision until it was known to be on the branch. */
	readonly span: number;
	/** Of every delivery of it, the last one of which carried it out. */
	readonly receipts: readonly Receipt['kind'][];
}

const { signal } = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'spillway-racer-'));
let split = '';
let delivery: Delivery<EditChange> | undefined;

answerCalls({ open, race }, () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

/** Opens the mirror and fetches the branch. */
async function open({ url, split: name }: RacerSetup): Promise<void> {
	split = name;
	const mirror = { url, branch: 'main', folder: join(folder, 'mirror'), allowInsecure: true };
	const repository = await openRepository({ ...mirror, environment: { PATH: process.env['PATH'] } }, signal);
	await repository.refresh(signal);
	delivery = deliverByCommit({
		repository,
		editor: manifestEditor,
		clock: systemClock,
		random: Math.random,
		author: { name, email: `${name}@example.com` },
	});
}

/** Moves one hundredth after the other to the fallback, each as soon as the one before is through. */
async function race(count: number): Promise<readonly RacedChange[]> {
	const changes: RacedChange[] = [];
	for (let moved = 1; moved <= count; moved += 1)
		changes.push(await carryOut(share(moved - 1), share(moved)));
	return changes;
}

function share(moved: number): Weights {
	return weights({ primary: 100 - moved, fallback: moved });
}

/** Comes again with what was not carried out, as the reconciler's queue does. */
async function carryOut(from: Weights, to: Weights): Promise<RacedChange> {
	if (delivery === undefined) throw new Error('not open');
	const began = systemClock.now();
	const episode = { id: `race/${split}-1`, since: began };
	const change = anEditChange({
		policy: `race/${split}`,
		target: { ...emojiTarget, name: split },
		shift: aShift({ from, to, episode }),
		decidedAt: began,
	});
	const receipts: Receipt['kind'][] = [];
	for (;;) {
		const receipt = await delivery.deliver(change, signal);
		receipts.push(receipt.kind);
		if (receipt.kind === 'delivered' || receipt.kind === 'unchanged') {
			return { id: formatChangeId(episode.id, to), span: systemClock.now() - began, receipts };
		}
		if (receipt.kind !== 'conflict' && receipt.kind !== 'unknown') {
			throw new Error(`${change.policy}: ${JSON.stringify(receipt)}`);
		}
		await setTimeout(250 * Math.random());
	}
}
