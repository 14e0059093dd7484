import { explainProblem, formatWhere, isWarning } from '../../model/problem.ts';
import { type Findings, placeOf } from './findings.ts';
import { fingerprintProblems } from './fingerprints.ts';

/**
 * GitLab's code quality report. It has no problems without a file and a line: those are shown at line 1 of what they
 * name.
 */
export function renderGitlab({ files, problems }: Findings): string {
	const known = new Set(files);
	const fingerprints = fingerprintProblems(problems);
	const entries = problems.map((found, index) => {
		const place = placeOf(found, known) ?? { file: formatWhere(found.where) };
		return {
			description: explainProblem(found),
			check_name: found.code,
			fingerprint: fingerprints[index],
			severity: isWarning(found) ? 'minor' : 'major',
			location: { path: place.file, lines: { begin: place.position?.line ?? 1 } },
		};
	});
	return `${JSON.stringify(entries, undefined, 2)}\n`;
}
