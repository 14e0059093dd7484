import { clusterProblems } from './catalogue/clusters.ts';
import { documentProblems } from './catalogue/documents.ts';
import { forgeProblems } from './catalogue/forges.ts';
import { gitProblems } from './catalogue/git.ts';

/** Exit statuses of the command line: 0 fine, 1 check failed, 2 usage, 78 configuration (sysexits' EX_CONFIG). */
export type ExitStatus = 0 | 1 | 2 | 78;

/**
 * Every error and warning a person may have to mend. Codes are stable: documented in docs/errors.md, never
 * reused. `meaning` is the code's line there; `remedy` is what to do when the place that reports it knows
 * nothing better.
 */
export const catalogue: typeof documentProblems &
	typeof clusterProblems &
	typeof gitProblems &
	typeof forgeProblems = {
	...documentProblems,
	...clusterProblems,
	...gitProblems,
	...forgeProblems,
};

export type ProblemCode = keyof typeof catalogue;
