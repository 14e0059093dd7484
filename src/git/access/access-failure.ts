import { type Problem, type ProblemFacts, problem } from '../../model/problem.ts';
import { classifyFailure, describeFailure, quoteServer } from '../program/git-failure.ts';
import type { GitAnswer } from '../program/git-program.ts';
import type { RemoteBranch } from '../remote-branch.ts';
import { findServer } from '../repository-url.ts';
import { explainHostKey } from './host-key.ts';

/** Why the server was not reached, or does not let us in. */
export interface AccessFailure {
	/** True where it was the login, and another one may be let in. */
	readonly isLogin: boolean;
	readonly problem: Problem;
}

export interface FailedRun {
	readonly remote: RemoteBranch;
	/** Where the credentials come from, if from anywhere. */
	readonly place?: string | undefined;
	readonly isPush: boolean;
}

const tls =
	/server certificate verification failed|SSL certificate problem|SSL: (no alternative certificate|certificate subject name)|does not match target host name|certificate (has expired|is not yet valid)/i;
const redirected = /returned error: 30[1278]\b/;

/** What forges answer over ssh to a key that may not do this; over https they answer 403. */
const forbidden =
	/^(?:remote: )?(?:ERROR|FATAL|GitLab|Forgejo|Gitea): .*(?:read[ -]only|denied|not allowed|not permitted|unauthorized)/im;

/** `undefined` where git failed for another reason, or answered about the branch. */
export async function explainAccessFailure(
	{ status, stdout, stderr }: GitAnswer,
	run: FailedRun,
): Promise<AccessFailure | undefined> {
	if (status === 0 || /^[!=*+ -]\t/m.test(stdout)) return undefined;
	const { remote } = run;
	const where = { kind: 'named', name: remote.display } as const;
	const said: ProblemFacts = { where, message: describeFailure(stderr), got: quoteServer(stderr) };
	const server = findServer(remote.url);
	const hostKey = server === undefined ? undefined : await explainHostKey(stderr, remote.display, server);
	if (hostKey !== undefined) return { isLogin: false, problem: hostKey };
	if (tls.test(stderr)) return { isLogin: false, problem: problem('E_GIT_TLS', said) };
	if (redirected.test(stderr)) {
		const remedy = 'give the URL that it leads to; on GitLab the one that ends in .git';
		const message = 'the server answers with a redirect, which credentials do not follow';
		return { isLogin: false, problem: problem('E_GIT_UNREACHABLE', { where, message, remedy }) };
	}
	const isForbidden = forbidden.test(stderr);
	if (!isForbidden && classifyFailure(stderr) !== 'auth') return undefined;
	return { isLogin: true, problem: describeLogin(run, said, isForbidden || / 403\b/.test(said.message)) };
}

function describeLogin({ place, isPush, remote }: FailedRun, said: ProblemFacts, knowsUs: boolean): Problem {
	const message = isPush ? `the push to ${remote.branch} was refused: ${said.message}` : said.message;
	return problem('E_GIT_AUTH', { ...said, message, remedy: chooseRemedy(place, isPush, knowsUs) });
}

/** `knowsUs`: who we are is not in doubt, what we may do is. */
function chooseRemedy(place: string | undefined, isPush: boolean, knowsUs: boolean): string | undefined {
	if (knowsUs) {
		const right = isPush ? 'write to (on GitHub: Contents, read and write)' : 'read';
		return `let this identity ${right} the repository`;
	}
	if (place === undefined) return 'give credentials with --git-credentials or --git-secret, or renew them';
	return `renew the credentials in ${place}; they are read again by themselves`;
}
