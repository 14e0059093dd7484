// Branches whose policies are gone: their pull requests are closed as well, and the branches deleted.
import { ProblemError } from '../../model/problem.ts';
import { branchPrefix, clusterOfGroup, parseBranch } from '../../model/pull-request.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { Session } from './session.ts';
import type { Branch } from './wishes.ts';

/** How soon after a start, and how often, they are looked for. */
export const firstSweep: Milliseconds = 60_000;
const sweepInterval: Milliseconds = 3_600_000;

/** Stands for this look among the groups that are due. */
export const sweepKey: Branch = '';

/** Only clusters that this process has policies for: the others are another Spillway's. */
export async function sweepBranches(session: Session, signal: AbortSignal): Promise<void> {
	const { parts, wishes, schedule } = session;
	const now = parts.clock.now();
	schedule.at(sweepKey, now + sweepInterval);
	const own = new Set(
		wishes
			.branches()
			.flatMap((branch) => wishes.group(branch) ?? [])
			.map(clusterOfGroup),
	);
	try {
		for (const branch of (await parts.repository.branches(branchPrefix, signal)).keys()) {
			const group = parseBranch(branch);
			if (group === undefined || !own.has(clusterOfGroup(group))) continue;
			if (wishes.askers(branch).length === 0) schedule.at(branch, now);
		}
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof ProblemError)) throw error;
	}
}
