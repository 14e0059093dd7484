import { Scalar } from 'yaml';
import type { ProblemCode } from '../model/catalogue.ts';
import { type Problem, problem, showText } from '../model/problem.ts';
import { nameHiddenCharacter } from './hidden-characters.ts';
import type { SourceText } from './source-text.ts';

interface PlainRule {
	readonly pattern: RegExp;
	readonly code: ProblemCode;
	readonly explain: (written: string) => string | undefined;
	readonly remedy: string;
}

/** Unquoted scalars that YAML 1.1 reads differently than YAML 1.2, or that would lose digits. */
const plainRules: readonly PlainRule[] = [
	{
		pattern: /^[-+]?0\d+$/,
		code: 'E_YAML_AMBIGUOUS',
		explain: (written) => `is ${readOctal(written)} for kubectl (YAML 1.1) and ${Number(written)} here`,
		remedy: 'write it without leading zeros, or quote it',
	},
	{
		pattern: /^[-+]?\d+(?::[0-5]?\d)+$/,
		code: 'E_YAML_AMBIGUOUS',
		explain: (written) => `is ${readSexagesimal(written)} for kubectl (YAML 1.1) and text here`,
		remedy: 'quote it, or write a duration such as 90s',
	},
	{
		pattern: /^[-+]?\d+$/,
		code: 'E_RANGE',
		explain: (written) =>
			Number.isSafeInteger(Number(written))
				? undefined
				: 'is an integer over 2^53, which cannot be kept exactly',
		remedy: 'use a smaller number, or quote it',
	},
];

/** What is wrong with how a scalar is written, whatever field it stands in. */
export function checkScalar(source: SourceText, node: Scalar.Parsed): Problem | undefined {
	if (node.type === Scalar.QUOTE_DOUBLE) return checkEscapes(source, node);
	if (node.type !== Scalar.PLAIN) return undefined;
	const written = node.source;
	for (const { pattern, code, explain, remedy } of plainRules) {
		const message = pattern.test(written) ? explain(written) : undefined;
		if (message !== undefined) {
			return problem(code, {
				where: source.at(node.range[0]),
				message: `${showText(written)} ${message}`,
				remedy,
			});
		}
	}
	return undefined;
}

/** What is hidden in the text itself has been refused before. */
function checkEscapes(source: SourceText, { range, value }: Scalar.Parsed): Problem | undefined {
	const hidden = nameHiddenCharacter(String(value));
	if (hidden === undefined) return undefined;
	const where = source.at(range[0]);
	return problem('E_CONTROL_CHAR', { where, message: `${hidden} is not allowed, not even escaped` });
}

function readOctal(written: string): number | 'text' {
	return /[89]/.test(written) ? 'text' : Number.parseInt(written, 8);
}

function readSexagesimal(written: string): number {
	return written.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}
