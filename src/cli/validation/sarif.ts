import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { catalogue, type ProblemCode } from '../../model/catalogue.ts';
import { explainProblem, formatWhere, isWarning, type Problem } from '../../model/problem.ts';
import { type Findings, type Place, placeOf } from './findings.ts';
import { fingerprintProblems } from './fingerprints.ts';

/**
 * A SARIF 2.1.0 log (OASIS, https://docs.oasis-open.org/sarif/sarif/v2.1.0/). `primaryLocationLineHash` is left to
 * GitHub's upload action, which takes it of the lines themselves and would warn of another one.
 */
export function renderSarif({ files, problems }: Findings, version: string): string {
	const known = new Set(files);
	const codes = [...new Set(problems.map(({ code }) => code))].sort();
	const ruleIndexes = new Map(codes.map((code, index) => [code, index]));
	const fingerprints = fingerprintProblems(problems);
	const results = problems.map((found, index) => ({
		ruleId: found.code,
		ruleIndex: ruleIndexes.get(found.code),
		level: levelOf(found),
		message: { text: withoutLinks(explainProblem(found)) },
		locations: [describeLocation(found, placeOf(found, known))],
		partialFingerprints: { 'spillwayProblem/v1': fingerprints[index] },
	}));
	const driver = { name: 'Spillway', version, rules: codes.map(describeRule) };
	// Columns count UTF-16 units, as openSource of the policy room does.
	const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
	const log = {
		$schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
		version: '2.1.0',
		runs: [run],
	};
	return `${JSON.stringify(log, undefined, 2)}\n`;
}

function levelOf(found: Pick<Problem, 'code'>): 'error' | 'warning' {
	return isWarning(found) ? 'warning' : 'error';
}

/** SARIF reads `[text](target)` in a message as a link, and what is told may quote anybody's text. */
function withoutLinks(text: string): string {
	return text.replaceAll('](', '] (');
}

function describeRule(code: ProblemCode): object {
	const { meaning, remedy } = catalogue[code];
	return {
		id: code,
		shortDescription: { text: meaning },
		fullDescription: { text: `${meaning}. What to do: ${remedy}.` },
		help: { text: remedy },
		defaultConfiguration: { level: levelOf({ code }) },
	};
}

function describeLocation(found: Problem, place: Place | undefined): object {
	if (place === undefined) return { logicalLocations: [{ name: formatWhere(found.where) }] };
	const { file, position } = place;
	const region = position && { startLine: position.line, startColumn: position.column };
	return {
		physicalLocation: {
			artifactLocation: describeFile(file),
			...(region === undefined ? {} : { region }),
		},
	};
}

/** By the top of the repository where the file is in it. */
function describeFile(file: string): object {
	if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
	const segments = file.toWellFormed().split('/').map(encodeURIComponent);
	return { uri: segments.join('/'), uriBaseId: '%SRCROOT%' };
}
