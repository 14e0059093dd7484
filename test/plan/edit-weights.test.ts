import test from 'ava';
import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { editOne, splitManifest, writeSplit } from '../support/manifests.ts';
import { weights } from '../support/policies.ts';

const away: WeightEdit = {
	kind: 'TrafficSplit',
	namespace: 'emojivoto',
	name: 'emoji-svc',
	weights: weights({ 'emoji-svc': 0, 'emoji-svc-west': 100 }),
};

/** Where the two weights stand: `«1»` and `«0»` are to become 0 and 100. */
const manifests: Readonly<Record<string, string>> = {
	'block style': splitManifest.replace('weight: 1', 'weight: «1»').replace('weight: 0', 'weight: «0»'),
	'flow style': writeSplit(['[{service: emoji-svc, weight: «1»},{weight: «0» , service: emoji-svc-west}]']),
	'comments everywhere': writeSplit([
		'# the primary: weight: 1',
		'- service: emoji-svc # weight: 1',
		'  weight: «1» # 100 %',
		'  # and the fallback',
		'- weight:   «0» # none',
		'  service: emoji-svc-west',
	]),
	'tabs after the values': writeSplit([
		'- service: emoji-svc\t',
		'  weight: «1»\t# one',
		'- service: emoji-svc-west',
		'  weight: «0»\t',
	]),
	'quoted keys and names': writeSplit([
		'- "service": "emoji-svc"',
		"  'weight': «1»",
		"- 'service': 'emoji-svc-west'",
		'  "weight": «0»',
	]),
	'long and odd strings around': writeSplit([
		`- {note: "${'weight: 1, '.repeat(50)}\\u0041\\"", service: emoji-svc, weight: «1»}`,
		'- service: emoji-svc-west',
		'  text: |2-',
		'      weight: 1',
		'    service: emoji-svc',
		'  weight: «0»',
	]),
	'anchors, aliases and merges elsewhere': `x-labels: &labels {team: emoji}
apiVersion: split.smi-spec.io/v1alpha1
kind: TrafficSplit
metadata: {name: emoji-svc, namespace: emojivoto, labels: {<<: *labels, a: &a b, c: *a}}
spec: {service: emoji-svc, backends: [{service: emoji-svc, weight: «1»}, {service: emoji-svc-west, weight: «0»}]}
`,
	'no final newline': writeSplit([
		'- {service: emoji-svc, weight: «1»}',
		'- service: emoji-svc-west',
		'  weight: «0»',
	]).trimEnd(),
	'several documents': `# head
---
kind: ConfigMap
data: {text: "TrafficSplit emoji-svc weight: 1"}
...
---
${splitManifest.replace('weight: 1', 'weight: «1»').replace('weight: 0', 'weight: «0»')}...
# between
---
${splitManifest.replace('namespace: emojivoto', 'namespace: other')}---
`,
	'other documents that Helm would write': `apiVersion: v1
kind: ConfigMap
metadata: {{ include "emoji.metadata" . | nindent 2 }}
data:
  a: {{ .Values.a }}
---
${splitManifest.replace('weight: 1', 'weight: «1»').replace('weight: 0', 'weight: «0»')}---
{{- if .Values.more }}
kind: Secret
{{- end }}
`,
	'an explicit key and a multi-line flow list': `%YAML 1.2
---
? apiVersion
: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: emoji-svc, namespace: emojivoto}
spec:
  backends: [
    {
      service: emoji-svc,
      weight: «1»
    }, { service: emoji-svc-west, weight: «0»}
  ]
`,
	JSON: `{
	"apiVersion": "split.smi-spec.io/v1alpha2", "kind": "TrafficSplit",
	"metadata": {"name": "emoji-svc", "namespace": "emojivoto"},
	"spec": {"service": "emoji-svc", "backends": [
		{"service": "emoji-svc", "weight":«1»}, {"weight": «0», "service":"emoji-svc-west"}
	]}
}
`,
	'no namespace of its own': splitManifest
		.replace('  namespace: emojivoto\n', '')
		.replace('weight: 1', 'weight: «1»')
		.replace('weight: 0', 'weight: «0»'),
	'the same split of another namespace first': `${splitManifest.replace('namespace: emojivoto', 'namespace: other')}---
${splitManifest.replace('weight: 1', 'weight: «1»').replace('weight: 0', 'weight: «0»')}`,
	'a third backend, which stays': writeSplit([
		'- {service: emoji-svc-central, weight: 0050}',
		'- {service: emoji-svc, weight: «1»}',
		'- {service: emoji-svc-west, weight: «0»}',
	]),
	'text that is wider than it looks': `# 🙂 é ${'\u{1f600}'.repeat(50)}\n${writeSplit([
		'- {note: "🙂", service: emoji-svc, weight: «1»}',
		'- {service: emoji-svc-west, weight: «0»} # 🙂',
	])}`,
};

