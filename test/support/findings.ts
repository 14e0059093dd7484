import fc from 'fast-check';
import type { Findings } from '../../src/cli/validation/findings.ts';
import { catalogue, type ProblemCode } from '../../src/model/catalogue.ts';
import { type Problem, type ProblemFacts, problem, showValue, type Where } from '../../src/model/problem.ts';

export function at(file: string, line: number = 1, column: number = 1): Where {
	return { kind: 'text', file, line, column };
}

export function anError(where: Where, facts: Partial<ProblemFacts> = {}): Problem {
	return problem('E_ENUM', { where, message: 'spec.mode has an unknown value', ...facts });
}

export function aWarning(where: Where): Problem {
	return problem('W_OLD_LABEL', { where, message: 'the label of an early version' });
}

/** Findings of the files that the problems name, and of those named besides. */
export function foundIn(problems: readonly Problem[], ...others: readonly string[]): Findings {
	const files = problems.flatMap(({ where }) => (where.kind === 'text' ? where.file : []));
	return { files: [...new Set([...files, ...others])], policies: 1, problems };
}

/** Paths that formats have had trouble with. */
export const awkwardPaths: readonly string[] = [
	'policies/web.yaml',
	'policies/two words.yaml',
	'policies/a,b.yaml',
	'policies/a:b::c.yaml',
	'100%/%0A%25.yaml',
	'policies/a#b?c=d&e.yaml',
	`policies/<"it's">.yaml`,
	'policies/]]>.yaml',
	'policies/é/日本/🚦.yaml',
	'policies/line\nbreak\r.yaml',
	'policies/bell\u0007\u0000\u001B[31m.yaml',
	'policies/not\uFFFFa\uFFFEcharacter.yaml',
	'##[error]x.yaml',
	'half a pair \uD83D.yaml',
];

const code = fc.constantFrom(...(Object.keys(catalogue) as ProblemCode[]));
const text = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom(
		']]>',
		'<![CDATA[',
		'&amp;',
		'::error::',
		'##[error]',
		'[a](b)',
		'{0}',
		'a\r\nb',
		'\u0000',
		'\uDC00',
		'%0A',
	),
);
const path = fc.oneof(
	fc.constantFrom(...awkwardPaths),
	fc
		.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 })
		.map((names) => names.map((name) => name.replaceAll('/', '_')).join('/')),
);

/** Problems with whatever text and place. */
export const anyProblem: fc.Arbitrary<Problem> = fc
	.record({
		code,
		message: text,
		got: fc.option(text.map(showValue), { nil: undefined }),
		where: fc.oneof(
			fc.record({
				kind: fc.constant('text'),
				file: path,
				line: fc.integer({ min: 1 }),
				column: fc.integer({ min: 1 }),
			}),
			fc.record({ kind: fc.constant('named'), name: path }),
		),
	})
	.map(({ code: chosen, ...facts }) => problem(chosen, facts));

/** Findings with whatever problems, some of them of a whole file. */
export const anyFindings: fc.Arbitrary<Findings> = fc
	.record({ problems: fc.array(anyProblem), others: fc.array(path) })
	.map(({ problems, others }) => foundIn(problems, ...others));
