// What must be seen of pull requests, and what is seen instead.
import type { Login } from '../../model/ports/forge.ts';
import { branchPrefix } from '../../model/pull-request.ts';
import type { StoredPull } from '../forge/records.ts';
import { checksOf, labelsOf, type StagedForge, seekPull } from './staged-forge.ts';

export interface PullsExpectation {
	/** How many are open. */
	readonly open?: number | undefined;
	/** How many there ever were. */
	readonly total?: number | undefined;
	/** Branches below `spillway/`, without that, sorted. */
	readonly branches?: readonly string[] | undefined;
	/** By branch without `spillway/`, or by number: null where there must be none. */
	readonly of: Readonly<Record<string, PullExpectation | null>>;
}

/** What is absent may be anything. */
export interface PullExpectation {
	readonly number?: number | undefined;
	readonly state?: StoredPull['state'] | undefined;
	/** A part of it. */
	readonly title?: string | undefined;
	/** Parts of the body. */
	readonly body?: readonly string[] | undefined;
	/** How many, whoever wrote them. */
	readonly comments?: number | undefined;
	/** Parts of comments. */
	readonly said?: readonly string[] | undefined;
	/** Of its head's checks, these, by name; null where there must be none. */
	readonly checks?: Readonly<Record<string, string | null>> | undefined;
	/** All of them, in the order in which they were made. */
	readonly labels?: readonly string[] | undefined;
	/** Who is asked for a review. */
	readonly reviewers?: readonly Login[] | undefined;
	readonly autoMerge?: boolean | undefined;
}

/** What was not seen as expected, one sentence each. */
export function comparePulls(
	{ open, total, branches, of }: PullsExpectation,
	forge: StagedForge,
): readonly string[] {
	const pulls = [...forge.hosted.state.pulls.values()];
	const isOpen = pulls.filter(({ state }) => state === 'open');
	return [
		...differ('open pull requests', open, isOpen.length),
		...differ('pull requests', total, pulls.length),
		...differ('branches', branches, listBranches(forge)),
		...Object.entries(of).flatMap(([name, expected]) => compareNamed(name, expected, forge)),
	];
}

function listBranches({ hosted }: StagedForge): readonly string[] {
	const own = [...hosted.state.tips.keys()].filter((name) => name.startsWith(branchPrefix));
	return own.map((name) => name.slice(branchPrefix.length)).sort();
}

function compareNamed(name: string, expected: PullExpectation | null, forge: StagedForge): readonly string[] {
	const pull = seekPull(forge, /^\d+$/.test(name) ? Number(name) : name);
	const what = `pull request ${name}`;
	if (expected === null) return pull === undefined ? [] : [`${what}: ${pull.state}, expected none`];
	if (pull === undefined) return [`${what}: there is none`];
	const { number, state, reviewers, comments, scheduled } = pull;
	const { checks = {}, title, body = [], said = [] } = expected;
	const seenChecks = checksOf(forge, pull);
	const words = comments.map((comment) => comment.body).join('\n');
	return [
		...differ(`number of ${what}`, expected.number, number),
		...differ(`state of ${what}`, expected.state, state),
		...differ(`comments on ${what}`, expected.comments, comments.length),
		...differ(`labels of ${what}`, expected.labels, labelsOf(forge, pull)),
		...differ(`reviewers of ${what}`, expected.reviewers, reviewers),
		...differ(`auto-merge of ${what}`, expected.autoMerge, scheduled !== undefined),
		...Object.entries(checks).flatMap(([check, want]) =>
			differ(`check ${check} of ${what}`, want, seenChecks.get(check) ?? null),
		),
		...lacks(`title of ${what}`, pull.title, title === undefined ? [] : [title]),
		...lacks(`body of ${what}`, pull.body, body),
		...lacks(`comments on ${what}`, words, said),
	];
}

function differ(what: string, want: unknown, seen: unknown): readonly string[] {
	const [wanted, got] = [JSON.stringify(want), JSON.stringify(seen)];
	return want === undefined || wanted === got ? [] : [`${what}: ${got}, expected ${wanted}`];
}

function lacks(what: string, seen: string, parts: readonly string[]): readonly string[] {
	return parts.filter((part) => !seen.includes(part)).map((part) => `${what}: ${seen}, expected ${part}`);
}
