// What deserves a warning although nothing failed: others keep the decided weights from taking effect.
import { adaptorPatience } from '../decide/proof.ts';
import { describeTarget } from '../model/names.ts';
import type { Notice, PolicyNotice } from '../model/notice.ts';
import { settingFor } from '../model/other-writers.ts';
import { problem } from '../model/problem.ts';
import { type Reason, renderReason } from '../model/reason.ts';
import type { Instant } from '../model/time.ts';

export type Warned = Extract<Notice, { kind: 'warned' }>;

/** The warning a reason calls for, if any. */
export function warningOf(
	reason: Reason,
	about: PolicyNotice & { readonly uid?: string },
): Warned | undefined {
	const where = { kind: 'named', name: describeTarget(about.target) } as const;
	switch (reason.code) {
		case 'Contested': {
			const { manager = 'somebody', rounds } = reason;
			const message = `${manager} undid the decided weights ${rounds} times`;
			const told = problem('E_CONTESTED', { where, message, remedy: settingFor(reason.manager) });
			return { kind: 'warned', ...about, reason: reason.code, problem: told };
		}
		case 'AdaptorStalled': {
			const told = problem('E_ADAPTOR_STALLED', { where, message: renderReason(reason) });
			return { kind: 'warned', ...about, reason: reason.code, problem: told };
		}
		default:
			return undefined;
	}
}

/** How often a lag has been worth a word: each doubling of the patience is. */
export function stallsSince(since: Instant, now: Instant): number {
	return Math.max(0, Math.floor(Math.log2((now - since) / adaptorPatience)));
}
