// Where on its way a policy's weights stopped, if they did.
import { renderBlocker } from '../../model/blocker.ts';
import { describeTarget } from '../../model/names.ts';
import type { CommitFacts } from '../../model/ports/repository.ts';
import { formatProblem, showText } from '../../model/problem.ts';
import { formatWeights, sameRatio } from '../../model/weights.ts';
import type { TraceFacts } from './trace-facts.ts';

/** The steps at which something can stand still. */
export type Stage = 'git' | 'synced' | 'live';

export interface Finding {
	readonly stage: Stage;
	/** False where it cannot be told whether anything differs. */
	readonly isKnown: boolean;
	/** One sentence without a full stop. */
	readonly text: string;
}

export type Verdict =
	| { readonly kind: 'inStep'; readonly text: string }
	| { readonly kind: 'differs' | 'unknown'; readonly findings: readonly [Finding, ...Finding[]] };

/** What cannot be known counts before what differs: with it the difference may be none. */
export function judge(facts: TraceFacts): Verdict {
	const unknown = findUnknown(facts);
	const differences = [judgeGit(facts), judgeLive(facts)].flatMap((finding) => finding ?? []);
	if (unknown !== undefined) return { kind: 'unknown', findings: [unknown, ...differences] };
	const [first, ...more] = differences;
	if (first !== undefined) return { kind: 'differs', findings: [first, ...more] };
	return { kind: 'inStep', text: describeAgreement(facts) };
}

function findUnknown({ live }: TraceFacts): Finding | undefined {
	if (live.kind !== 'unknown') return undefined;
	return { stage: 'live', isKnown: false, text: formatProblem(live.problem) };
}

/** Git against the last decision that was committed. */
function judgeGit({ git, move, editedBy, policy }: TraceFacts): Finding | undefined {
	if (git.kind === 'unclear') {
		return commits(policy) ? { stage: 'git', isKnown: true, text: formatProblem(git.problem) } : undefined;
	}
	if (git.kind === 'none' || move?.weights === undefined || sameRatio(git.weights, move.weights))
		return undefined;
	const who =
		editedBy === undefined ? '' : `, since commit ${shortId(editedBy.id)} of ${showAuthor(editedBy)}`;
	return {
		stage: 'git',
		isKnown: true,
		text: `Git no longer has what was decided, ${formatWeights(move.weights)}${who}`,
	};
}

function commits({ failover, failback }: TraceFacts['policy']): boolean {
	return failover.via !== 'Direct' || failback.via !== 'Direct';
}

/** The live object against Git. */
function judgeLive(facts: TraceFacts): Finding | undefined {
	const { git, live, policy } = facts;
	if (live.kind === 'missing') {
		return { stage: 'live', isKnown: true, text: `${describeTarget(policy.target)} does not exist` };
	}
	if (live.kind === 'unknown' || git.kind !== 'weights') return undefined;
	if (live.weights.every((weights) => sameRatio(weights, git.weights))) return undefined;
	if (live.target.heldOff === 'spillway') {
		const text =
			'Spillway wrote the live weights itself and holds the syncer off, until Git and the syncer have them (escalation)';
		return { stage: 'live', isKnown: true, text };
	}
	if (!commits(policy))
		return {
			stage: 'live',
			isKnown: true,
			text: 'live differs from Git: moves are Direct, so Git does not follow',
		};
	return explainDelay(facts);
}

/** Git has weights that are not live: the first thing between them that says why. */
function explainDelay({ synced, policy, carriers, live }: TraceFacts): Finding {
	if (synced.kind === 'unknown')
		return { stage: 'synced', isKnown: true, text: `pushed, not live: ${formatProblem(synced.problem)}` };
	if (synced.kind === 'none') {
		const { cluster } = policy.target;
		return {
			stage: 'live',
			isKnown: true,
			text: `pushed, not live; spillway.yaml names no syncer for ${cluster} to ask`,
		};
	}
	const { view } = synced;
	if (view.blocker !== undefined) {
		const stage = view.blocker.kind === 'SaysApplied' ? 'live' : 'synced';
		return { stage, isKnown: true, text: `pushed, not live: ${renderBlocker(view.blocker)}` };
	}
	if (!has(carriers, view.fetched))
		return { stage: 'synced', isKnown: true, text: `pushed, not fetched by ${view.name}` };
	if (!has(carriers, view.applied))
		return { stage: 'synced', isKnown: true, text: `fetched, not applied by ${view.name}` };
	const writer =
		live.kind === 'live' && live.target.manager !== undefined
			? `: ${live.target.manager} wrote them last`
			: '';
	return {
		stage: 'live',
		isKnown: true,
		text: `applied by ${view.name}, and other weights are live${writer}`,
	};
}

function has(carriers: readonly string[], commit: string | undefined): boolean {
	return commit !== undefined && carriers.includes(commit);
}

function describeAgreement({ git, live, policy }: TraceFacts): string {
	const weights = live.kind === 'live' ? live.weights[0] : undefined;
	const carried = formatWeights(weights ?? new Map());
	if (git.kind === 'weights') return `in step: Git and ${policy.target.cluster} have ${carried}`;
	return `nothing to compare: moves are Direct, and Git does not say these weights; ${policy.target.cluster} has ${carried}`;
}

/** A commit's id as people read it. */
export function shortId(id: string): string {
	return id.slice(0, 7);
}

export function showAuthor({ author: { name, email } }: Pick<CommitFacts, 'author'>): string {
	return showText(`${name} <${email}>`);
}
