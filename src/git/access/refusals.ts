import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { GitAnswer } from '../program/git-program.ts';
import type { CredentialValues } from './credentials.ts';

/** What git is run for; a login may be good for the one and not for the other. */
export type Errand = 'read' | 'push';

/** Remembers which login was refused, so that the server is not asked with it over and over. */
export interface Refusals {
	/** The answer to a login that need not be tried now; `undefined` where it is to be tried. */
	recall(errand: Errand, values: CredentialValues | undefined): GitAnswer | undefined;
	note(errand: Errand, values: CredentialValues | undefined, answer: GitAnswer): void;
	forget(errand: Errand): void;
}

interface Refusal {
	readonly values: CredentialValues | undefined;
	readonly answer: GitAnswer;
	readonly retryAt: Instant;
}

/** A forge that refuses a good login for a moment must not keep a failover for long … */
const firstProbe: Milliseconds = 60_000;

/** … and one that goes on refusing it is asked so rarely that no account gets locked. */
const laterProbe: Milliseconds = 600_000;

/** Credentials that nobody can see change (a helper's, an agent's) are tried at `firstProbe` each time. */
export function createRefusals(clock: Pick<Clock, 'now'>): Refusals {
	const refused = new Map<Errand, Refusal>();
	return {
		recall(errand, values) {
			const last = refused.get(errand);
			if (last === undefined || clock.now() >= last.retryAt) return undefined;
			return isDeepStrictEqual(last.values, values) ? last.answer : undefined;
		},
		note(errand, values, answer) {
			const last = refused.get(errand);
			const isAgain = values !== undefined && isDeepStrictEqual(last?.values, values);
			const retryAt = clock.now() + (isAgain ? laterProbe : firstProbe);
			refused.set(errand, { values, answer, retryAt });
		},
		forget(errand) {
			refused.delete(errand);
		},
	};
}
