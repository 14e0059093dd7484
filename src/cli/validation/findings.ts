import { formatProblem, isWarning, type Problem } from '../../model/problem.ts';

/** What a look at files came to. */
export interface Findings {
	/** Paths of all files that were looked at. */
	readonly files: readonly string[];
	/** How many policies are right by themselves. */
	readonly policies: number;
	readonly problems: readonly Problem[];
}

export function hasErrors({ problems }: Findings): boolean {
	return !problems.every(isWarning);
}

/** One line for each problem. */
export function listProblems({ problems }: Findings): string {
	return problems.map((found) => `${formatProblem(found)}\n`).join('');
}

/** `3 files, 2 valid policies, 1 problem`, and warnings where there are any. */
export function countFindings({ files, policies, problems }: Findings): string {
	const warnings = problems.filter(isWarning).length;
	const counts = [
		count(files.length, 'file'),
		count(policies, 'valid policy', 'valid policies'),
		count(problems.length - warnings, 'problem'),
	];
	if (warnings > 0) counts.push(count(warnings, 'warning'));
	return counts.join(', ');
}

function count(number: number, one: string, many: string = `${one}s`): string {
	return `${number} ${number === 1 ? one : many}`;
}

/** A file among those looked at, and where in it; a problem with the file as a whole has no position. */
export interface Place {
	readonly file: string;
	readonly position?: { readonly line: number; readonly column: number };
}

/** Where a problem can be shown in the repository; absent where what it names is no file. */
export function placeOf({ where }: Problem, files: ReadonlySet<string>): Place | undefined {
	switch (where.kind) {
		case 'text':
			return { file: where.file, position: { line: where.line, column: where.column } };
		case 'named':
			return files.has(where.name) ? { file: where.name } : undefined;
	}
}
