import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { editWeights } from '../../src/plan/edit-weights.ts';
import { splitManifest, writeSplit } from '../support/manifests.ts';
import { weights } from '../support/policies.ts';
import { awayEdit, refuseEdit, writeRoute } from '../support/refusals.ts';

function swapWeights(text: string): string {
	return text.replace(/weight: [01]/g, (written) => (written.endsWith('0') ? 'weight: 1' : 'weight: 0'));
}

const primary = '- {service: emoji-svc, weight: 1}';
const fallback = '- {service: emoji-svc-west, weight: 0}';

const float = 'is a float (got "1.0") → write a whole number without a point or exponent: weight: 1';
const digits = '→ write digits only, the first not 0: weight: 1';
const plain = '→ write a plain integer: weight: 1';
const unquoted = '→ write the number without quotes: weight: 1';
const template =
	'is a template → write the number here, or mark it where the template reads it from, as in values.yaml';

/** Weights that are not a plain integer in plain sight; they begin in column 15. */
const weightsWritten: readonly (readonly [
	what: string,
	written: string,
	expected: string,
	column?: number,
])[] = [
	['an alias', '*one', 'is the alias *one → write the number itself: weight: 1'],
	[
		'an anchor on the weight',
		'&two 1',
		'carries the anchor &two, so that another place may share it (got "1") → write the number without an anchor',
		20,
	],
	['a quoted number', '"1"', `is quoted, and so no number (got "1") ${unquoted}`],
	['a number in single quotes', "'1'", `is quoted, and so no number (got "1") ${unquoted}`],
	['a Quantity', '500m', `is not a number (got "500m") ${plain}`],
	['a template', '{{ .Values.weight }}', template],
	['a template with a default', '{{ .Values.weight | default 1 }}', template],
	['a quoted template', '"{{ .Values.weight }}"', template],
	['an octal number of YAML 1.1', '010', `is not a plain decimal integer (got "010") ${digits}`],
	['an octal number', '0o10', `is not a plain decimal integer (got "0o10") ${digits}`],
	['a hexadecimal number', '0x1', `is not a plain decimal integer (got "0x1") ${digits}`],
	['a float', '1.0', float],
	['a float without a first digit', '.5', float.replace('1.0', '.5')],
	['an exponent', '1e2', float.replace('1.0', '1e2')],
	['infinity', '.inf', float.replace('1.0', '.inf')],
	['a sign', '+1', `is not a plain decimal integer (got "+1") ${digits}`],
	['a negative number', '-1', `is not a plain decimal integer (got "-1") ${digits}`],
	['an underscore', '1_000', `is not a number (got "1_000") ${plain}`],
	['a tag', '!!int 1', 'carries the tag !!int (got "1") → write the number without a tag', 21],
	['a tag of somebody’s own', '!w 1', 'carries the tag !w (got "1") → write the number without a tag', 18],
	['null', '~', `is empty (got "~") ${plain}`],
	['nothing', '', `is empty (got "") ${plain}`],
	['a list', '[1]', `is not a number ${plain}`],
	['a mapping', '{a: 1}', `is not a number ${plain}`],
	['a block scalar', '|\n        1', `is not a number (got "1\\u000A") ${plain}`],
	['an ANSI escape', '"\u001b[31m"', `is quoted, and so no number (got "\\u001B[31m") ${unquoted}`],
];

for (const [what, written, expected, column = 15] of weightsWritten) {
	test(`${what} is refused where it stands`, (t) => {
		const text = `x-one: &one 1\n${writeSplit(['- service: emoji-svc', `  weight: ${written}`, fallback])}`;
		t.is(refuseEdit(text), `9:${column} E_MANIFEST_WEIGHT the weight of emoji-svc ${expected}`);
	});
}

const anchored =
	'may share these weights with another place → write the weights outside of what the anchor names';
const notYaml =
	'→ mend the YAML; where a template makes it, mark the weights in the file that the template reads them from';
const oneKey = 'stands twice → keep one of the two keys';

