import { ProblemError, problem } from '../../model/problem.ts';
import { describeFailure } from './git-failure.ts';
import type { GitProgram } from './git-program.ts';

/** The oldest git whose options and messages are known here. */
const oldest = { major: 2, minor: 34 };

/** Throws ProblemError unless there is a git program, new enough. */
export async function checkGitVersion(git: GitProgram, signal: AbortSignal): Promise<void> {
	const { status, stdout, stderr } = await git.run(['version'], signal);
	const [, version, major, minor] = /^git version ((\d+)\.(\d+)\S*)/.exec(stdout) ?? [];
	const where = { kind: 'named', name: 'git' } as const;
	if (status !== 0 || version === undefined) {
		const message = `cannot run git: ${describeFailure(stderr)}`;
		throw new ProblemError(problem('E_GIT_MISSING', { where, message }));
	}
	const isOld =
		Number(major) < oldest.major || (Number(major) === oldest.major && Number(minor) < oldest.minor);
	if (!isOld) return;
	const expected = `${oldest.major}.${oldest.minor} or newer`;
	throw new ProblemError(
		problem('E_GIT_MISSING', { where, message: 'git is too old', got: version, expected }),
	);
}
