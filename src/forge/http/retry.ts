import { backOff } from '../../model/backoff.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import { NoAnswerError, type RawAnswer } from './attempt.ts';

/** After the first try. */
const retries = 2;

/** What a server, or a proxy before it, answers while it starts or is overwhelmed. */
const passing: ReadonlySet<number> = new Set([502, 503, 504]);

interface RetryParts {
	readonly clock: Clock;
	readonly random: Random;
	readonly signal: AbortSignal;
	/** Whether doing it twice is not the same as doing it once: then only what was surely never sent is sent again. */
	readonly creates: boolean;
	/** Whether the forge has asked for no more calls. */
	readonly isHeld: () => boolean;
}

/** Tries again, after a moment, what failed in passing. Throws what the last try throws. */
export async function withRetries(parts: RetryParts, send: () => Promise<RawAnswer>): Promise<RawAnswer> {
	const { clock, random, signal } = parts;
	for (let tries = 0; tries < retries; tries += 1) {
		const answer = await trySend(parts, send);
		if (answer !== undefined) return answer;
		await clock.sleep(backOff(tries, random), signal);
	}
	return await send();
}

/** `undefined` where it is to be tried again. */
async function trySend(
	{ creates, isHeld }: RetryParts,
	send: () => Promise<RawAnswer>,
): Promise<RawAnswer | undefined> {
	try {
		const answer = await send();
		return passing.has(answer.status) && !creates && !isHeld() ? undefined : answer;
	} catch (error) {
		const isSafe = error instanceof NoAnswerError && error.isBrief && (error.isUnsent || !creates);
		if (isSafe) return undefined;
		throw error;
	}
}
