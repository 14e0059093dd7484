// What Spillway told while a scenario plays.
import type { PolicyKey } from '../../model/names.ts';
import type { Notice } from '../../model/notice.ts';

export interface Told {
	note(notice: Notice): void;
	/** Codes of the reasons last told for a policy. */
	said(policy: PolicyKey): readonly string[];
	problems(): ReadonlySet<string>;
	/** Kinds of the notices told so far. */
	told(): ReadonlySet<string>;
	/** What was last said to stand between a policy's push and the live object. */
	blocker(policy: PolicyKey): string | undefined;
}

export function createTold(): Told {
	const reasons = new Map<PolicyKey, readonly string[]>();
	const problems = new Set<string>();
	const kinds = new Set<string>();
	const blockers = new Map<PolicyKey, string>();
	return {
		note(notice) {
			kinds.add(notice.kind);
			if ('problem' in notice && notice.problem !== undefined) problems.add(notice.problem.code);
			if ('blocker' in notice && notice.blocker !== undefined) blockers.set(notice.policy, notice.blocker);
			const given = reasonsOf(notice);
			if (given !== undefined && 'policy' in notice) reasons.set(notice.policy, given);
		},
		said: (policy) => reasons.get(policy) ?? [],
		problems: () => problems,
		told: () => kinds,
		blocker: (policy) => blockers.get(policy),
	};
}

function reasonsOf(notice: Notice): readonly string[] | undefined {
	if (notice.kind === 'held') return notice.reasons.map(({ code }) => code);
	return notice.kind === 'decided' ? notice.shift.reasons.map(({ code }) => code) : undefined;
}
