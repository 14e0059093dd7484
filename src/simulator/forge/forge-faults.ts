import type { Milliseconds } from '../../model/time.ts';

/** What a forge is asked for. */
export type ForgeCall =
	| 'identity'
	| 'list'
	| 'read'
	| 'create'
	| 'update'
	| 'labels'
	| 'reviewers'
	| 'comments'
	| 'comment'
	| 'review'
	| 'setStatus'
	| 'checks'
	| 'merge'
	| 'autoMerge'
	| 'permission'
	| 'protection'
	| 'git'
	| 'other';

/** Which calls a fault befalls; absent: any but git's. */
interface Aim {
	readonly times: number;
	readonly calls?: readonly ForgeCall[] | undefined;
}

/** What befalls so many calls. */
type AimedFault = Aim &
	(
		| {
				readonly kind: 'answer';
				readonly status: 401 | 403 | 404 | 422 | 429 | 500 | 502 | 503;
				readonly retryAfter?: Milliseconds | undefined;
		  }
		/** No answer comes, and nothing is done. */
		| { readonly kind: 'hang' }
		/** The connection breaks: before the call is carried out, or after. */
		| { readonly kind: 'lost'; readonly when: 'before' | 'after' }
	);

/** What can go wrong between Spillway and a forge. */
export type ForgeFault =
	| AimedFault
	/** Nothing answers, until lifted. */
	| { readonly kind: 'unreachable'; readonly on: boolean }
	/** The next lists of pull requests do not show the newest yet. */
	| { readonly kind: 'late-lists'; readonly times: number }
	/** The next looks at pull requests find the forge still at work on whether they can be merged. */
	| { readonly kind: 'late-mergeability'; readonly times: number };

/** What befalls one call. */
export type BefallingFault = AimedFault | { readonly kind: 'refused' };

export interface ForgeFaults {
	inject(fault: ForgeFault): void;
	/** Takes what befalls a call; told once. */
	take(call: ForgeCall): BefallingFault | undefined;
	/** Whether this list lacks the newest pull request. */
	takeLateList(): boolean;
	takeLateMergeability(): boolean;
}

export function createForgeFaults(): ForgeFaults {
	const waiting: { readonly fault: AimedFault; left: number }[] = [];
	const late = { 'late-lists': 0, 'late-mergeability': 0 };
	let isUnreachable = false;

	const takeLate = (kind: keyof typeof late): boolean => {
		if (late[kind] === 0) return false;
		late[kind] -= 1;
		return true;
	};

	return {
		inject(fault) {
			switch (fault.kind) {
				case 'unreachable':
					isUnreachable = fault.on;
					return;
				case 'late-lists':
				case 'late-mergeability':
					late[fault.kind] += fault.times;
					return;
				case 'answer':
				case 'hang':
				case 'lost':
					waiting.push({ fault, left: fault.times });
			}
		},
		take(call) {
			if (isUnreachable) return { kind: 'refused' };
			const entry = waiting.find(
				({ fault, left }) => left > 0 && (fault.calls?.includes(call) ?? call !== 'git'),
			);
			if (entry === undefined) return undefined;
			entry.left -= 1;
			return entry.fault;
		},
		takeLateList: () => takeLate('late-lists'),
		takeLateMergeability: () => takeLate('late-mergeability'),
	};
}
