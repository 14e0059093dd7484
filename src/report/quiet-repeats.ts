import type { Notice } from '../model/notice.ts';
import type { Clock } from '../model/ports/clock.ts';
import { formatProblem } from '../model/problem.ts';
import type { Instant, Milliseconds } from '../model/time.ts';

/** A problem that goes on is told again after this long. */
const quiet: Milliseconds = 60_000;

/** Problems remembered at once; beyond that the oldest may be told early. */
const maxRemembered = 1_000;

/** Passes every notice on, but a problem that was just told only once a minute: retries are many, news are few. */
export function quietRepeats(clock: Clock, tell: (notice: Notice) => void): (notice: Notice) => void {
	const toldAt = new Map<string, Instant>();
	return (notice) => {
		if (notice.kind !== 'problem') return tell(notice);
		const text = formatProblem(notice.problem);
		const before = toldAt.get(text);
		if (before !== undefined && clock.now() - before < quiet) return;
		toldAt.delete(text);
		toldAt.set(text, clock.now());
		const [oldest] = toldAt.keys();
		if (toldAt.size > maxRemembered && oldest !== undefined) toldAt.delete(oldest);
		tell(notice);
	};
}
