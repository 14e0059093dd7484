import { setTimeout } from 'node:timers/promises';
import type { NoticeBoard } from '../support/notice-board.ts';

/** Longer than anything here takes on the slowest machine: whoever waits longer waits in vain. */
const patience = 50_000;

/** Resolves once it holds; throws what there is to tell when it does not come to that. */
export async function untilHolds(
	board: NoticeBoard,
	holds: () => boolean,
	tell: () => string,
): Promise<void> {
	const done = new AbortController();
	const late = setTimeout(patience, undefined, { signal: done.signal }).then(
		() => Promise.reject(new Error(tell())),
		() => undefined,
	);
	try {
		await Promise.race([board.until(holds), late]);
	} finally {
		done.abort();
	}
}
