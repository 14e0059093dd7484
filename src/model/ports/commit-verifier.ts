import type { Problem } from '../problem.ts';
import type { CommitId } from './repository.ts';

export type Trust =
	| { readonly kind: 'trusted' }
	/** Unsigned, signed by somebody else, or not a descendant of what was trusted before. */
	| { readonly kind: 'refused'; readonly problem: Problem };

/** Whether policies may be read from a commit. */
export interface CommitVerifier {
	/**
	 * Judges a tip: every commit since `trusted` must be signed by an allowed signer, and `trusted` must be among its
	 * ancestors. Without `trusted` only the tip itself is judged. Throws ProblemError when it cannot be known.
	 */
	verify(tip: CommitId, trusted: CommitId | undefined, signal: AbortSignal): Promise<Trust>;
}
