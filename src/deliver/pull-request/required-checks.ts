import type { Clock } from '../../model/ports/clock.ts';
import type { Forge } from '../../model/ports/forge.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';

/** The checks that have to pass before a merge; none where the forge tells of none, or not to us. */
export type ReadRequiredChecks = (base: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Rules of a branch change rarely. */
const freshness: Milliseconds = 600_000;

export function createRequiredChecks(forge: Forge, clock: Clock): ReadRequiredChecks {
	let known:
		| { readonly base: string; readonly names: readonly string[]; readonly until: Instant }
		| undefined;
	return async (base, signal) => {
		if (known?.base === base && clock.now() < known.until) return known.names;
		const names = await readNames(forge, base, signal);
		known = { base, names, until: clock.now() + freshness };
		return names;
	};
}

/** Many tokens may not read them: then every check that fails is worth a word. */
async function readNames(forge: Forge, base: string, signal: AbortSignal): Promise<readonly string[]> {
	try {
		return (await forge.protection(base, signal)).requiredChecks;
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof ProblemError && error.problem.code === 'E_FORGE_RIGHTS') return [];
		throw error;
	}
}
