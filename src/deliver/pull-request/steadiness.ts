// A group whose policies want and do not want the same again and again: what people see must not turn with it.
import type { Instant, Milliseconds } from '../../model/time.ts';

/** When a group began to want something, of late. */
export interface Steadiness {
	turns: readonly Instant[];
	isWanting: boolean;
}

export function createSteadiness(): Steadiness {
	return { turns: [], isWanting: false };
}

const hour: Milliseconds = 3_600_000;

/** So often in an hour it may change its mind as it likes. */
const freeTurns = 10;

/** Beyond that it has to want something for this long before people are asked. */
const steadyAfter: Milliseconds = 60_000;

/** Notes what is wanted; returns until when that is not believed, if it is not. */
export function judgeSteadiness(steadiness: Steadiness, wants: boolean, now: Instant): Instant | undefined {
	if (wants && !steadiness.isWanting) {
		steadiness.turns = [...steadiness.turns.filter((at) => at > now - hour), now];
	}
	steadiness.isWanting = wants;
	const since = steadiness.turns.at(-1);
	if (!wants || since === undefined || steadiness.turns.length <= freeTurns) return undefined;
	const until = since + steadyAfter;
	return now < until ? until : undefined;
}
