import { z } from 'zod';
import { showValue } from '../model/problem.ts';
import { type Fault, reportFault } from './fault.ts';

/** A folder of the config repository, written `clusters/east`: relative, without detours. */
export const repositoryPath: z.ZodType<string, string> = z.string().superRefine((path, context) => {
	const fault = checkRepositoryPath(path);
	if (fault !== undefined) reportFault(context, fault);
});

export function checkRepositoryPath(path: string): Fault | undefined {
	const message = findPathFault(path);
	return message === undefined ? undefined : { code: 'E_PATH', message, got: showValue(path) };
}

function findPathFault(path: string): string | undefined {
	if (path.includes('\\')) return 'has a backslash, folders are separated by /';
	if (path.startsWith('/')) return 'is absolute, a path starts at the root of the repository';
	const segments = path.split('/');
	if (segments.includes('..')) return 'leaves the repository';
	if (segments.some((segment) => segment.toLowerCase() === '.git')) return 'points into .git';
	if (segments.includes('') || segments.includes('.')) return 'has an empty part or a "."';
	return undefined;
}