const encodings: readonly (readonly [what: string, encode: (text: string) => string])[] = [
	['', (text) => text],
	[', with CRLF', (text) => text.replaceAll('\n', '\r\n')],
	[', with a byte-order mark', (text) => `\ufeff${text}`],
	[', with CRLF and a byte-order mark', (text) => `\ufeff${text.replaceAll('\n', '\r\n')}`],
];

for (const [style, marked] of Object.entries(manifests)) {
	for (const [what, encode] of encodings) {
		test(`only the digits of the weights change: ${style}${what}`, (t) => {
			const before = encode(marked.replaceAll(/[«»]/g, ''));
			const after = encode(marked.replace('«1»', '0').replace('«0»', '100'));
			t.deepEqual(editOne(before, away), { kind: 'edited', text: after });
			t.deepEqual(editOne(after, away), { kind: 'edited', text: after });
		});
	}
}

test('a manifest names its splits, and nothing else', (t) => {
	const other = splitManifest.replace('split.smi-spec.io/v1alpha2', 'example.com/v1');
	const unversioned = splitManifest.replace('split.smi-spec.io/v1alpha2', 'split.smi-spec.io');
	const nameless = splitManifest.replace('  name: emoji-svc\n', '');
	const texts = [manifests['several documents'], other, unversioned, nameless, 'kind: TrafficSplit'];
	t.deepEqual(manifestEditor.locate(texts.join('---\n').replaceAll(/[«»]/g, '')), [
		{ by: 'document', identity: { kind: 'TrafficSplit', name: 'emoji-svc', namespace: 'emojivoto' } },
		{ by: 'document', identity: { kind: 'TrafficSplit', name: 'emoji-svc', namespace: 'other' } },
	]);
});

for (const text of [
	'',
	'\ufeff',
	'---\n',
	'# TrafficSplit split.smi-spec.io',
	'{{ TrafficSplit split.smi-spec.io',
	'\0TrafficSplit split.smi-spec.io',
	'[TrafficSplit split.smi-spec.io "spillway"',
	'a: 1 # see {"spillway": "a/b:c"}',
	'a: "1 # {\\"spillway\\": \\"a/b:c\\"}"',
	'a: \'1 # {"spillway": "a/b:c"}\'',
	'a: 1# {"spillway": "a/b:c"}',
]) {
	test(`${JSON.stringify(text)} holds no weights`, (t) => {
		t.deepEqual(manifestEditor.locate(text), []);
	});
}

test('a thousand splits of one file are edited at once, a bad one among them is left out alone', (t) => {
	const names = Array.from({ length: 1_000 }, (_, index) => `split-${index}`);
	const backends = ['- {service: emoji-svc, weight: 1}', '- {service: emoji-svc-west, weight: 0}'];
	const text = names.map((name) => writeSplit(backends, name)).join('---\n');
	const wanted = weights({ 'emoji-svc': 0, 'emoji-svc-west': 1 });
	const edits = [...names, 'missing'].map((name) => ({ ...away, name, weights: wanted }));
	const outcome = manifestEditor.edit('splits.yaml', text, edits);
	t.is(outcome.results.filter(({ kind }) => kind === 'edited').length, 1_000);
	t.is(outcome.results.at(-1)?.kind, 'refused');
	const swapped = text.replaceAll('weight: 0', 'weight: ?').replaceAll('weight: 1', 'weight: 0');
	t.is(outcome.text, swapped.replaceAll('weight: ?', 'weight: 1'));
	const again = manifestEditor.edit('splits.yaml', outcome.text, edits.slice(0, 2));
	t.deepEqual(again, { text: outcome.text, results: [{ kind: 'same' }, { kind: 'same' }] });
});
