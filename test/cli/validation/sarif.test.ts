import test from 'ava';
import fc from 'fast-check';
import { placeOf } from '../../../src/cli/validation/findings.ts';
import { renderSarif } from '../../../src/cli/validation/sarif.ts';
import { catalogue } from '../../../src/model/catalogue.ts';
import { anError, anyFindings, at, aWarning, awkwardPaths, foundIn } from '../../support/findings.ts';
import { readSarif } from '../../support/sarif-log.ts';

test('a problem is a result of a rule of the catalogue', (t) => {
	const { tool, columnKind, results } = readSarif(
		renderSarif(foundIn([anError(at('policies/web.yaml', 23, 12), { got: '"Paused"' })]), '1.2.3'),
	);
	t.deepEqual([tool.driver.name, tool.driver.version, columnKind], ['Spillway', '1.2.3', 'utf16CodeUnits']);
	t.deepEqual(tool.driver.rules, [
		{
			id: 'E_ENUM',
			shortDescription: { text: catalogue.E_ENUM.meaning },
			fullDescription: { text: `${catalogue.E_ENUM.meaning}. What to do: ${catalogue.E_ENUM.remedy}.` },
			help: { text: catalogue.E_ENUM.remedy },
			defaultConfiguration: { level: 'error' },
		},
	]);
	t.like(results[0], {
		ruleId: 'E_ENUM',
		level: 'error',
		message: { text: 'spec.mode has an unknown value (got "Paused") → use one of the expected values' },
		locations: [
			{
				physicalLocation: {
					artifactLocation: { uri: 'policies/web.yaml', uriBaseId: '%SRCROOT%' },
					region: { startLine: 23, startColumn: 12 },
				},
			},
		],
	});
});

test('each code is one rule, errors and warnings by their levels', (t) => {
	const { tool, results } = readSarif(
		renderSarif(foundIn([aWarning(at('b.yaml')), anError(at('a.yaml')), anError(at('b.yaml'))]), '1.2.3'),
	);
	t.deepEqual(
		tool.driver.rules.map(({ id, defaultConfiguration }) => [id, defaultConfiguration.level]),
		[
			['E_ENUM', 'error'],
			['W_OLD_LABEL', 'warning'],
		],
	);
	t.deepEqual(
		results.map(({ ruleIndex, level }) => [ruleIndex, level]),
		[
			[1, 'warning'],
			[0, 'error'],
			[0, 'error'],
		],
	);
});

test('without problems there is a run with no results, which closes what was open before', (t) => {
	const { tool, results } = readSarif(renderSarif(foundIn([], 'a.yaml'), '1.2.3'));
	t.deepEqual([tool.driver.rules, results], [[], []]);
});

test('what is said of a whole file has no region, and what is said of no file has no file', (t) => {
	const { results } = readSarif(
		renderSarif(
			foundIn(
				[anError({ kind: 'named', name: 'a.yaml' }), anError({ kind: 'named', name: 'shop/web' })],
				'a.yaml',
			),
			'1.2.3',
		),
	);
	t.deepEqual(
		results.map(({ locations }) => locations),
		[
			[{ physicalLocation: { artifactLocation: { uri: 'a.yaml', uriBaseId: '%SRCROOT%' } } }],
			[{ logicalLocations: [{ name: 'shop/web' }] }],
		],
	);
});

test('a file outside of every repository is told by its absolute URI', (t) => {
	const { results } = readSarif(renderSarif(foundIn([anError(at('/tmp/two words.yaml'))]), '1.2.3'));
	t.like(results[0]?.locations[0], {
		physicalLocation: { artifactLocation: { uri: 'file:///tmp/two%20words.yaml' } },
	});
});

test('text of others cannot become a link', (t) => {
	const found = anError(at('a.yaml'), { message: 'see [the docs](https://evil.example)' });
	const { results } = readSarif(renderSarif(foundIn([found]), '1.2.3'));
	t.false(results[0]?.message.text.includes(']('));
});

function uriOf(path: string): string {
	const { results } = readSarif(renderSarif(foundIn([anError(at(path))]), '1.2.3'));
	const [location] = results[0]?.locations ?? [];
	return location !== undefined && 'physicalLocation' in location
		? location.physicalLocation.artifactLocation.uri
		: '';
}

for (const path of awkwardPaths) {
	test(`the URI of ${JSON.stringify(path)} leads back to it`, (t) => {
		t.is(decodeURIComponent(uriOf(path)), path.toWellFormed());
	});
}

test('whatever is found, the log holds to the standard, with one result for each problem', (t) => {
	fc.assert(
		fc.property(anyFindings, (findings) => {
			const known = new Set(findings.files);
			const { results } = readSarif(renderSarif(findings, '1.2.3'));
			t.deepEqual(
				results.map(({ ruleId }) => ruleId),
				findings.problems.map(({ code }) => code),
			);
			t.deepEqual(
				results.map(({ locations: [location] }) => location !== undefined && 'physicalLocation' in location),
				findings.problems.map((found) => placeOf(found, known) !== undefined),
			);
		}),
	);
});
