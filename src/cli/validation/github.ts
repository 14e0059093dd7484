import { formatProblem, isWarning, type Problem } from '../../model/problem.ts';
import { type Findings, type Place, placeOf } from './findings.ts';

/**
 * Workflow commands of GitHub Actions, which Gitea's and Forgejo's read as well. The message says place and code once
 * more: a log shows nothing else of a command.
 */
export function renderGithub({ files, problems }: Findings): string {
	const known = new Set(files);
	return problems.map((found) => `${renderCommand(found, placeOf(found, known))}\n`).join('');
}

function renderCommand(found: Problem, place: Place | undefined): string {
	const properties = Object.entries({
		...(place === undefined ? {} : { file: place.file }),
		...(place?.position === undefined ? {} : { line: place.position.line, col: place.position.column }),
		title: found.code,
	}).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
	const command = isWarning(found) ? 'warning' : 'error';
	return `::${command} ${properties.join(',')}::${escapeMessage(formatProblem(found))}`;
}

/** The percent sign goes first: the others bring new ones. */
function escapeMessage(text: string): string {
	return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
	return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
