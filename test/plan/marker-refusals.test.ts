import test from 'ava';
import { splitManifest } from '../support/manifests.ts';
import { awayEdit, refuseEdit } from '../support/refusals.ts';

const primary = '{"spillway": "emojivoto/emoji-svc:emoji-svc"}';
const fallback = '{"spillway": "emojivoto/emoji-svc:emoji-svc-west"}';

/** Values of Helm: what stands behind `east: `, and the marked weight of the fallback. */
function writeValues(east: string): string {
	return `east: ${east}\nwest: 0 # ${fallback}\n`;
}

const marked = 'what is marked as the weight of emoji-svc';
const form = '→ write it as # {"spillway": "<namespace>/<name>:<service>"}';
const behind = '→ write the marker behind the number, on the same line';
const kinds =
	'→ write TrafficSplit, HTTPRoute, GRPCRoute; leave the group out, unless it is policy.linkerd.io';

const texts: readonly (readonly [what: string, text: string, expected: string])[] = [
	[
		'a float',
		writeValues(`1.5 # ${primary}`),
		`1:7 E_MANIFEST_WEIGHT ${marked} is a float (got "1.5") → write a whole number without a point or exponent: weight: 1`,
	],
	[
		'a text',
		writeValues(`web # ${primary}`),
		`1:7 E_MANIFEST_WEIGHT ${marked} is not a number (got "web") → write a plain integer: weight: 1`,
	],
	[
		'a quoted number, as a ConfigMap has it',
		writeValues(`"1" # ${primary}`),
		`1:7 E_MANIFEST_WEIGHT ${marked} is quoted, and so no number (got "1") → write the number without quotes: weight: 1`,
	],
	[
		'an alias',
		`one: &one 1\n${writeValues(`*one # ${primary}`)}`,
		`2:7 E_MANIFEST_WEIGHT ${marked} is the alias *one → write the number itself: weight: 1`,
	],
	[
		'an anchor',
		writeValues(`&one 1 # ${primary}`),
		`1:12 E_MANIFEST_WEIGHT ${marked} carries the anchor &one, so that another place may share it (got "1") → write the number without an anchor`,
	],
	[
		'a tag',
		writeValues(`!!int 1 # ${primary}`),
		`1:13 E_MANIFEST_WEIGHT ${marked} carries the tag !!int (got "1") → write the number without a tag`,
	],
	[
		'a template',
		writeValues(`{{ .Values.east }} # ${primary}`),
		'1:26 E_MANIFEST_WEIGHT a template is marked as the weight of emoji-svc → mark the number that the template reads',
	],
	[
		'a line of its own',
		`# ${primary}\n${writeValues('1')}`,
		`1:1 E_MANIFEST_WEIGHT no value stands right before the marker of emoji-svc ${behind}`,
	],
	[
		'the end of a mapping, which may hold several numbers',
		writeValues(`{weight: 1} # ${primary}`),
		`1:19 E_MANIFEST_WEIGHT no value stands right before the marker of emoji-svc ${behind}`,
	],
	[
		'a key',
		`1: # ${primary}\n  ${writeValues('1').replace('\n', '\n  ')}`,
		`1:4 E_MANIFEST_WEIGHT no value stands right before the marker of emoji-svc ${behind}`,
	],
	[
		'a key with a question mark',
		`? 1 # ${primary}\n: 1\n${writeValues('1')}`,
		`1:5 E_MANIFEST_WEIGHT no value stands right before the marker of emoji-svc ${behind}`,
	],
	[
		'a value in a mapping with an anchor',
		`base: &base\n  east: 1 # ${primary}\n  west: 0 # ${fallback}\nother: *base\n`,
		'2:3 E_MANIFEST_WEIGHT the anchor &base may share these weights with another place → write the weights outside of what the anchor names',
	],
	[
		'a document that is no YAML',
		`${writeValues(`1 # ${primary}`)}x: "\n`,
		'4:1 E_MANIFEST_WEIGHT this document is not plain YAML: Missing closing "quote → mend the YAML; where a template makes it, mark the weights in the file that the template reads them from',
	],
	[
		'nothing, for one backend',
		writeValues('1'),
		'2:9 E_MANIFEST_WEIGHT no marker names emoji-svc, but others of TrafficSplit emojivoto/emoji-svc do → write # {"spillway": "emojivoto/emoji-svc:emoji-svc"} behind its weight',
	],
	[
		'two numbers for one backend',
		`${writeValues(`1 # ${primary}`)}more: 1 # ${primary}\n`,
		'3:9 E_MANIFEST_WEIGHT emoji-svc is marked twice in this file → keep one of the two markers',
	],
	[
		'no JSON, as a brace is missing',
		writeValues(`1 # ${primary.slice(0, -1)}`),
		`1:9 E_MANIFEST_WEIGHT the marker is not JSON (got "${primary.slice(0, -1)}") ${form}`,
	],
	[
		'no JSON, as more text stands behind it',
		writeValues(`1 # ${primary} # east`),
		`1:9 E_MANIFEST_WEIGHT the marker is not JSON (got "${primary} # east") ${form}`,
	],
	[
		'an unknown key',
		writeValues(`1 # ${primary.replace('}', ', "nmae": 1}')}`),
		`1:9 E_MANIFEST_WEIGHT the marker has an unknown key (got "nmae") ${form}`,
	],
	[
		'a kind without weights',
		writeValues(`1 # ${primary.replace('}', ', "kind": "Service"}')}`),
		`1:9 E_MANIFEST_WEIGHT the marker names a kind without weights: "Service" ${kinds}`,
	],
	[
		'a group that the kind is not of',
		writeValues(`1 # ${primary.replace('}', ', "group": "policy.linkerd.io"}')}`),
		`1:9 E_MANIFEST_WEIGHT the marker names a kind without weights: "TrafficSplit" of group "policy.linkerd.io" ${kinds}`,
	],
	[
		'a group that is no text',
		writeValues(`1 # ${primary.replace('}', ', "group": 1}')}`),
		`1:9 E_MANIFEST_WEIGHT the marker names a kind without weights: "TrafficSplit" of group 1 ${kinds}`,
	],
	[
		'whom it does not tell',
		writeValues('1 # {"spillway": "emoji-svc:emoji-svc"}'),
		`1:9 E_MANIFEST_WEIGHT the marker names no weight (got "emoji-svc:emoji-svc") ${form}`,
	],
	[
		'whom it does not tell, in a text without others',
		'east: 1 # {"spillway": 7}\n',
		`1:9 E_MANIFEST_WEIGHT the marker names no weight (got 7) ${form}`,
	],
	[
		'another weight than the target’s own document has',
		`${splitManifest}---\neast: 1 # ${primary}\n`,
		'14:9 E_MANIFEST_AMBIGUOUS this marks another weight of emoji-svc than TrafficSplit emojivoto/emoji-svc has, which stands in this file too → remove the marker, or mark the weight of that backend',
	],
	[
		'the weight of another backend in the target’s own document',
		splitManifest.replace('weight: 0', `weight: 0 # ${primary}`),
		'12:17 E_MANIFEST_AMBIGUOUS this marks another weight of emoji-svc than TrafficSplit emojivoto/emoji-svc has, which stands in this file too → remove the marker, or mark the weight of that backend',
	],
	[
		'a backend that the target’s own document lacks',
		splitManifest.replace('weight: 1', `weight: 1 # ${primary.replace(':emoji-svc', ':other')}`),
		'10:17 E_MANIFEST_AMBIGUOUS this marks another weight of other than TrafficSplit emojivoto/emoji-svc has, which stands in this file too → remove the marker, or mark the weight of that backend',
	],
	[
		'the unmarked half inside of a ConfigMap’s text',
		`kind: ConfigMap\ndata:\n  values.yaml: |\n    # é\n    west: "0" # ${fallback}\n    east: 1 # ${primary}\n`,
		'5:11 E_MANIFEST_WEIGHT what is marked as the weight of emoji-svc-west is quoted, and so no number (got "0") → write the number without quotes: weight: 1',
	],
	[
		'text that an anchor shares with another place',
		`a: &a |\n  east: 1 # ${primary}\n  west: 0 # ${fallback}\nb: *a\n`,
		'1:7 E_MANIFEST_WEIGHT the anchor &a may share these weights with another place → write the weights outside of what the anchor names',
	],
	[
		'text of a document that is no YAML',
		`a: |\n  east: 1 # ${primary}\n  west: 0 # ${fallback}\nb: c: d\n`,
		'4:4 E_MANIFEST_WEIGHT this document is not plain YAML: Nested mappings are not allowed in compact mappings → mend the YAML; where a template makes it, mark the weights in the file that the template reads them from',
	],
];

for (const [what, text, expected] of texts) {
	for (const [encoding, encode] of [
		['', (plain: string): string => plain],
		[', with CRLF', (plain: string): string => plain.replaceAll('\n', '\r\n')],
	] as const) {
		test(`a marker of ${what} is refused${encoding}`, (t) => {
			t.is(refuseEdit(encode(text)), expected);
		});
	}
}

test('a broken marker of one target leaves the others alone', (t) => {
	const other = primary.replace('emojivoto', 'other');
	const text = `${writeValues(`1 # ${primary}`)}bad: "1" # ${other}\n`;
	t.regex(refuseEdit(text, { ...awayEdit, namespace: 'other' }), /^3:6 E_MANIFEST_WEIGHT/);
	t.regex(refuseEdit(text), /^not refused: east: 0 .*\nwest: 1 .*\nbad: "1" /);
});
