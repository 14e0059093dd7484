import { gitEnvironment } from '../support/git-remote.ts';
import { type ProgramRun, readOutput } from '../support/program-output.ts';
import { author } from './git-dataset.ts';

/** Runs the system's git without anybody's configuration, as a script would. Resolves to what it printed. */
export function runGit(
	args: readonly string[],
	options: Pick<ProgramRun, 'cwd' | 'input'> = {},
): Promise<Buffer> {
	return readOutput('git', args, { ...options, env: { ...gitEnvironment('/nonexistent'), ...identity } });
}

const identity = {
	GIT_AUTHOR_NAME: author.name,
	GIT_AUTHOR_EMAIL: author.email,
	GIT_COMMITTER_NAME: author.name,
	GIT_COMMITTER_EMAIL: author.email,
};