const splits: readonly (readonly [what: string, text: string, expected: string])[] = [
	[
		'a weight that is merged in',
		`x: &w {weight: 1}\n${writeSplit(['- {service: emoji-svc, <<: *w}', fallback])}`,
		'8:28 E_MANIFEST_WEIGHT the weight of emoji-svc may come from a merge key (<<) → write the weight out: weight: 1',
	],
	[
		'a weight that is merged in by YAML 1.1',
		`%YAML 1.1\n---\nx: &w {weight: 1}\n${writeSplit(['- {service: emoji-svc, <<: *w}', fallback])}`,
		'10:28 E_MANIFEST_WEIGHT the weight of emoji-svc may come from a merge key (<<) → write the weight out: weight: 1',
	],
	[
		'a backend without a weight',
		writeSplit(['- service: emoji-svc', fallback]),
		'7:7 E_MANIFEST_WEIGHT the weight of emoji-svc is missing → write the weight out: weight: 1',
	],
	[
		'a duplicate weight key',
		writeSplit(['- {service: emoji-svc, weight: 1, weight: 2}', fallback]),
		`7:39 E_MANIFEST_WEIGHT the weight of emoji-svc ${oneKey}`,
	],
	[
		'a backend that is named twice over',
		writeSplit(['- {service: a, weight: 1, service: emoji-svc}', fallback]),
		`7:31 E_MANIFEST_WEIGHT service ${oneKey}`,
	],
	['a duplicate spec', `${splitManifest}spec: {}\n`, `13:1 E_MANIFEST_WEIGHT spec ${oneKey}`],
	[
		'a duplicate list of backends',
		`${splitManifest}  backends: []\n`,
		`13:3 E_MANIFEST_WEIGHT spec.backends ${oneKey}`,
	],
	['a duplicate kind', `${splitManifest}kind: TrafficSplit\n`, `13:1 E_MANIFEST_WEIGHT kind ${oneKey}`],
	[
		'a duplicate name',
		splitManifest.replace('  name:', '  name: a\n  name:'),
		`5:3 E_MANIFEST_WEIGHT metadata.name ${oneKey}`,
	],
	[
		'a duplicate backend',
		writeSplit([primary, fallback, '- {service: emoji-svc, weight: 3}']),
		'9:7 E_MANIFEST_WEIGHT spec.backends names emoji-svc twice → keep one of the two entries',
	],
	[
		'a missing backend',
		writeSplit([primary]),
		'7:5 E_MANIFEST_WEIGHT spec.backends has no emoji-svc-west → add emoji-svc-west to spec.backends, with a weight',
	],
	[
		'a backend that is an alias',
		`x: &b {service: emoji-svc, weight: 1}\n${writeSplit(['- *b', fallback])}`,
		'8:7 E_MANIFEST_WEIGHT spec.backends[0] is the alias *b → write it out in place',
	],
	[
		'a backend whose name is merged in',
		`x: &b {service: emoji-svc}\n${writeSplit([fallback, '- {<<: *b, weight: 1}'])}`,
		'9:7 E_MANIFEST_WEIGHT spec.backends[1] is not written out → write it out in place',
	],
	[
		'a backend that is an anchor, so that another place may share it',
		`${writeSplit(['- &b {service: emoji-svc, weight: 1}', fallback])}x-copy: *b\n`,
		`7:10 E_MANIFEST_WEIGHT the anchor &b ${anchored}`,
	],
	[
		'a list of backends that is an anchor',
		`${writeSplit([primary, fallback]).replace('backends:', 'backends: &all')}x-copy: *all\n`,
		`7:5 E_MANIFEST_WEIGHT the anchor &all ${anchored}`,
	],
	[
		'a spec that is an anchor',
		`${writeSplit([primary, fallback]).replace('spec:', 'spec: &spec')}x-copy: *spec\n`,
		`5:3 E_MANIFEST_WEIGHT the anchor &spec ${anchored}`,
	],
	[
		'a list of backends that is an alias',
		`x: &all [${primary.slice(2)}]\n${writeSplit([]).replace('backends:', 'backends: *all')}`,
		'7:13 E_MANIFEST_WEIGHT spec.backends is the alias *all → write spec.backends as a list, in place',
	],
	[
		'a spec that is merged in',
		`x: &all {spec: {}}\n${writeSplit([]).replace(/spec:\n.*/s, '<<: *all\n')}`,
		'5:1 E_MANIFEST_WEIGHT spec may come from a merge key (<<) → write spec as a mapping, in place',
	],
	[
		'a split without backends',
		splitManifest.slice(0, splitManifest.indexOf('  backends')),
		'7:3 E_MANIFEST_WEIGHT spec.backends is missing → write spec.backends as a list, in place',
	],
	[
		'a split with a mapping of backends',
		splitManifest.replace(/backends:.*/s, 'backends: {emoji-svc: 1}\n'),
		'8:13 E_MANIFEST_WEIGHT spec.backends is not a list → write spec.backends as a list, in place',
	],
	[
		'a split without spec',
		splitManifest.slice(0, splitManifest.indexOf('spec:')),
		'1:1 E_MANIFEST_WEIGHT spec is missing → write spec as a mapping, in place',
	],
	[
		'the same split twice',
		`${splitManifest}---\n${splitManifest.replace('  namespace: emojivoto\n', '')}`,
		'14:1 E_MANIFEST_AMBIGUOUS TrafficSplit emojivoto/emoji-svc stands twice in this file → keep one of the two',
	],
	[
		'a document that is no YAML',
		`${splitManifest}  broken: "\n`,
		`14:1 E_MANIFEST_WEIGHT this document is not plain YAML: Missing closing "quote ${notYaml}`,
	],
	[
		'a document that a template makes',
		splitManifest.replace('spec:', 'spec:\n{{- if .Values.split }}'),
		`7:1 E_MANIFEST_WEIGHT this document is not plain YAML: Implicit keys need to be on a single line ${notYaml}`,
	],
	[
		'a document with tabs for indentation',
		`${splitManifest}\tx: 1\n`,
		`13:1 E_MANIFEST_WEIGHT this document is not plain YAML: Tabs are not allowed as indentation ${notYaml}`,
	],
	[
		'a pointer of Git LFS',
		'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n',
		'1:1 E_GIT_LFS a pointer of Git LFS, not the manifest itself → keep the file itself in the repository: git lfs untrack, then git add --renormalize',
	],
];

