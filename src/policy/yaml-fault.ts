import type { YAMLError } from 'yaml';
import { type Problem, type ProblemFacts, problem, showText } from '../model/problem.ts';
import type { SourceText } from './source-text.ts';

type Words = Omit<ProblemFacts, 'where'>;

/** The parser's terse or puzzling messages in plain words; what matches none is told in its own words. */
const plainer: readonly (readonly [RegExp, (found: RegExpExecArray) => Words])[] = [
	[
		/^Tabs are not allowed/,
		() => ({ message: 'a tab is used for indentation', remedy: 'indent with spaces' }),
	],
	[
		/^Flow (\S+) in .*end with a (\S)/,
		([, what, mark]) => ({
			message: `the flow ${what} is not closed here`,
			expected: `"${mark}"`,
			remedy: `close it with ${mark}, and indent what is inside`,
		}),
	],
	[
		/^Missing closing (["'])/,
		([, quote]) => ({
			message: 'a quoted text is not closed',
			expected: quote,
			remedy: `close it with ${quote}`,
		}),
	],
	[
		/^Nested mappings are not allowed/,
		() => ({
			message: 'a second ": " on one line',
			remedy: 'quote the value, or put the inner field on its own line',
		}),
	],
	[
		/^With stringKeys/,
		() => ({
			message: 'a key is not text',
			remedy: 'quote it; a template such as {{ name }} has to be rendered first',
		}),
	],
];

/** Longest text of the parser that is passed on. */
const shownLength = 160;

export function explainYamlFault(source: SourceText, { message, pos }: YAMLError): Problem {
	const where = source.at(pos[0]);
	for (const [pattern, explain] of plainer) {
		const found = pattern.exec(message);
		if (found !== null) return problem('E_YAML_SYNTAX', { where, ...explain(found) });
	}
	return problem('E_YAML_SYNTAX', { where, message: showText(message, shownLength) });
}
