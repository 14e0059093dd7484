import test from 'ava';
import fc from 'fast-check';
import { formatProblem } from '../../src/model/problem.ts';
import { findJsonFault } from '../../src/policy/json-syntax.ts';
import { openSource } from '../../src/policy/source-text.ts';

function explain(text: string): string | undefined {
	const fault = findJsonFault(openSource('a.json', text));
	return fault && formatProblem(fault).replace(/ → .*/, '');
}

for (const [text, line] of Object.entries({
	'{"a":1,}': 'a.json:1:8 E_JSON_SYNTAX a trailing comma before this',
	'[1,\n]': 'a.json:2:1 E_JSON_SYNTAX a trailing comma before this',
	'[1 2]': 'a.json:1:4 E_JSON_SYNTAX expected a comma or the end here',
	"{'a': 1}": 'a.json:1:2 E_JSON_SYNTAX expected a key or } here',
	'{"a" 1}': 'a.json:1:6 E_JSON_SYNTAX expected a colon here',
	'// no': 'a.json:1:1 E_JSON_SYNTAX expected a value here',
	'{"a": [1': 'a.json:1:9 E_JSON_SYNTAX the JSON ends too early',
	'{"a": 1}}': 'a.json:1:9 E_JSON_SYNTAX expected a comma or the end here',
})) {
	test(`${JSON.stringify(text)} is not JSON, and it says where`, (t) => t.is(explain(text), line));
}

test('what JSON.stringify writes is JSON', (t) => {
	fc.assert(
		fc.property(fc.json(), fc.constantFrom('', '\t', '  '), (text, indent) => {
			t.is(explain(JSON.stringify(JSON.parse(text), null, indent)), undefined);
		}),
	);
});

test('it agrees with JSON.parse on anything', (t) => {
	const parts = fc.constantFrom(
		...[
			'{',
			'}',
			'[',
			']',
			',',
			':',
			'"a"',
			'"\\u00e9"',
			'"\\x"',
			'1',
			'-0.5e3',
			'01',
			'true',
			'nul',
			' ',
			'\n',
		],
	);
	fc.assert(
		fc.property(
			fc.array(parts, { maxLength: 8 }).map((all) => all.join('')),
			(text) => {
				t.is(explain(text) === undefined, isJson(text), text);
			},
		),
		{ numRuns: 2000 },
	);
});

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
