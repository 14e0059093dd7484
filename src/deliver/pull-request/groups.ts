// What is known of each group since it was last looked at, and what its policies are answered until then.
import type { PullRequestChange } from '../../model/change.ts';
import type { PolicyKey } from '../../model/names.ts';
import type { Problem } from '../../model/problem.ts';
import type { LateMerge, PullRequestView, Veto } from '../../model/pull-request.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Instant } from '../../model/time.ts';
import type { DraftOn } from './draft.ts';
import type { GroupMemory, Tended } from './group-keeper.ts';
import { createSteadiness } from './steadiness.ts';
import type { Subject } from './subject.ts';
import { isRetried } from './veto.ts';
import type { Branch, Wish } from './wishes.ts';

/** A receipt, and the change it is for. */
interface Answer {
	readonly change: PullRequestChange;
	readonly receipt: Receipt;
}

export interface GroupState {
	readonly memory: GroupMemory;
	draftOn?: DraftOn;
	/** It was looked at since this process began. */
	isLooked: boolean;
	/** A pull request was open, or the newest was merged, at the last look. */
	isOpen: boolean;
	isMerged: boolean;
	subject?: Subject;
	view?: PullRequestView;
	answers: Map<PolicyKey, Answer>;
	late: ReadonlyMap<PolicyKey, LateMerge>;
	/** What was last told to stand in the way of a merge. */
	blockedBy?: string;
	/** The merged pull request whose weights were said to be live. */
	applied?: number;
	/** Looks in a row that failed. */
	failures: number;
	/** Since when there is urgent news that was not looked at, and whether more is waited for. */
	newsSince?: Instant;
	isGathering: boolean;
}

export interface Groups {
	of(branch: Branch): GroupState;
	/** How many have an open pull request. */
	open(): number;
	/** Those that have one, whose policies want one, or whose last one a person closed. */
	live(): readonly Branch[];
	settle(
		branch: Branch,
		tended: Tended,
		wanted: readonly PullRequestChange[],
		receipts: ReadonlyMap<PolicyKey, Receipt>,
	): void;
	/** The forge or the server failed: whatever was wanted waits for them. */
	fail(branch: Branch, problem: Problem, wanted: readonly PullRequestChange[]): void;
	/** What a policy is answered right now; a delivery is told once. */
	answer(branch: Branch, wish: Wish | undefined): Receipt;
	isLifted(veto: Veto): boolean;
	late(policy: PolicyKey): LateMerge | undefined;
	/** What its policies would be answered, to tell what is news. */
	fingerprint(branch: Branch): ReadonlyMap<PolicyKey, string>;
	changedSince(branch: Branch, before: ReadonlyMap<PolicyKey, string>): ReadonlySet<PolicyKey>;
}

export function createGroups(): Groups {
	const states = new Map<Branch, GroupState>();
	const of = (branch: Branch): GroupState => {
		const state = states.get(branch) ?? newState();
		states.set(branch, state);
		return state;
	};
	const fingerprint = (branch: Branch): ReadonlyMap<PolicyKey, string> => fingerprintOf(of(branch));

	return {
		of,
		open: () => [...states.values()].filter(({ isOpen }) => isOpen).length,
		live: () =>
			[...states]
				.filter(([, { isOpen, answers, subject }]) => isOpen || answers.size > 0 || mayReturn(subject))
				.map(([branch]) => branch),
		settle(branch, { sight, settled }, wanted, receipts) {
			const state = of(branch);
			state.isLooked = true;
			delete state.subject;
			delete state.view;
			if (sight.subject !== undefined) state.subject = sight.subject;
			if (settled.view !== undefined) state.view = settled.view;
			state.isOpen = sight.subject?.pull.state === 'open';
			state.isMerged = sight.subject?.pull.state === 'merged';
			state.answers = new Map(
				wanted.flatMap((change) => {
					const receipt = receipts.get(change.policy);
					return receipt === undefined ? [] : [[change.policy, { change, receipt }]];
				}),
			);
		},
		fail(branch, obstacle, wanted) {
			const state = of(branch);
			const { view: pull } = state;
			for (const change of wanted) {
				const receipt: Receipt = { kind: 'requested', ...(pull && { pull }), obstacle };
				state.answers.set(change.policy, { change, receipt });
			}
		},
		answer: (branch, wish) => answerFrom(of(branch).answers, wish),
		isLifted: ({ number }) =>
			[...states.values()].some(({ subject }) => subject?.pull.number === number && isOpenAgain(subject)),
		late: (policy) =>
			[...states.values()].map(({ late }) => late.get(policy)).find((found) => found !== undefined),
		fingerprint,
		changedSince(branch, before) {
			const after = fingerprint(branch);
			const all = new Set([...before.keys(), ...after.keys()]);
			return new Set([...all].filter((policy) => before.get(policy) !== after.get(policy)));
		},
	};
}

function answerFrom(answers: Map<PolicyKey, Answer>, wish: Wish | undefined): Receipt {
	const known = wish?.kind === 'wants' ? answers.get(wish.change.policy) : undefined;
	if (known === undefined || wish?.kind !== 'wants' || known.change !== wish.change) {
		return { kind: 'requested' };
	}
	if (known.receipt.kind === 'delivered') {
		const { evidence } = known.receipt;
		answers.set(wish.change.policy, { ...known, receipt: { kind: 'unchanged', evidence } });
	}
	return known.receipt;
}

/** What was closed without our doing, or by a veto, may be asked for again by a word. */
function mayReturn(subject: Subject | undefined): boolean {
	return subject?.pull.state === 'closed' && subject.note?.withdrawnAt === undefined;
}

function newState(): GroupState {
	return {
		memory: { lastChanges: [], steadiness: createSteadiness(), lastPage: {} },
		isLooked: false,
		isOpen: false,
		isMerged: false,
		answers: new Map(),
		late: new Map(),
		failures: 0,
		isGathering: false,
	};
}

/** A vetoed one that somebody opened again, or asked to have tried again. */
function isOpenAgain({ pull, controls }: Subject): boolean {
	return pull.state === 'open' ? controls.veto === undefined : isRetried({ pull, controls });
}

function fingerprintOf({ answers, late, subject, memory }: GroupState): ReadonlyMap<PolicyKey, string> {
	const lifted = subject !== undefined && isOpenAgain(subject);
	const told = new Map<PolicyKey, string>(
		memory.lastChanges.map(({ policy }) => [policy, `lifted ${lifted}`]),
	);
	for (const [policy, { receipt }] of answers) told.set(policy, `${told.get(policy)} ${write(receipt)}`);
	for (const [policy, { number }] of late) told.set(policy, `${told.get(policy)} late ${number}`);
	return told;
}

/** A delivery that was told is the same news as one that was not. */
function write(receipt: Receipt): string {
	const { kind } = receipt;
	return JSON.stringify(
		kind === 'delivered' ? { ...receipt, kind: 'unchanged' } : receipt,
		(_, value: unknown) => (value instanceof Map ? [...value] : value),
	);
}
