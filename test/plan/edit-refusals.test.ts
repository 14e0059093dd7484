import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import type { Weights } from '../../src/model/weights.ts';
import { editOne, splitManifest, writeSplit } from '../support/manifests.ts';
import { weights } from '../support/policies.ts';

const away = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });

/** What keeps the edit from being made, without the advice; a refused edit brings no text. */
function refuse(text: string, wanted: Weights = away): string {
	const edit = { namespace: 'emojivoto', name: 'emoji-svc', weights: wanted };
	const outcome = editOne(text, edit);
	return outcome.kind === 'edited' ? outcome.text : formatProblem(outcome.problem).replace(/ → .*/, '');
}

const fallback = '- {service: emoji-svc-west, weight: 0}';

/** Weights that are not a plain integer, and what is shown of them; they begin in column 15. */
const weightsWritten: readonly (readonly [what: string, written: string, shown: string, column?: number])[] =
	[
		['an alias', '*one', ''],
		['an anchor on the weight', '&two 1', ' (got "1")', 20],
		['a quoted number', '"1"', ' (got "1")'],
		['a Quantity', '500m', ' (got "500m")'],
		['a template', '{{ .Values.weight }}', ''],
		['an octal number of YAML 1.1', '010', ' (got "010")'],
		['an octal number', '0o10', ' (got "0o10")'],
		['a hexadecimal number', '0x1', ' (got "0x1")'],
		['a float', '1.0', ' (got "1.0")'],
		['an exponent', '1e2', ' (got "1e2")'],
		['a sign', '+1', ' (got "+1")'],
		['an underscore', '1_000', ' (got "1_000")'],
		['a tag', '!!int 1', ' (got "1")', 21],
		['null', '~', ' (got "~")'],
		['nothing', '', ' (got "")'],
		['a list', '[1]', ''],
		['an ANSI escape', '"\u001b[31m"', ' (got "\\u001B[31m")'],
	];

for (const [what, written, shown, column = 15] of weightsWritten) {
	test(`${what} is refused where it stands`, (t) => {
		const text = `x-one: &one 1\n${writeSplit(['- service: emoji-svc', `  weight: ${written}`, fallback])}`;
		t.is(
			refuse(text),
			`split.yaml:9:${column} E_MANIFEST_WEIGHT the weight of emoji-svc is not a plain integer${shown}`,
		);
	});
}

const primary = '- {service: emoji-svc, weight: 1}';

const manifests: readonly (readonly [what: string, text: string, expected: string])[] = [
	[
		'a weight that is merged in',
		`x: &w {weight: 1}\n${writeSplit(['- {service: emoji-svc, <<: *w}', fallback])}`,
		'8:7 E_MANIFEST_WEIGHT the weight of emoji-svc is not a plain integer',
	],
	[
		'a duplicate weight key',
		writeSplit(['- {service: emoji-svc, weight: 1, weight: 2}', fallback]),
		'7:7 E_MANIFEST_WEIGHT the weight of emoji-svc is not a plain integer',
	],
	[
		'a duplicate backend',
		writeSplit([primary, fallback, '- {service: emoji-svc, weight: 3}']),
		'7:5 E_MANIFEST_WEIGHT spec.backends names emoji-svc twice',
	],
	['a missing backend', writeSplit([primary]), '7:5 E_MANIFEST_WEIGHT spec.backends has no emoji-svc-west'],
	[
		'a backend that is an alias',
		`x: &b {service: emoji-svc, weight: 1}\n${writeSplit(['- *b', fallback])}`,
		'8:5 E_MANIFEST_WEIGHT spec.backends has no emoji-svc',
	],
	[
		'a backend that is an anchor, so that another place may share it',
		`${writeSplit(['- &b {service: emoji-svc, weight: 1}', fallback])}x-copy: *b\n`,
		'7:10 E_MANIFEST_WEIGHT an anchor may share these weights with another place',
	],
	[
		'a list of backends that is an anchor',
		`${writeSplit([primary, fallback]).replace('backends:', 'backends: &all')}x-copy: *all\n`,
		'7:5 E_MANIFEST_WEIGHT an anchor may share these weights with another place',
	],
	[
		'a spec that is an anchor',
		`${writeSplit([primary, fallback]).replace('spec:', 'spec: &spec')}x-copy: *spec\n`,
		'5:3 E_MANIFEST_WEIGHT an anchor may share these weights with another place',
	],
	[
		'a list of backends that is an alias',
		`x: &all [${primary.slice(2)}]\n${writeSplit([]).replace('backends:', 'backends: *all')}`,
		'7:13 E_MANIFEST_WEIGHT spec.backends is not written as a list here',
	],
	[
		'a split without backends',
		splitManifest.slice(0, splitManifest.indexOf('  backends')),
		'1:1 E_MANIFEST_WEIGHT spec.backends is not written as a list here',
	],
	[
		'a split without spec',
		splitManifest.slice(0, splitManifest.indexOf('spec:')),
		'1:1 E_MANIFEST_WEIGHT spec.backends is not written as a list here',
	],
	['no such split', splitManifest.replace('name: emoji-svc', 'name: web-svc'), '1:1'],
	['the split of another namespace', splitManifest.replace('namespace: emojivoto', 'namespace: x'), '1:1'],
	[
		'a document that is no YAML',
		`${splitManifest}  broken: "\n`,
		'14:1 E_MANIFEST_WEIGHT Missing closing "quote',
	],
	['a document with tabs for indentation', `${splitManifest}\tx: 1\n`, '13:1 E_MANIFEST_WEIGHT'],
];

for (const [what, text, expected] of manifests) {
	test(`${what} is refused, on one line`, (t) => {
		const refusal = refuse(text);
		t.true(refusal.startsWith(`split.yaml:${expected}`), refusal);
		t.notRegex(refusal, /\n/);
	});
}

for (const [what, wanted] of [
	['all-zero weights', weights({ 'emoji-svc': 0, 'emoji-svc-west': 0 })],
	['a negative weight', weights({ 'emoji-svc': -1, 'emoji-svc-west': 2 })],
	['a fraction', weights({ 'emoji-svc': 0.5, 'emoji-svc-west': 0.5 })],
	['no weights', new Map()],
] as const) {
	test(`INV-01 ${what} are never written, whatever the manifest says`, (t) => {
		t.regex(refuse(splitManifest, wanted), /^split.yaml:1:1 E_MANIFEST_WEIGHT/);
	});
}
