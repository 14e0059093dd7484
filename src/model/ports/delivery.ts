import type { Change } from '../change.ts';
import type { TargetRef } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { Receipt } from '../receipt.ts';
import type { Weights } from '../weights.ts';
import type { KubernetesObject } from './cluster.ts';

/** Carries a change out. Never throws for what a cluster or a Git server does: that is in the receipt. */
export interface Delivery<Kind extends Change = Change> {
	deliver(change: Kind, signal: AbortSignal): Promise<Receipt>;
}

/** What the live object said when it was read back. */
export type Verification =
	| { readonly kind: 'converged'; readonly object: KubernetesObject }
	| { readonly kind: 'differs'; readonly object: KubernetesObject }
	| { readonly kind: 'unknown'; readonly problem: Problem };

/** Reads the target back: only its live weights prove that a change arrived. */
export type Verify = (target: TargetRef, weights: Weights, signal: AbortSignal) => Promise<Verification>;
