import type { PullRequestChange } from '../change.ts';
import type { PolicyKey, TargetRef } from '../names.ts';
import type { LateMerge, Veto } from '../pull-request.ts';
import type { Reason } from '../reason.ts';
import type { Receipt } from '../receipt.ts';
import type { Weights } from '../weights.ts';
import type { Delivery } from './delivery.ts';

/** Why a policy asks for nothing. */
export type NoRequest =
	/** Its weights are right as they are, or no others would be better. */
	| { readonly kind: 'unneeded'; readonly weights: Weights | undefined; readonly reasons: readonly Reason[] }
	/** The weights go another way now, such as by a commit. */
	| { readonly kind: 'overtaken'; readonly by: 'Commit' | 'Direct' }
	/** It was vetoed, or a person's edit is left in place. */
	| { readonly kind: 'stopped'; readonly reasons: readonly Reason[] };

/** A policy that asks for nothing, and where its weights stand in Git. */
export interface RestingPolicy {
	readonly policy: PolicyKey;
	readonly target: TargetRef;
	/** The folder of its cluster's manifests. */
	readonly folder: string;
}

/**
 * The pull requests of all groups. Whoever delivers a change here says what is wanted from now on, and is answered at
 * once with how things stand; the forge is talked to in the background, and the policy is woken when there is news.
 */
export interface PullRequests extends Delivery<PullRequestChange> {
	deliver(change: PullRequestChange, signal: AbortSignal): Promise<Receipt>;
	/** The policy asks for nothing: said in every pass that does not deliver. Costs nothing when it is no news. */
	rest(policy: RestingPolicy, why: NoRequest): void;
	/** Whether people took a veto back: they opened the pull request again, or asked for another try. */
	isLifted(policy: PolicyKey, veto: Veto): boolean;
	/** What was merged although the policy rests on other weights: it is to be answered. */
	lateMerge(policy: PolicyKey): LateMerge | undefined;
}
