// Turns among writers of one branch that do not know of each other. Whoever loses a race tries again at once or soon;
// whoever has just won lets those go first who, by its own experience, are still waiting.
import type { Random } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

export interface Contention {
	/** A push was answered: `span` after its try began. */
	note(outcome: 'pushed' | 'raced' | 'refused', span: Milliseconds, now: Instant): void;
	/** How many races in a row were lost. */
	races(): number;
	/** The wait before a new batch, beyond its window; 0 on a branch that was quiet for `quiet`. */
	courtesy(now: Instant): Milliseconds;
	/** The wait before the next try after a lost race. */
	pause(): Milliseconds;
}

/** So long after the last lost race, nobody else is thought to write. */
const quiet: Milliseconds = 5_000;

/** After so many lost races in a row the server is spared a little. */
const hopeless = 50;

/** No new batch waits longer for others. */
const longestCourtesy: Milliseconds = 3_000;

/** How long a try takes, at least and before anything is known. */
const shortestSlot: Milliseconds = 100;

/**
 * `usual` tries are what a commit took of late: about as many as there are writers. Eight processes that commit without
 * a pause then take turns: in one run of 8 × 40 no change waited longer than 13 s, against 70 s where losers only backed off.
 */
export function createContention(random: Random): Contention {
	let usual = 1;
	let slot = shortestSlot;
	let lost = 0;
	let lostAt = Number.NEGATIVE_INFINITY;
	return {
		note(outcome, span, now) {
			slot = Math.max(shortestSlot, 0.7 * slot + 0.3 * span);
			if (outcome === 'raced') {
				lost += 1;
				lostAt = now;
				return;
			}
			if (outcome === 'pushed') usual = 0.75 * usual + 0.25 * (lost + 1);
			lost = 0;
		},
		races: () => lost,
		courtesy(now) {
			if (now - lostAt > quiet) usual = 1;
			const ahead = usual - 1;
			return ahead > 1 ? (0.5 + 0.5 * random()) * Math.min(longestCourtesy, ahead * slot) : 0;
		},
		pause() {
			const ahead = usual - lost;
			if (ahead > 1) return random() * ahead * slot;
			if (lost < 2) return 0;
			if (lost > hopeless) return 4 * random() * slot;
			// Overdue: it is its turn.
			return random() * slot * (lost > usual + 1 ? 0.25 : 1);
		},
	};
}
