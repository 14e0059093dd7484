import test from 'ava';
import fc from 'fast-check';
import { z } from 'zod';
import { renderGitlab } from '../../../src/cli/validation/gitlab.ts';
import { anError, anyFindings, at, aWarning, awkwardPaths, foundIn } from '../../support/findings.ts';

/** What GitLab asks of a code quality report, and nothing else. */
const report = z.array(
	z.strictObject({
		description: z.string().min(1),
		check_name: z.string().min(1),
		fingerprint: z.string().regex(/^[0-9a-f]{32}$/),
		severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
		location: z.strictObject({
			path: z.string().regex(/^(?!\.\/)/),
			lines: z.strictObject({ begin: z.int().min(1) }),
		}),
	}),
);

const read = (text: string): z.output<typeof report> => report.parse(JSON.parse(text));

test('errors are major, warnings minor, each at its line', (t) => {
	const [error, warning] = read(
		renderGitlab(foundIn([anError(at('policies/web.yaml', 23, 12)), aWarning(at('a.yaml'))])),
	);
	t.like(error, {
		description: 'spec.mode has an unknown value → use one of the expected values',
		check_name: 'E_ENUM',
		severity: 'major',
		location: { path: 'policies/web.yaml', lines: { begin: 23 } },
	});
	t.like(warning, { check_name: 'W_OLD_LABEL', severity: 'minor' });
});

test('without problems the report is an empty list', (t) => {
	t.is(renderGitlab(foundIn([], 'a.yaml')), '[]\n');
});

test('what has no line is shown at the first', (t) => {
	const found = ['a.yaml', 'shop/web'].map((name) => anError({ kind: 'named', name }));
	t.deepEqual(
		read(renderGitlab(foundIn(found, 'a.yaml'))).map(({ location }) => location),
		[
			{ path: 'a.yaml', lines: { begin: 1 } },
			{ path: 'shop/web', lines: { begin: 1 } },
		],
	);
});

for (const path of awkwardPaths) {
	test(`the path ${JSON.stringify(path)} is told as it is`, (t) => {
		t.is(read(renderGitlab(foundIn([anError(at(path))])))[0]?.location.path, path);
	});
}

test('whatever is found, GitLab can read it and tell the problems apart', (t) => {
	fc.assert(
		fc.property(anyFindings, (findings) => {
			const entries = read(renderGitlab(findings));
			t.is(entries.length, findings.problems.length);
			t.is(new Set(entries.map(({ fingerprint }) => fingerprint)).size, entries.length);
		}),
	);
});
