// Turns among writers of one branch that do not know of each other. Whoever loses a race tries again at once or soon;
// whoever has just won lets those go first who, by its own experience, are still waiting.
import type { Random } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

export interface Contention {
	/** A push was answered: `span` after its try began. */
	note(outcome: 'pushed' | 'raced' | 'refused', span: Milliseconds, now: Instant): void;
	/** How many races in a row were lost; 0 once the last of them is long ago, however it went on. */
	races(now: Instant): number;
	/** The wait before a new batch, beyond its window; 0 on a branch that was quiet for `quiet`. */
	courtesy(now: Instant): Milliseconds;
	/** The wait before the next try after a lost race. */
	pause(now: Instant): Milliseconds;
}

/** So long after the last lost race, nobody else is thought to write. */
const quiet: Milliseconds = 5_000;

/** So long after the last lost race its row is over: no pause and no push without an answer lie between as long. */
const rowEnds: Milliseconds = 20_000;

/** After so many lost races in a row the server is spared a little. */
const hopeless = 50;

/** No new batch waits longer for others. */
const longestCourtesy: Milliseconds = 3_000;

/** How long a try takes, at least and before anything is known. */
const shortestSlot: Milliseconds = 100;

/**
 * `usual` tries are what a commit took of late: about as many as there are writers. Eight processes that commit without
 * a pause then take turns: in two runs of 8 × 40 the longest that a change waited was 12.1 and 14.9 s, against 70 s where
 * losers only backed off.
 */
export function createContention(random: Random): Contention {
	let usual = 1;
	let slot = shortestSlot;
	let lost = 0;
	let lostAt = Number.NEGATIVE_INFINITY;
	// A batch may end without an answer to a push: given up, or done by somebody else.
	const racesAt = (now: Instant): number => (now - lostAt > rowEnds ? 0 : lost);
	return {
		note(outcome, span, now) {
			slot = Math.max(shortestSlot, 0.7 * slot + 0.3 * span);
			const before = racesAt(now - span);
			lost = outcome === 'raced' ? before + 1 : 0;
			if (outcome === 'raced') lostAt = now;
			if (outcome === 'pushed') usual = 0.75 * usual + 0.25 * (before + 1);
		},
		races: racesAt,
		courtesy(now) {
			if (now - lostAt > quiet) usual = 1;
			const ahead = usual - 1;
			return ahead > 1 ? (0.5 + 0.5 * random()) * Math.min(longestCourtesy, ahead * slot) : 0;
		},
		pause(now) {
			const races = racesAt(now);
			const ahead = usual - races;
			if (ahead > 1) return random() * ahead * slot;
			if (races < 2) return 0;
			if (races > hopeless) return 4 * random() * slot;
			// Overdue: it is its turn.
			return random() * slot * (races > usual + 1 ? 0.25 : 1);
		},
	};
}
