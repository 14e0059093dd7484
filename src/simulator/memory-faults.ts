/** What can go wrong between Spillway and a Git server. */
export type RepositoryFault =
	/** Nothing answers, until lifted. */
	| { readonly kind: 'unreachable'; readonly on: boolean }
	/** What the next pushes come to: of one branch (`spillway/*`: of any below), or of whichever. */
	| {
			readonly kind: 'fail-next-pushes';
			readonly times: number;
			readonly outcome: PushFailure;
			readonly branch?: string | undefined;
	  };

/** `raced`: somebody else's commit lands first. The last two lose the answer: before and after it was applied. */
export type PushFailure = 'raced' | 'refused' | 'unknown-not-applied' | 'unknown-applied';

/** The faults that wait for their pushes. */
export interface RepositoryFaults {
	inject(fault: RepositoryFault): void;
	isUnreachable(): boolean;
	/** What the push of this branch is to come to; told once. */
	takeFailure(branch: string): PushFailure | undefined;
}

export function createRepositoryFaults(): RepositoryFaults {
	const waiting: { readonly outcome: PushFailure; readonly branch: string | undefined }[] = [];
	let isUnreachable = false;
	return {
		inject(fault) {
			if (fault.kind === 'unreachable') {
				isUnreachable = fault.on;
				return;
			}
			const { outcome, branch, times } = fault;
			waiting.push(...Array.from({ length: times }, () => ({ outcome, branch })));
		},
		isUnreachable: () => isUnreachable,
		takeFailure(branch) {
			const index = waiting.findIndex((each) => isAimedAt(each.branch, branch));
			return index === -1 ? undefined : waiting.splice(index, 1)[0]?.outcome;
		},
	};
}

function isAimedAt(aim: string | undefined, branch: string): boolean {
	if (aim === undefined) return true;
	return aim.endsWith('*') ? branch.startsWith(aim.slice(0, -1)) : branch === aim;
}
