import test from 'ava';
import fc from 'fast-check';
import { fingerprintProblems } from '../../../src/cli/validation/fingerprints.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { anError, anyProblem, at } from '../../support/findings.ts';

/** The same problem after lines were added above it. */
function moveDown(found: Problem, lines: number): Problem {
	const { where } = found;
	return where.kind === 'text' ? { ...found, where: { ...where, line: where.line + lines } } : found;
}

test('fingerprints stay while lines move, and tell all problems apart', (t) => {
	fc.assert(
		fc.property(fc.array(anyProblem), fc.nat(), (problems, lines) => {
			const fingerprints = fingerprintProblems(problems);
			t.deepEqual(fingerprintProblems(problems.map((found) => moveDown(found, lines))), fingerprints);
			t.is(new Set(fingerprints).size, problems.length);
		}),
	);
});

test('problems of one file that read alike are told apart by their order', (t) => {
	const alike = [7, 3, 12].map((line) => anError(at('a.yaml', line)));
	const [one, two, three] = fingerprintProblems(alike);
	t.is(new Set([one, two, three]).size, 3);
	t.deepEqual(fingerprintProblems(alike.slice(0, 2)), [one, two]);
});

for (const [what, before, after] of [
	['another line', 'the key "web" stands in line 7 already', 'the key "web" stands in line 12 already'],
	[
		'another place',
		'policy shop/web stands at policies/b.yaml:3 too',
		'policy shop/web stands at policies/b.yaml:9 too',
	],
] as const) {
	test(`a message that names ${what} keeps its fingerprint when that one moves`, (t) => {
		const [one, other] = [before, after].map((message) =>
			fingerprintProblems([anError(at('a.yaml'), { message })]),
		);
		t.deepEqual(one, other);
	});
}

const origin = anError(at('a.yaml'), { message: 'spec.backends[1].tier is too large', got: '99' });

for (const [what, changed] of [
	['in another file', { ...origin, where: at('b.yaml') }],
	['of another code', { ...origin, code: 'E_RANGE' }],
	['of another field', { ...origin, message: 'spec.backends[2].tier is too large' }],
	['of another value', { ...origin, got: '98' }],
] as const) {
	test(`a problem ${what} has another fingerprint`, (t) => {
		t.notDeepEqual(fingerprintProblems([changed]), fingerprintProblems([origin]));
	});
}
