import type { ProblemCode } from '../model/catalogue.ts';
import type { PushOutcome } from '../model/ports/repository.ts';
import { type Problem, problem } from '../model/problem.ts';
import { classifyFailure, describeFailure, quoteServer } from './program/git-failure.ts';
import type { GitAnswer } from './program/git-program.ts';
import type { RemoteBranch } from './remote-branch.ts';

/** Where a push went, for people. */
type PushPlace = Pick<RemoteBranch, 'display' | 'branch'>;

/** Reasons of a `[rejected]`: git compared the server's branch with what we expected. */
const moved = /^(stale info|non-fast-forward|fetch first|needs force|remote ref updated since checkout)$/;

/** The server's branch was moving, or locked by somebody who moves it. */
const movedOnServer =
	/is at \w+ but expected|incorrect old value|reference already exists|Unable to create '.*\.lock'/;

/** Reasons that say nothing: the server's disk, its database, or its luck. Another push may go through. */
const vague =
	/^(failed to update ref|unpacker error|.*unpack.*failed|internal server error|.*timed? ?out.*|fetch failed)$/i;

/** GitHub, GitLab, Gitea and Bitbucket of commits without a signature that they know. */
const unsigned =
	/verified signature|valid signature|must be signed|unsigned commit|unverified commit|not signed|GPG[- ]signed/i;

/** Rules of a branch, as GitHub, GitLab, Gitea, Bitbucket and Azure tell of them. */
const protection =
	/\bGH0(06|13)\b|protected branch|branch .* is protected|TF402455|pull request|merge request|Permission denied to update branch/i;

/** What the identity may not do, whatever the branch. */
const rights =
	/TF401027|not allowed to (push|upload) code|denied to |(does not|doesn't) have .*(permission|access)|permission .* denied|insufficient .*(permission|privilege)|archived|read[- ]only/i;

/** What `git push --porcelain` of one branch came to: by its status line first, by stderr where that is silent. */
export function classifyPush(answer: GitAnswer, place: PushPlace): PushOutcome {
	const { status, stdout, stderr } = answer;
	if (status === 0) return { kind: 'pushed' };
	if (answer.problem !== undefined) return { kind: 'refused', problem: answer.problem };
	const [, verdict, reason = ''] = /^!\t[^\t]*\t\[([^\]]+)\](?: \((.*)\))?$/m.exec(stdout) ?? [];
	if (verdict === 'rejected' && moved.test(reason)) return { kind: 'raced' };
	if (verdict === 'remote rejected') return classifyRefusal(reason, stderr, place);
	if (verdict === undefined) return classifySilence(stderr, place);
	return { kind: 'unknown', message: describeFailure(stderr) };
}

/** git ended before there was a status line. */
function classifySilence(stderr: string, place: PushPlace): PushOutcome {
	const reason = describeFailure(stderr);
	const refuse = (code: ProblemCode): PushOutcome => ({
		kind: 'refused',
		problem: describeRefusal(code, reason, stderr, place),
	});
	switch (classifyFailure(stderr)) {
		case 'auth':
			return refuse('E_GIT_AUTH');
		case 'absent':
			return refuse('E_GIT_REPOSITORY');
		case 'lock':
		case 'disk':
		case 'mirror':
		case 'other':
			return { kind: 'unknown', message: reason };
	}
}

function classifyRefusal(reason: string, stderr: string, place: PushPlace): PushOutcome {
	const words = `${reason}\n${stderr}`;
	if (movedOnServer.test(words)) return { kind: 'raced' };
	const isExplained = !vague.test(reason) || /exists; cannot create/.test(words);
	if (!isExplained) return { kind: 'unknown', message: reason };
	const server = `${reason}\n${quoteServer(stderr) ?? ''}`;
	return { kind: 'refused', problem: describeRefusal(chooseCode(server), reason, stderr, place) };
}

/** Rules about signatures are told as rules of a protected branch, so they are looked for first. */
function chooseCode(words: string): ProblemCode {
	if (unsigned.test(words)) return 'E_GIT_SIGNATURE';
	if (protection.test(words)) return 'E_GIT_PROTECTED';
	return rights.test(words) ? 'E_GIT_AUTH' : 'E_GIT_REFUSED';
}

function describeRefusal(
	code: ProblemCode,
	reason: string,
	stderr: string,
	{ display, branch }: PushPlace,
): Problem {
	const isKnown = code === 'E_GIT_AUTH' && rights.test(`${reason}\n${stderr}`);
	return problem(code, {
		where: { kind: 'named', name: display },
		message: `the push to ${branch} was refused: ${reason}`,
		got: quoteServer(stderr),
		remedy: isKnown ? 'let this identity push to the repository' : undefined,
	});
}
