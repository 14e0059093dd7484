import { type ChangeTrailers, parseTrailers } from '../../model/commit-trailers.ts';
import { describeTarget } from '../../model/names.ts';
import type { FailoverPolicy } from '../../model/policy.ts';
import type { CommitFacts, CommitId } from '../../model/ports/repository.ts';
import { messagesWithin } from '../../model/squashed-message.ts';
import type { Weights } from '../../model/weights.ts';
import type { PastMove } from './trace-facts.ts';

/** Reads the commit that a merge brings; `undefined` where it cannot be had. */
export type ReadMerged = (commit: CommitId) => Promise<CommitFacts | undefined>;

/** The newest commit that carries a move of the policy: pushed as it is, squashed, or behind a merge. */
export async function findMove(
	history: readonly CommitFacts[],
	policy: FailoverPolicy,
	readMerged: ReadMerged,
): Promise<PastMove | undefined> {
	for (const commit of history) {
		const own = trailersIn(commit, policy);
		if (own !== undefined) return describeMove(commit, own, policy);
		for (const parent of commit.parents.slice(1)) {
			const merged = await readMerged(parent);
			const trailers = merged && trailersIn(merged, policy);
			if (merged !== undefined && trailers !== undefined)
				return { ...describeMove(merged, trailers, policy), commit, merged };
		}
	}
	return undefined;
}

function trailersIn({ message }: CommitFacts, { key }: FailoverPolicy): ChangeTrailers | undefined {
	const found = [message, ...messagesWithin(message)].flatMap(parseTrailers);
	return found.findLast(({ policy }) => policy === key);
}

function describeMove(commit: CommitFacts, trailers: ChangeTrailers, policy: FailoverPolicy): PastMove {
	const { episode, changeId, reasons: codes } = trailers;
	const weights = readWeights(changeId, policy);
	const told = readReasons(commit.message, policy);
	const policyCommit = /^Failover-Policy-Commit: ([0-9a-f]{40,64})$/m.exec(commit.message)?.[1];
	return {
		commit,
		...(weights !== undefined && { weights }),
		reasons: told.length > 0 ? told : codes,
		episode,
		...(policyCommit !== undefined && { policyCommit }),
	};
}

/** A change's id ends in its weights, in the order of the policy's backends; those may be others by now. */
function readWeights(changeId: string, { backends }: FailoverPolicy): Weights | undefined {
	const written = changeId.slice(changeId.lastIndexOf(':') + 1).split('/');
	if (written.length !== backends.length || !written.every((each) => /^\d+$/.test(each))) return undefined;
	return new Map(backends.map(({ service }, index) => [service, Number(written[index])]));
}

/** The sentences below the target's line of the body; none where a template left them out. */
function readReasons(message: string, { target }: FailoverPolicy): readonly string[] {
	const lines = message.split('\n');
	const start = lines.findIndex((line) => line.startsWith(`${describeTarget(target)}: `));
	if (start === -1) return [];
	const below = lines.slice(start + 1);
	const end = below.findIndex((line) => !line.startsWith('- '));
	return below.slice(0, end === -1 ? undefined : end).map((line) => line.slice(2));
}
