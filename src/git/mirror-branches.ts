import type { Branches, BranchMove, CommitId, PushOutcome } from '../model/ports/repository.ts';
import { ProblemError, problem, showValue } from '../model/problem.ts';
import { checkBranchName } from './branch-name.ts';
import { listBranches } from './fetch-tip.ts';
import { isMirrorFailure } from './mirror-mending.ts';
import type { GitProgram } from './program/git-program.ts';
import { pushBranch } from './push-commit.ts';
import { classifyPush } from './push-outcome.ts';
import type { RemoteBranch } from './remote-branch.ts';
import type { TakeTurn } from './turns.ts';

export interface MirrorBranchesParts {
	/** For what is done in turn. */
	readonly git: GitProgram;
	/** For pushes, which wait for nobody. */
	readonly pushing: GitProgram;
	readonly remote: RemoteBranch;
	readonly takeTurn: TakeTurn;
	/** The mirror is damaged. */
	readonly onDamage: () => void;
}

/** The other branches over a mirror. */
export interface MirrorBranches extends Branches {
	/** Where a commit may be: branches seen at it, the mirrored one, then others that were seen lately. */
	recall(commit: CommitId): readonly string[];
}

/** How many branches are asked for a commit that the server does not give out by its name. */
const recalledBranches = 8;

export function createMirrorBranches(parts: MirrorBranchesParts): MirrorBranches {
	const { git, pushing, remote, takeTurn, onDamage } = parts;
	const seen = new Map<string, CommitId>();

	const note = (branch: string, commit: CommitId | undefined) => {
		seen.delete(branch);
		if (commit !== undefined) seen.set(branch, commit);
	};
	const look = (prefix: string, signal: AbortSignal) =>
		takeTurn(async () => {
			const listed = await listBranches(git, remote, [`refs/heads/${prefix}*`], signal);
			// A pattern also matches at the end of longer names.
			return new Map(
				listed.flatMap(({ name, id }) => (name.startsWith(prefix) ? [[name, id] as const] : [])),
			);
		}, signal);
	const isGone = async (branch: string, signal: AbortSignal): Promise<boolean> => {
		const left = await look(branch, signal).catch(() => undefined);
		signal.throwIfAborted();
		return left !== undefined && !left.has(branch);
	};

	return {
		async branches(prefix, signal) {
			const fault = checkBranchName(`${prefix}x`);
			if (fault !== undefined) throw new ProblemError(fault);
			const found = await look(prefix, signal);
			for (const branch of seen.keys()) if (branch.startsWith(prefix)) seen.delete(branch);
			for (const [branch, commit] of found) note(branch, commit);
			return found;
		},
		async pushBranch(move, signal) {
			const refusal = checkMove(move, remote);
			if (refusal !== undefined) return refusal;
			const place = { ...remote, branch: move.branch };
			const answer = await pushBranch(pushing, place, move, signal);
			if (isMirrorFailure(answer)) onDamage();
			const outcome = classifyPush(answer, place);
			const isDeletion = move.commit === undefined;
			const isLate = isDeletion && outcome.kind === 'raced' && (await isGone(move.branch, signal));
			if (isLate || outcome.kind === 'pushed') note(move.branch, move.commit);
			return isLate ? { kind: 'pushed' } : outcome;
		},
		recall(commit) {
			const newest = [...seen].reverse();
			const exact = newest.filter(([, tip]) => tip === commit).map(([branch]) => branch);
			const others = newest.map(([branch]) => branch);
			return [...new Set([...exact, remote.branch, ...others])].slice(0, recalledBranches);
		},
	};
}

function checkMove({ branch }: BranchMove, remote: RemoteBranch): PushOutcome | undefined {
	const fault = checkBranchName(branch);
	if (fault !== undefined) return { kind: 'refused', problem: fault };
	if (branch !== remote.branch) return undefined;
	const where = { kind: 'named', name: remote.display } as const;
	const message = 'pull requests cannot have the branch that they are merged into';
	return { kind: 'refused', problem: problem('E_REFNAME', { where, message, got: showValue(branch) }) };
}
