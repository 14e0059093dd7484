import type { Change } from '../change.ts';
import type { Receipt } from '../receipt.ts';

/** Carries a change out. Never throws for what a cluster or a Git server does: that is in the receipt. */
export interface Delivery {
	deliver(change: Change, signal: AbortSignal): Promise<Receipt>;
}
