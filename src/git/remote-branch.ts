import { ProblemError } from '../model/problem.ts';
import { checkBranchName } from './branch-name.ts';
import { checkRepositoryUrl, type GitProtocol } from './repository-url.ts';

/** One branch on a server, checked: safe to hand to git, and its `display` safe to show. */
export interface RemoteBranch {
	readonly url: string;
	readonly display: string;
	readonly protocol: GitProtocol;
	readonly branch: string;
}

export interface RemoteOptions {
	readonly url: string;
	readonly branch: string;
	/** Also takes http, file and local paths: for tests and demos. */
	readonly allowInsecure?: boolean;
}

/** Throws ProblemError where the URL or the branch's name is of no use. */
export function checkRemote({ url, branch, allowInsecure = false }: RemoteOptions): RemoteBranch {
	const checked = checkRepositoryUrl(url, { allowInsecure });
	if (checked.kind === 'refused') throw new ProblemError(checked.problem);
	const fault = checkBranchName(branch);
	if (fault !== undefined) throw new ProblemError(fault);
	return { url: checked.url, display: checked.display, protocol: checked.protocol, branch };
}
