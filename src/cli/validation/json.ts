import type { Findings } from './findings.ts';

/** Everything that is known, for programs of one's own. */
export function renderJson({ files, policies, problems }: Findings): string {
	return `${JSON.stringify({ files: files.length, policies, problems }, undefined, 2)}\n`;
}
