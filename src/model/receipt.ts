import type { KubernetesObject } from './ports/cluster.ts';
import type { CommitId } from './ports/repository.ts';
import type { Problem } from './problem.ts';
import type { Milliseconds } from './time.ts';

/** Where a change ended up. A patch brings the object back; a commit its id. */
export type Evidence =
	| { readonly kind: 'written'; readonly object: KubernetesObject }
	| { readonly kind: 'committed'; readonly commit: CommitId };

/** The end of a delivery. Delivered is not converged: only the live object tells. */
export type Receipt =
	| { readonly kind: 'delivered'; readonly evidence: Evidence }
	/** It was there already. */
	| { readonly kind: 'unchanged'; readonly evidence?: Evidence }
	/** Somebody else changed the target first: read again, decide again. */
	| { readonly kind: 'conflict'; readonly message: string }
	/** Not carried out. `retry` tells whether trying again can help by itself. */
	| {
			readonly kind: 'rejected';
			readonly problem: Problem;
			readonly retry: 'soon' | 'on-change';
			readonly retryAfter?: Milliseconds;
	  }
	/** Lost on the way: it may have been carried out, so look first. */
	| { readonly kind: 'unknown'; readonly message: string };
