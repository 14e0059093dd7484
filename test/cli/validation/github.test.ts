import test from 'ava';
import fc from 'fast-check';
import { placeOf } from '../../../src/cli/validation/findings.ts';
import { renderGithub } from '../../../src/cli/validation/github.ts';
import { formatProblem, isWarning } from '../../../src/model/problem.ts';
import { anError, anyFindings, at, aWarning, awkwardPaths, foundIn } from '../../support/findings.ts';
import { readWorkflowCommand } from '../../support/workflow-commands.ts';

test('an error is a command with file, line, column and code, and a message that a log can do with', (t) => {
	t.is(
		renderGithub(foundIn([anError(at('policies/web.yaml', 23, 12), { got: '"Paused"' })])),
		'::error file=policies/web.yaml,line=23,col=12,title=E_ENUM::policies/web.yaml:23:12 E_ENUM spec.mode has an unknown value (got "Paused") → use one of the expected values\n',
	);
});

test('a warning is told as one', (t) => {
	t.regex(
		renderGithub(foundIn([aWarning(at('a.yaml'))])),
		/^::warning file=a\.yaml,line=1,col=1,title=W_OLD_LABEL::[^\n]+\n$/,
	);
});

test('what is said of a whole file has no line, and what is said of no file has no file', (t) => {
	const findings = foundIn(
		[anError({ kind: 'named', name: 'a.yaml' }), anError({ kind: 'named', name: 'east shop/web' })],
		'a.yaml',
	);
	t.deepEqual(
		renderGithub(findings)
			.split('\n')
			.map((line) => line.split('::')[1]),
		['error file=a.yaml,title=E_ENUM', 'error title=E_ENUM', undefined],
	);
});

test('without problems there are no commands', (t) => {
	t.is(renderGithub(foundIn([], 'a.yaml')), '');
});

for (const path of awkwardPaths) {
	test(`the runner reads the path ${JSON.stringify(path)} as it is`, (t) => {
		const line = renderGithub(foundIn([anError(at(path, 3, 4))])).slice(0, -1);
		t.notRegex(line, /[\r\n]/);
		t.deepEqual(readWorkflowCommand(line)?.properties, { file: path, line: '3', col: '4', title: 'E_ENUM' });
	});
}

test('whatever is found, the runner reads one command for each problem, as it was meant', (t) => {
	fc.assert(
		fc.property(anyFindings, (findings) => {
			const known = new Set(findings.files);
			const lines = renderGithub(findings).split('\n').slice(0, -1);
			t.deepEqual(
				lines.map(readWorkflowCommand),
				findings.problems.map((found) => {
					const { file, position } = placeOf(found, known) ?? {};
					return {
						name: isWarning(found) ? 'warning' : 'error',
						properties: {
							...(file === undefined ? {} : { file }),
							...(position === undefined ? {} : { line: `${position.line}`, col: `${position.column}` }),
							title: found.code,
						},
						message: formatProblem(found),
					};
				}),
			);
		}),
	);
});
