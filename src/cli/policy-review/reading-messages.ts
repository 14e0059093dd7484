// What is said between the thread that looks after failovers and the one that reads what strangers wrote.
import type { Problem } from '../../model/problem.ts';
import type { HeadChange } from './merged-view.ts';
import type { ChangeReading } from './read-change.ts';

/** What the reading thread asks the repository for. */
export type ReadingCall =
	| { readonly method: 'files'; readonly commit: string; readonly path: string }
	| { readonly method: 'file'; readonly commit: string; readonly path: string }
	| { readonly method: 'read'; readonly blob: string; readonly limit: number | undefined };

export type FromReader =
	| { readonly kind: 'call'; readonly id: number; readonly call: ReadingCall }
	| { readonly kind: 'read'; readonly reading: ChangeReading }
	| { readonly kind: 'problem'; readonly problem: Problem }
	| { readonly kind: 'failed'; readonly message: string };

export type ToReader =
	| { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
	| { readonly kind: 'problem'; readonly id: number; readonly problem: Problem }
	| { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** What the reading thread begins with. */
export type ReadingTask = HeadChange;
