import { type Problem, problem, showValue } from '../model/problem.ts';

/** What no name below refs/heads/ may hold (git check-ref-format). */
const forbidden = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$|(?:^|\/)\.|\.lock(?:\/|$)/u;

/** What is wrong with a branch name: git's own rules, and no leading dash, which a command could take for an option. */
export function checkBranchName(branch: string): Problem | undefined {
	const usable = branch !== '' && branch !== 'HEAD' && !branch.startsWith('-') && !forbidden.test(branch);
	if (usable) return undefined;
	const where = { kind: 'named', name: 'the branch' } as const;
	return problem('E_REFNAME', { where, message: 'not a valid branch name', got: showValue(branch) });
}
