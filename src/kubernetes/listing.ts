import type { Item } from '../model/ports/cluster.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import type { ReflectorSource } from './collection-source.ts';

/** How a list ended. */
export type Listing<T> =
	| Listed<T>
	| ListFailure
	| { readonly kind: 'expired' }
	| { readonly kind: 'unserved' };

/** A consistent list of everything. */
export interface Listed<T> {
	readonly kind: 'listed';
	/** The API version that was served. */
	readonly version: string;
	/** Of the one snapshot that every item comes from. */
	readonly resourceVersion: string;
	readonly items: readonly Item<T>[];
	/** Objects put aside. */
	readonly problems: readonly Problem[];
}

export interface ListFailure {
	readonly kind: 'failed';
	readonly problem: Problem;
	readonly retryAfter?: Milliseconds;
}

/** What a list is asked of. */
export interface ListSource<T> extends ReflectorSource<T> {
	/** How many objects there were the last time. */
	readonly expected?: number;
}
