import type { Clock } from '../../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';

/** Where the token for a forge comes from. */
export interface TokenSource {
	/** The token in use; `refused` names one that the forge does not take any more. Throws ProblemError. */
	token(refused: string | undefined, signal: AbortSignal): Promise<string>;
}

/** After a refusal a token is shown again this much later: a new one may not be known to every server yet … */
const firstProbe: Milliseconds = 10_000;

/** … and each time twice as late, up to this: forges lock out who knocks on and on. */
const lastProbe: Milliseconds = 600_000;

/** Remembers the token that was refused last, so that it is not shown again and again. */
export interface RefusedToken {
	/** For how long this token is not to be shown; 0 = it may be. */
	rest(token: string): Milliseconds;
	refuse(token: string): void;
}

export function createRefusedToken(clock: Pick<Clock, 'now'>): RefusedToken {
	let refused: { readonly token: string; readonly until: Instant; readonly pause: Milliseconds } | undefined;
	return {
		rest: (token) => (refused?.token === token ? Math.max(0, refused.until - clock.now()) : 0),
		refuse(token) {
			const isKnown = refused?.token === token;
			// Calls that were under way at the same time say nothing new.
			if (isKnown && refused !== undefined && refused.until > clock.now()) return;
			const pause = isKnown && refused !== undefined ? Math.min(2 * refused.pause, lastProbe) : firstProbe;
			refused = { token, until: clock.now() + pause, pause };
		},
	};
}
