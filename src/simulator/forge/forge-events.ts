import type { Login } from '../../model/ports/forge.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { StoredComment, StoredPull, StoredReview, StoredStatus } from './records.ts';

/** What happened at a forge, as webhooks tell of it: in which repository, by its full name. */
export type ForgeEvent = LocalEvent & { readonly repository: string };

/** What happened in a repository. */
export type LocalEvent = { readonly by: Login } & (
	| {
			/** A branch was made, moved or, without `after`, deleted. */
			readonly kind: 'push';
			readonly branch: string;
			readonly before?: CommitId | undefined;
			readonly after?: CommitId | undefined;
	  }
	| {
			readonly kind: 'pull';
			readonly action: 'opened' | 'edited' | 'closed' | 'reopened' | 'synchronized' | 'label_updated';
			readonly pull: StoredPull;
	  }
	| { readonly kind: 'reviewers'; readonly pull: StoredPull; readonly reviewer: Login }
	| {
			readonly kind: 'comment';
			readonly isNew: boolean;
			readonly pull: StoredPull;
			readonly comment: StoredComment;
	  }
	| { readonly kind: 'review'; readonly pull: StoredPull; readonly review: StoredReview }
	| { readonly kind: 'status'; readonly commit: CommitId; readonly status: StoredStatus }
);
