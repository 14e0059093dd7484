// Joins what the config repository and the labels of TrafficSplits say into the policies in force.
import type { FailoverPolicy } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { mergePolicies } from '../observe/merge-policies.ts';
import type { PolicyRevision } from '../observe/policy-reader.ts';
import type { RunMode } from './run-mode.ts';

export interface PoliciesInForce {
	/** What a new commit says. */
	readonly onRevision: (revision: PolicyRevision) => void;
	/** What the labelled splits of the home cluster ask for now. */
	readonly onLabelled: (policies: readonly FailoverPolicy[], problems: readonly Problem[]) => void;
}

/**
 * Puts every policy in force whose target this Spillway writes. With a repository nothing is in force before its first
 * commit was read, since what it says of a labelled split wins.
 */
export function joinPolicies(mode: RunMode, apply: (revision: PolicyRevision) => void): PoliciesInForce {
	let explicit: PolicyRevision | undefined =
		mode.repo === undefined ? { commit: '', policies: [], clusters: [], problems: [] } : undefined;
	let labelled: readonly FailoverPolicy[] | undefined = mode.labelled === undefined ? [] : undefined;

	const isWritten = ({ target }: FailoverPolicy): boolean => mode.hub || target.cluster === mode.home;
	const join = (problems: readonly Problem[]): void => {
		if (explicit === undefined || (mode.repo === undefined && labelled === undefined)) return;
		const { policies, ...revision } = explicit;
		apply({
			...revision,
			problems,
			policies: mergePolicies(policies.filter(isWritten), labelled ?? []),
		});
	};

	return {
		onRevision(revision) {
			explicit = revision;
			join(revision.problems);
		},
		onLabelled(policies, problems) {
			labelled = policies;
			join(problems);
		},
	};
}
