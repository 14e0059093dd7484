// Why a pushed commit is not live: what stands between the branch and the live object.

export type Blocker =
	/** No Kustomization or Application applies the manifest's folder. */
	| { readonly kind: 'NoSyncer'; readonly detail: string }
	/** The tool has not fetched the commit, and says why, if it does. */
	| { readonly kind: 'NotFetched'; readonly detail: string }
	| { readonly kind: 'Suspended'; readonly detail: string }
	/** It leaves this object alone: an annotation, an ignore rule. */
	| { readonly kind: 'HeldOff'; readonly detail: string }
	/** It tried, and failed: a broken manifest beside ours, a refusal. */
	| { readonly kind: 'ApplyFailed'; readonly detail: string }
	/** It waits: for health checks of an older revision, dependencies, a running operation, a failed sync that is tried again. */
	| { readonly kind: 'Waiting'; readonly detail: string }
	/** It says that it applied the commit, and the live object carries other weights. */
	| { readonly kind: 'SaysApplied'; readonly detail: string }
	/** Its objects could not be read. */
	| { readonly kind: 'Unknown'; readonly detail: string };

/** One sentence without a full stop. */
export function renderBlocker({ detail }: Blocker): string {
	return detail;
}