const missing =
	'1:1 E_MANIFEST_WEIGHT no TrafficSplit emojivoto/emoji-svc here → write its manifest, or mark its weights';

const others: readonly (readonly [what: string, text: string, expected: string])[] = [
	['a file without the split', splitManifest.replace('name: emoji-svc', 'name: web-svc'), missing],
	['the split of another namespace', splitManifest.replace('namespace: emojivoto', 'namespace: x'), missing],
	['a route of that name', writeRoute([]), missing],
	['an empty file', '', missing],
];

for (const [what, text, expected] of [...splits, ...others]) {
	test(`${what} is refused, on one line`, (t) => {
		t.is(refuseEdit(text), expected);
	});
}

for (const [what, wanted] of [
	['all-zero weights', weights({ 'emoji-svc': 0, 'emoji-svc-west': 0 })],
	['a negative weight', weights({ 'emoji-svc': -1, 'emoji-svc-west': 2 })],
	['a fraction', weights({ 'emoji-svc': 0.5, 'emoji-svc-west': 0.5 })],
	['no weights', new Map()],
] as const) {
	test(`INV-01 ${what} are never written, whatever the manifest says`, (t) => {
		t.regex(refuseEdit(splitManifest, { ...awayEdit, weights: wanted }), /^1:1 E_MANIFEST_WEIGHT/);
	});
}

test('a manifest that two targets mean, which want different weights, is given neither', (t) => {
	const text = splitManifest.replace('  namespace: emojivoto\n', '');
	const other = { ...awayEdit, namespace: 'x', weights: weights({ 'emoji-svc': 1, 'emoji-svc-west': 1 }) };
	const { text: left, results } = editWeights('f', text, [awayEdit, other]);
	t.is(left, text);
	t.deepEqual(
		results.map((result) => (result.kind === 'refused' ? formatProblem(result.problem) : result.kind)),
		[
			'f:9:15 E_MANIFEST_AMBIGUOUS another target than TrafficSplit emojivoto/emoji-svc is edited here too, to other weights → write metadata.namespace',
			'f:9:15 E_MANIFEST_AMBIGUOUS another target than TrafficSplit x/emoji-svc is edited here too, to other weights → write metadata.namespace',
		],
	);
	const same = editWeights('f', text, [awayEdit, { ...awayEdit, namespace: 'x' }]);
	t.deepEqual(same.results, [{ kind: 'edited' }, { kind: 'edited' }]);
	t.is(same.text, swapWeights(text));
});

test('the other targets of a file are edited, whatever keeps one from it', (t) => {
	const bad = splitManifest.replace('name: emoji-svc', 'name: bad').replace('weight: 1', 'weight: "1"');
	const { text, results } = editWeights('f', `${bad}---\n${splitManifest}`, [
		{ ...awayEdit, name: 'bad' },
		awayEdit,
	]);
	t.deepEqual(
		results.map(({ kind }) => kind),
		['refused', 'edited'],
	);
	t.is(text, `${bad}---\n${swapWeights(splitManifest)}`);
});
