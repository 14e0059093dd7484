import type { CommitId } from '../../model/ports/repository.ts';

/**
 * That something may have happened. A hint only brings a look forward: what is true is read from the repository and the
 * forge that are configured, and nothing in a hint chooses which those are.
 */
export type Hint =
	| {
			readonly kind: 'push';
			readonly branch: string;
			/** Where the branch is said to be; absent: nowhere any more, or not told. */
			readonly commit?: CommitId;
	  }
	/** Opened, edited, closed, merged, reviewed, labelled, or one of its checks ended. `head` is its branch. */
	| { readonly kind: 'pull-request'; readonly number: number; readonly head: string }
	| { readonly kind: 'comment'; readonly number: number };
