// All that is known of a group's pull request at one instant: read from the server, never from our own disk.
import type { PullRequestChange } from '../../model/change.ts';
import type { Check, Forge, PullRequest } from '../../model/ports/forge.ts';
import type { PullRequestText } from '../../model/ports/pull-request-text.ts';
import type { Branches, CommitId, Repository } from '../../model/ports/repository.ts';
import { formatBranch, type PullRequestGroup } from '../../model/pull-request.ts';
import type { Instant } from '../../model/time.ts';
import { type BranchHead, isUpToDate, readBranchHead } from './branch-head.ts';
import { createWriters, foldControls, readCommands } from './controls.ts';
import type { Draft, DraftOn } from './draft.ts';
import type { ReadRequiredChecks } from './required-checks.ts';
import type { Subject } from './subject.ts';
import { speaksAgainst } from './veto.ts';

export interface Sight {
	readonly now: Instant;
	readonly group: PullRequestGroup;
	/** The name of the branch it is to be merged into. */
	readonly baseBranch: string;
	/** What is wanted and not vetoed, on the newest base. */
	readonly draft: Draft;
	readonly vetoed: readonly PullRequestChange[];
	/** Whether every policy of the group has said what it wants. */
	readonly isComplete: boolean;
	/** A veto keeps a policy from asking: its pull request can be opened again. */
	readonly isVetoed: boolean;
	/** Of the group's branch; absent: there is none. */
	readonly head?: BranchHead;
	/** The branch says what the draft says. */
	readonly isCurrent: boolean;
	/** From the group's branch, in all states, the newest first. */
	readonly pulls: readonly PullRequest[];
	/** The open one or, where there is none, the newest. */
	readonly subject?: Subject;
	/** Of the branch's commit, where a pull request is open. */
	readonly checks: readonly Check[];
	/** Names of those that have to pass; none where that is not known. */
	readonly required: readonly string[];
	/** Why the forge would not merge it just now. */
	readonly refusal?: string;
	/** Steps that were done since the note was written. */
	readonly done: ReadonlySet<string>;
}

export interface SightSource {
	readonly repository: Repository & Branches;
	readonly forge: Forge;
	readonly text: PullRequestText;
	readonly draftOn: DraftOn;
	readonly requiredChecks: ReadRequiredChecks;
}

/** What the group's policies say, as of now. */
export interface GroupWishes {
	readonly group: PullRequestGroup;
	readonly now: Instant;
	readonly isComplete: boolean;
	readonly isVetoed: boolean;
	readonly wanted: readonly PullRequestChange[];
	/** Whether a policy's episode may have begun before this process did, under another name. */
	readonly mayBeOld: (change: PullRequestChange) => boolean;
}

/** Looks at everything. Throws ProblemError, or its ForgeError. */
export async function readSight(
	source: SightSource,
	wishes: GroupWishes,
	signal: AbortSignal,
): Promise<Sight> {
	const { repository, forge, draftOn, requiredChecks } = source;
	const { group, now, isComplete, isVetoed, wanted } = wishes;
	const branch = formatBranch(group);
	const [base, heads, pulls] = await Promise.all([
		repository.refresh(signal),
		repository.branches(branch, signal),
		forge.findByHead(branch, signal),
	]);
	const subject = await readSubject(source, pulls, wanted, signal);
	const vetoed =
		subject === undefined
			? []
			: wanted.filter((change) => speaksAgainst(source.text, subject, change, wishes));
	const draft = await draftOn(
		base,
		wanted.filter((change) => !vetoed.includes(change)),
		signal,
	);
	const tip = heads.get(branch);
	const head = tip === undefined ? undefined : await readBranchHead(repository, tip, signal);
	const isOpen = subject?.pull.state === 'open';
	return {
		now,
		group,
		baseBranch: repository.branch,
		draft,
		vetoed,
		isComplete,
		isVetoed,
		...(head && { head }),
		isCurrent: head !== undefined && (await isCurrent(repository, head, draft, signal)),
		pulls,
		...(subject && { subject }),
		checks: head !== undefined && isOpen ? await forge.checks(head.commit, signal) : [],
		required: isOpen ? await requiredChecks(repository.branch, signal) : [],
		done: new Set(subject?.note?.done),
	};
}

export async function isCurrent(
	repository: Repository,
	head: BranchHead,
	{ base, files }: Draft,
	signal: AbortSignal,
): Promise<boolean> {
	return head.isOurs && (await isUpToDate(repository, head, { base, files }, signal));
}

/** Of several open ones the oldest is kept. */
export function openPulls(pulls: readonly PullRequest[]): readonly PullRequest[] {
	return pulls.filter(({ state }) => state === 'open').sort((a, b) => a.number - b.number);
}

async function readSubject(
	{ forge, text }: SightSource,
	pulls: readonly PullRequest[],
	wanted: readonly PullRequestChange[],
	signal: AbortSignal,
): Promise<Subject | undefined> {
	const newest = pulls.reduce<PullRequest | undefined>(
		(found, each) => (found === undefined || each.number > found.number ? each : found),
		undefined,
	);
	const pull = openPulls(pulls)[0] ?? newest;
	if (pull === undefined) return undefined;
	const note = text.readNote(pull.body);
	const isSilent = pull.state === 'merged' || (pull.state === 'closed' && note?.withdrawnAt !== undefined);
	const comments = isSilent ? [] : await forge.comments(pull.number, signal);
	const { login: self } = await forge.identity(signal);
	const mayWrite = createWriters((login) => forge.permission(login, signal));
	const commands = await readCommands({ text, self, mayWrite, round: note?.reopened ?? 0 }, comments);
	const controls = foldControls(commands, pull, wanted[0]?.rungs ?? []);
	const isClosed = pull.state === 'closed' && !isSilent;
	const closure = isClosed ? await forge.closure(pull.number, signal) : undefined;
	const own = comments.filter(({ author }) => author === self);
	return { pull, ...(note && { note }), ...(closure && { closure }), comments: own, commands, controls };
}

/** Where a change's commit would be told from: the commit of the branch's parent. */
export function baseOf({ head, draft }: Pick<Sight, 'head' | 'draft'>): CommitId {
	return head?.parent ?? draft.base;
}

/** The sight with its pull request as it is after a step; of another one, such as a duplicate, only a look can tell. */
export function withPull(sight: Sight, pull: PullRequest, facts: Partial<Subject>): Sight | undefined {
	const { subject } = sight;
	if (subject?.pull.number !== pull.number) return undefined;
	const pulls = sight.pulls.map((each) => (each.number === pull.number ? pull : each));
	return { ...sight, pulls, subject: { ...subject, ...facts, pull } };
}
