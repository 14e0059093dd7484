import type { ExecutionContext } from 'ava';
import type { Forge, Login, NewPullRequest, PullRequest } from '../../src/model/ports/forge.ts';
import { ForgeError } from '../../src/model/ports/forge.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';

/** Those who talk to the forge, by what they may do in the repository. */
export type ForgeRole = 'admin' | 'spillway' | 'writer' | 'reader' | 'stranger';

/** What a branch demands before anything is merged into it. */
export interface BranchRules {
	readonly requiredApprovals?: number;
	readonly requiredChecks?: readonly string[];
}

/** A review as the forge has it. */
export interface WrittenReview {
	readonly body: string;
	readonly remarks: readonly { readonly path: string; readonly line: number; readonly body: string }[];
}

/** What forges differ in. */
export interface ForgeTraits {
	/** Whether a pull request tells that it is to be merged by the forge itself. */
	readonly tellsAutoMerge: boolean;
	/** Whether a user without rights of an admin can learn exactly what others may do; else only who may write. */
	readonly tellsExactPermissions: boolean;
	/** Whether a person may open a pull request from a fork in the test. */
	readonly hasForks: boolean;
	/** What it does not have or tell, as far as the port allows for that. */
	readonly lacks?: readonly ForgeLack[];
}

/** What some forges have not. */
export type ForgeLack =
	| 'autoMerge'
	/** Deleting a branch leaves its pull request open. */
	| 'closingByBranch'
	/** The text of a pull request that is closed stays. */
	| 'editingClosed'
	| 'labels'
	/** More than 4,000 characters. */
	| 'longBodies'
	/** Whether branches fit is told only by a merge. */
	| 'mergeability'
	/** Checks that are required are counted. */
	| 'namedChecks'
	/** Whoever is no admin learns nothing of what others may do, nor of what protects a branch. */
	| 'openRights'
	/** What has no branch any more can be opened again all the same. */
	| 'refusalWithoutBranch'
	/** What is closed stays closed. */
	| 'reopening';

export function has({ lacks = [] }: ForgeTraits, trait: ForgeLack): boolean {
	return !lacks.includes(trait);
}

/** A public repository at a forge, and what people do there. `main` holds `README.md` in one commit. */
export interface ForgeUnderTest {
	/** The port as Spillway has it: it may write. */
	readonly forge: Forge;
	/** The port as somebody else has it; `impostor` has a token that the forge does not know. */
	as(role: ForgeRole | 'impostor'): Forge;
	/** The port for a repository that is not there. */
	readonly missing: Forge;
	readonly logins: Readonly<Record<ForgeRole, Login>>;
	/** Commits to a branch by git; one that is not there begins at `main`. Returns its tip. */
	push(branch: string, files: Readonly<Record<string, string>>): Promise<CommitId>;
	/** Commits of as many branches at once. */
	pushMany(branches: readonly string[]): Promise<void>;
	deleteBranch(branch: string): Promise<void>;
	/** The text of a file at the tip of a branch; `undefined` where there is none. */
	show(branch: string, path: string): Promise<string | undefined>;
	protect(branch: string, rules: BranchRules): Promise<void>;
	approve(number: number, by: ForgeRole): Promise<void>;
	reviews(number: number): Promise<readonly WrittenReview[]>;
	/** Who is asked for a review. */
	reviewers(number: number): Promise<readonly Login[]>;
	/** Opens a pull request from a branch of this name in a fork. Returns its number. */
	openFromFork(branch: string): Promise<number>;
	/** Whether its times are not those of this machine. */
	readonly isVirtual?: boolean;
	/** Lets a moment pass, in whatever time the forge lives. */
	pause(): Promise<void>;
}

export interface ForgeContract {
	readonly name: string;
	readonly traits: ForgeTraits;
	/** Whether its tests run one after the other. */
	readonly isSerial?: boolean;
	/** A repository of its own for each test. */
	open(t: ExecutionContext): Promise<ForgeUnderTest>;
}

export const untilTold: AbortSignal = new AbortController().signal;

/** The branch that most tests are about. */
export const branch = 'spillway/failover/east';

export function aPull(changes: Partial<NewPullRequest> = {}): NewPullRequest {
	return { title: 'Fail over east', body: 'why', head: branch, base: 'main', isDraft: false, ...changes };
}

/** Pushes a branch with a change of its own and opens a pull request from it. */
export async function openPull(
	stage: ForgeUnderTest,
	changes: Partial<NewPullRequest> & { readonly files?: Readonly<Record<string, string>> } = {},
	by: Forge = stage.forge,
): Promise<{ readonly number: number; readonly head: CommitId; readonly pull: PullRequest }> {
	const { files, ...wanted } = changes;
	const pull = aPull(wanted);
	const head = await stage.push(
		pull.head,
		files ?? { [`${pull.head.replaceAll('/', '-')}.yaml`]: 'weight: 0\n' },
	);
	const created = await by.create(pull, untilTold);
	if (created.kind !== 'created') throw new Error(`the pull request ${created.kind}`);
	return { number: created.pull.number, head, pull: created.pull };
}

/** Forges answer first, and bring about afterwards: looks again and again until it is so. */
export async function eventually<T>(
	stage: Pick<ForgeUnderTest, 'pause'>,
	look: () => Promise<T>,
	isSo: (found: T) => boolean,
): Promise<T> {
	let found = await look();
	for (let tries = 0; tries < 200 && !isSo(found); tries += 1) {
		await stage.pause();
		found = await look();
	}
	return found;
}

/** The pull request once it is in this state. */
export async function untilState(
	stage: ForgeUnderTest,
	number: number,
	state: PullRequest['state'],
): Promise<PullRequest> {
	const isThere = (pull: PullRequest | undefined): boolean => pull?.state === state;
	const found = await eventually(stage, () => stage.forge.read(number, untilTold), isThere);
	if (found === undefined) throw new Error(`there is no pull request ${number}`);
	return found;
}

/** The ForgeError that a call throws; the test fails where it throws none. */
export async function refusalOf(t: ExecutionContext, call: Promise<unknown>): Promise<ForgeError> {
	const error = await t.throwsAsync(call);
	if (!(error instanceof ForgeError)) throw new TypeError(`no ForgeError: ${error}`, { cause: error });
	t.notRegex(error.message, /[\p{Cc}\p{Cf}]/u, 'one line');
	return error;
}
