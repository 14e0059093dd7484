import type { ProblemCode } from '../model/catalogue.ts';
import type { BranchMove, CommitId, PushOutcome } from '../model/ports/repository.ts';
import type { Problem } from '../model/problem.ts';
import type { RepositoryFaults } from './memory-faults.ts';
import type { Authorship, FileChanges } from './memory-history.ts';
import type { MemoryServer } from './memory-server.ts';

export interface MemoryPushesParts {
	readonly server: MemoryServer;
	/** Who pushes. */
	readonly login: string;
	readonly faults: RepositoryFaults;
	readonly explain: (code: ProblemCode, message: string, got?: string) => Problem;
	/** Lands a commit of somebody else. */
	readonly commitDirectly: (
		changes: FileChanges,
		message: string,
		by: Authorship,
		branch: string,
	) => CommitId;
}

/** How a server answers pushes. */
export interface MemoryPushes {
	push(move: BranchMove): PushOutcome;
}

const lostAnswer: PushOutcome = { kind: 'unknown', message: 'the connection broke before the answer' };

export function createMemoryPushes(parts: MemoryPushesParts): MemoryPushes {
	const { server, login, faults, explain, commitDirectly } = parts;

	const refuse = (
		branch: string,
		reason: string,
		got: string,
		code: ProblemCode = 'E_GIT_REFUSED',
	): PushOutcome => ({
		kind: 'refused',
		problem: explain(code, `the push to ${branch} was refused: ${reason}`, got),
	});
	const swap = ({ branch, expected, commit }: BranchMove): PushOutcome => {
		const tip = server.tip(branch);
		if (tip === commit) return { kind: 'pushed' };
		if (tip !== expected) return { kind: 'raced' };
		const clash = commit === undefined ? undefined : server.findClash(branch);
		if (clash !== undefined) return refuse(branch, 'failed to update ref', `'refs/heads/${clash}' exists`);
		const rule = server.judge(branch, login);
		if (rule !== undefined) return refuse(branch, 'pre-receive hook declined', rule, 'E_GIT_PROTECTED');
		server.move(branch, commit);
		return { kind: 'pushed' };
	};

	return {
		push(move) {
			if (faults.isUnreachable()) return { kind: 'unknown', message: 'connection refused' };
			const failure = faults.takeFailure(move.branch);
			if (failure === 'refused') return refuse(move.branch, 'pre-receive hook declined', 'simulated refusal');
			if (failure === 'unknown-not-applied') return lostAnswer;
			if (failure === 'raced') commitDirectly({}, 'somebody else’s commit', {}, move.branch);
			const outcome = swap(move);
			return failure === 'unknown-applied' ? lostAnswer : outcome;
		},
	};
}
