import { formatProblem, formatWhere, isWarning, type Problem } from '../../model/problem.ts';
import type { Findings } from './findings.ts';
import { escapeXml } from './xml-text.ts';

/** A JUnit report: a test case for each file. Its errors are one failure, its warnings what the test case has printed. */
export function renderJunit({ files, problems }: Findings): string {
	const byName = Map.groupBy(problems, ({ where }) =>
		where.kind === 'text' ? where.file : formatWhere(where),
	);
	const names = new Set([...files, ...byName.keys()]);
	const cases = [...names].map((name) => renderCase(name, byName.get(name) ?? []));
	const failures = [...byName.values()].filter((found) => !found.every(isWarning)).length;
	const counts = `tests="${names.size}" failures="${failures}" errors="0"`;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="spillway" ${counts}>`,
		`\t<testsuite name="spillway validate" ${counts} skipped="0">`,
		...cases,
		'\t</testsuite>',
		'</testsuites>',
		'',
	].join('\n');
}

function renderCase(name: string, problems: readonly Problem[]): string {
	const errors = problems.filter((found) => !isWarning(found));
	const warnings = problems.filter(isWarning);
	const escaped = escapeXml(name);
	const attributes = `classname="spillway validate" name="${escaped}" file="${escaped}"`;
	if (problems.length === 0) return `\t\t<testcase ${attributes}/>`;
	return [
		`\t\t<testcase ${attributes}>`,
		...(errors.length === 0 ? [] : [renderFailure(errors)]),
		...(warnings.length === 0 ? [] : [`\t\t\t<system-out>${renderLines(warnings)}</system-out>`]),
		'\t\t</testcase>',
	].join('\n');
}

function renderFailure(errors: readonly Problem[]): string {
	const codes = [...new Set(errors.map(({ code }) => code))].join(', ');
	const message = errors.length === 1 ? codes : `${errors.length} problems: ${codes}`;
	return `\t\t\t<failure message="${escapeXml(message)}" type="${errors[0]?.code ?? ''}">${renderLines(errors)}</failure>`;
}

/** One line for each, with real line breaks: not every reader turns references into some. */
function renderLines(problems: readonly Problem[]): string {
	return problems.map((found) => escapeXml(formatProblem(found))).join('\n');
}
