import type { Change } from '../change.ts';
import type { TargetRef } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { Receipt } from '../receipt.ts';
import type { KubernetesObject } from './cluster.ts';

/** Carries a change out. Never throws for what a cluster or a Git server does: that is in the receipt. */
export interface Delivery<Kind extends Change = Change> {
	deliver(change: Kind, signal: AbortSignal): Promise<Receipt>;
}

/** The live object when it was read back. */
export type Verification =
	| { readonly kind: 'read'; readonly object: KubernetesObject }
	| { readonly kind: 'unknown'; readonly problem: Problem };

/** Reads the target back: only its live weights prove that a change arrived. */
export type Verify = (target: TargetRef, signal: AbortSignal) => Promise<Verification>;
