import type { PushOutcome } from '../model/ports/repository.ts';
import { type Problem, problem } from '../model/problem.ts';
import { classifyFailure, describeFailure, quoteServer } from './git-failure.ts';
import type { GitAnswer } from './git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';

/** Where a push went, for people. */
type PushPlace = Pick<RemoteBranch, 'display' | 'branch'>;

/** Reasons of a `[rejected]`: git compared the server's branch with what we expected. */
const moved = /^(stale info|non-fast-forward|fetch first|needs force|remote ref updated since checkout)$/;

/** The server's branch was moving, or locked by somebody who moves it. */
const movedOnServer =
	/is at \w+ but expected|incorrect old value|reference already exists|Unable to create '.*\.lock'/;

/** What `git push --porcelain` of one branch came to: by its status line first, by stderr where that is silent. */
export function classifyPush({ status, stdout, stderr }: GitAnswer, place: PushPlace): PushOutcome {
	if (status === 0) return { kind: 'pushed' };
	const [, verdict, reason = ''] = /^!\t[^\t]*\t\[([^\]]+)\](?: \((.*)\))?$/m.exec(stdout) ?? [];
	if (verdict === 'rejected' && moved.test(reason)) return { kind: 'raced' };
	if (verdict === 'remote rejected') return classifyRefusal(reason, stderr, place);
	if (verdict === undefined && classifyFailure(stderr) === 'auth') {
		return {
			kind: 'refused',
			problem: describeRefusal('E_GIT_AUTH', describeFailure(stderr), stderr, place),
		};
	}
	return { kind: 'unknown', message: describeFailure(stderr) };
}

function classifyRefusal(reason: string, stderr: string, place: PushPlace): PushOutcome {
	const words = `${reason}\n${stderr}`;
	if (movedOnServer.test(words)) return { kind: 'raced' };
	const isExplained = reason !== 'failed to update ref' || /exists; cannot create/.test(words);
	if (!isExplained) return { kind: 'unknown', message: reason };
	return { kind: 'refused', problem: describeRefusal('E_GIT_REFUSED', reason, stderr, place) };
}

function describeRefusal(
	code: 'E_GIT_AUTH' | 'E_GIT_REFUSED',
	reason: string,
	stderr: string,
	{ display, branch }: PushPlace,
): Problem {
	return problem(code, {
		where: { kind: 'named', name: display },
		message: `the push to ${branch} was refused: ${reason}`,
		got: quoteServer(stderr),
	});
}
