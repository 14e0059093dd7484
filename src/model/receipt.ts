import type { ManualEdit } from './manual-edit.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import type { CommitId } from './ports/repository.ts';
import type { Problem } from './problem.ts';
import type { PullRequestView, Veto } from './pull-request.ts';
import type { Instant, Milliseconds } from './time.ts';

/** Where a change ended up. A patch brings the object back; a commit its id. */
export type Evidence =
	| { readonly kind: 'written'; readonly object: KubernetesObject }
	| { readonly kind: 'committed'; readonly commit: CommitId };

/** When to try again what was rejected: `later` is minutes, for what a person or another controller must mend. */
export type Retry = 'soon' | 'later' | 'on-change';

/** The end of a delivery. Delivered is not converged: only the live object tells. */
export type Receipt =
	| { readonly kind: 'delivered'; readonly evidence: Evidence }
	/** It was there already. */
	| { readonly kind: 'unchanged'; readonly evidence?: Evidence }
	/** Somebody else changed or deleted the target first: read again, decide again. */
	| { readonly kind: 'conflict'; readonly message: string }
	/** Not carried out: a person set other weights in Git, which stay for now. */
	| { readonly kind: 'held'; readonly manual: ManualEdit }
	/** Not carried out yet: it is to come again at `until`, when others go with it. */
	| { readonly kind: 'queued'; readonly until: Instant }
	/** People are asked: it is part of a pull request, which may still have to be opened. */
	| {
			readonly kind: 'requested';
			readonly pull?: PullRequestView;
			/** What keeps it from being opened or brought up to date. */
			readonly obstacle?: Problem;
	  }
	/** Not carried out: a person does not want it. */
	| { readonly kind: 'vetoed'; readonly veto: Veto }
	/** Not carried out, as this process may not write any more. */
	| { readonly kind: 'withheld' }
	/** Not carried out. `retry` tells whether trying again can help by itself. */
	| {
			readonly kind: 'rejected';
			readonly problem: Problem;
			readonly retry: Retry;
			readonly retryAfter?: Milliseconds;
	  }
	/** Lost on the way: it may have been carried out, so look first. */
	| { readonly kind: 'unknown'; readonly message: string };
