import test from 'ava';
import fc from 'fast-check';
import {
	formatProblem,
	isWarning,
	ProblemError,
	problem,
	showText,
	showValue,
} from '../../src/model/problem.ts';

const where = { kind: 'text', file: 'policies/emoji.yaml', line: 3, column: 9 } as const;

test('a problem is one line: place, code, what, what was seen and expected, and the mend', (t) => {
	const found = problem('E_ENUM', {
		where,
		message: 'spec.mode is not known',
		got: '"Activ"',
		expected: 'Active',
	});
	t.is(
		formatProblem(found),
		'policies/emoji.yaml:3:9 E_ENUM spec.mode is not known (got "Activ"; expected Active) → use one of the expected values',
	);
});

test('what is not known about a problem is left out, and a better mend takes the place of the usual one', (t) => {
	const named = { kind: 'named', name: 'east' } as const;
	const found = problem('E_CLUSTER_AUTH', { where: named, message: 'it said no', remedy: 'log in again' });
	t.is(formatProblem(found), 'east E_CLUSTER_AUTH it said no → log in again');
	t.is(new ProblemError(found).message, formatProblem(found));
});

test('whatever a server or a file says, a problem stays one line that is safe to print', (t) => {
	const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			const found = problem('E_WRITE_REFUSED', { where: { kind: 'named', name: text }, message: text });
			t.notRegex(formatProblem(found), unsafe);
			t.notRegex(showValue(text), unsafe);
		}),
	);
	t.notRegex(formatProblem(problem('E_YAML_SYNTAX', { where, message: 'a\nb\u001b[31m' })), unsafe);
});

for (const [what, text, shown] of [
	['a line end', 'a\r\nb', 'a\\u000D\\u000Ab'],
	['an ANSI escape', '\u001b[31mred', '\\u001B[31mred'],
	['a bidirectional override', 'a\u202eb', 'a\\u202Eb'],
	['a line separator', 'a\u2028b', 'a\\u2028b'],
	['an invisible character of an astral plane', 'a\u{e0041}b', 'a\\uE0041b'],
	['an emoji', '🙂', '🙂'],
] as const) {
	test(`${what} is ${text === shown ? 'shown as it is' : 'escaped'}`, (t) => {
		t.is(showText(text), shown);
	});
}

test('long text is cut by characters, never through one', (t) => {
	t.is(showText('🙂'.repeat(80)), '🙂'.repeat(80));
	t.is(showText('🙂'.repeat(81)), `${'🙂'.repeat(79)}…`);
	t.is(showText(`a${'🙂'.repeat(1000)}`, 3), 'a🙂…');
	t.is(showText('x'.repeat(1e6), 5), 'xxxx…');
});

test('values are shown the way they are written', (t) => {
	t.deepEqual(['a', 1, -0, Number.NaN, true, null, undefined, [1, 'a'], { a: 1 }].map(showValue), [
		'"a"',
		'1',
		'0',
		'NaN',
		'true',
		'null',
		'undefined',
		'[1,"a"]',
		'{"a":1}',
	]);
});

test('only codes that begin with W_ are warnings', (t) => {
	t.true(isWarning(problem('W_LIST_STALE', { where, message: '' })));
	t.false(isWarning(problem('E_TYPE', { where, message: '' })));
});
