import type { Verdict } from './health.ts';
import type { Move } from './move.ts';
import type { ClusterName, PolicyKey, ServiceName } from './names.ts';
import type { EscalationStep } from './policy.ts';
import type { Login } from './ports/forge.ts';
import type { CommitId } from './ports/repository.ts';
import type { Instant } from './time.ts';
import type { Weights } from './weights.ts';

/**
 * The moves that share one rolling pull request. A policy's failover and its failback are never open at the same time,
 * so no two pull requests undo each other.
 */
export interface PullRequestGroup {
	readonly move: Move;
	/** Begins with the target's cluster: `east`, `east.shop`, `east.shop.web`; of a named group `east_checkout`. */
	readonly name: string;
}

/** Spillway's branches begin with this. */
export const branchPrefix = 'spillway/';

/** The branch of a group: `spillway/failover/east`. */
export function formatBranch({ move, name }: PullRequestGroup): string {
	return `${branchPrefix}${move}/${name}`;
}

/** The group of a branch's name; `undefined` for a branch that is none of Spillway's. */
export function parseBranch(branch: string): PullRequestGroup | undefined {
	const [, move, name] = /^spillway\/(failover|failback)\/([a-z0-9._-]+)$/.exec(branch) ?? [];
	if (name === undefined || (move !== 'failover' && move !== 'failback')) return undefined;
	return { move, name };
}

/** The cluster whose targets a group is about: its name begins with that. */
export function clusterOfGroup({ name }: PullRequestGroup): ClusterName {
	return /^[^._]+/.exec(name)?.[0] ?? name;
}

/** What was seen of a backend when its move was decided. */
export interface BackendEvidence {
	readonly service: ServiceName;
	/** Where its endpoints are. */
	readonly cluster: ClusterName;
	readonly tier: number;
	readonly verdict: Verdict;
	/** `0 of 1 ready`, or why nothing is known. */
	readonly seen: string;
	/** What it is measured against: `at least 1 ready`. */
	readonly threshold: string;
	/** Since when it passes or fails, as the case may be. */
	readonly since?: Instant;
}

/** A step of the ladder, and when it is due. */
export interface Rung {
	readonly to: EscalationStep;
	readonly at: Instant;
}

/** What people said of a pull request by comments, labels and checkboxes; those without the right to write count for nothing. */
export interface Controls {
	/** No step of the ladder is taken before. */
	readonly hold?: { readonly until: Instant; readonly by: Login };
	/** So many steps of the ladder are due at once, whatever their time. */
	readonly hastened: number;
	/** Somebody does not want this move. */
	readonly veto?: { readonly by: Login };
	/** When somebody last asked for another try: what people did to the branch is written over then. */
	readonly retriedAt?: Instant;
}

export const noControls: Controls = { hastened: 0 };

/** The steps that are due, in order. */
export function dueRungs(rungs: readonly Rung[], controls: Controls, now: Instant): readonly Rung[] {
	if (controls.hold !== undefined && now < controls.hold.until) return [];
	return rungs.filter(({ at }, index) => index < controls.hastened || at <= now);
}

/** When the next step is due; `undefined`: never. */
export function nextRungAt(rungs: readonly Rung[], controls: Controls, now: Instant): Instant | undefined {
	const due = dueRungs(rungs, controls, now).length;
	const hold = controls.hold === undefined || controls.hold.until <= now ? undefined : controls.hold.until;
	const next = rungs[due];
	if (next === undefined) return undefined;
	return Math.max(next.at, hold ?? next.at);
}

/** How a policy's pull request stands. */
export interface PullRequestView {
	readonly number: number;
	readonly url: string;
	readonly head: CommitId;
	readonly state:
		| 'Open'
		/** A person pushed to its branch or changed its base: hands off. */
		| 'TakenOver'
		/** Something stands in the way of a merge. */
		| 'Blocked'
		/** It is to be merged once its checks pass. */
		| 'Merging';
	/** What stands in the way: `check ci/lint failed`. */
	readonly blocker?: string;
	readonly controls: Controls;
}

/** A person does not want an episode's move. */
export interface Veto {
	readonly episode: string;
	readonly move: Move;
	readonly number: number;
	readonly url: string;
	/** Absent where the forge does not tell. */
	readonly by?: Login;
	readonly at: Instant;
}

/** A pull request that was merged when its move was not wanted any more. */
export interface LateMerge {
	readonly number: number;
	readonly url: string;
	readonly at: Instant;
	readonly by?: Login;
	readonly move: Move;
	/** What the branch carries since then. */
	readonly to: Weights;
}

/** What happens to a pull request, told once. */
export type PullRequestEvent =
	| 'Opened'
	| 'Reopened'
	| 'Updated'
	/** By Spillway: it is not needed any more. */
	| 'Withdrawn'
	| 'Merged'
	/** After the move was not wanted any more. */
	| 'MergedLate'
	| 'Vetoed'
	| 'TakenOver'
	| 'Blocked'
	/** A step of the ladder was taken. */
	| 'Escalated'
	/** A person's command was carried out. */
	| 'Commanded';

/** Something worth telling people about a pull request. */
export interface PullRequestNews {
	readonly event: PullRequestEvent;
	readonly group: PullRequestGroup;
	readonly number: number;
	readonly url: string;
	/** The policies it asks for, or asked for last. */
	readonly policies: readonly PolicyKey[];
	readonly detail?: string;
}
