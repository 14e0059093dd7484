import test from 'ava';
import type { WeightEdit } from '../../src/model/ports/manifest-editor.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { formatMarker } from '../../src/plan/marker-name.ts';
import { editOne, splitManifest } from '../support/manifests.ts';
import { awayEdit as away } from '../support/refusals.ts';

const one = '«1» # {"spillway": "emojivoto/emoji-svc:emoji-svc"}';
const two = '«0» # {"spillway": "emojivoto/emoji-svc:emoji-svc-west"}';
const linkerd = '"kind": "HTTPRoute", "group": "policy.linkerd.io"}';

const manifests: Readonly<Record<string, string>> = {
	'Helm values': `# {{ of the chart }}
replicas: 1
traffic:
  east: ${one}
  west:\t${two.replace(' #', '\t  #\t')}
`,
	'one line after the other': `- ${one}\n- ${two}\n- 5`,
	'a flow mapping of several lines': `weights: {\n  east: ${one.replace(' #', ', #')}\n  west: ${two.replace(' #', ' , #')}\n}\n`,
	'a Kustomize patch': `patches:
  - target: {kind: TrafficSplit, name: emoji-svc}
    patch: |-
      - op: replace
        path: /spec/backends/0/weight
        value: ${one}
      - op: replace
        path: /spec/backends/1/weight
        value: ${two}
`,
	'Argo CD’s valuesObject': `apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  source:
    helm:
      valuesObject:
        weights: # by cluster
          - name: east
            weight: ${one}
          - name: west
            weight: ${two}
`,
	'text of a ConfigMap, with several documents': `apiVersion: v1
kind: ConfigMap
data:
  other.yaml: |
    weight: 1
  values.yaml: |2+ # kept

      # 🙂 weight: 1
    ---
    east: ${one}

    ---
    west: ${two}


`,
	'spread over documents, one of them broken': `a: ${one}\n---\nb: "\n---\nc: ${two}\n`,
	'among markers of others': `a: 1 # {"spillway": "other/emoji-svc:emoji-svc"}
b: ${one}
c: 1 # {"spillway": "emojivoto/emoji-svc:emoji-svc", "kind": "HTTPRoute"}
d: ${two}
e: 1 # {"spillway": "emojivoto/emoji-svc:emoji-svc-central"}
f: 1 # {"spillway": "emojivoto/emoji-svc:emoji-svc", ${linkerd}
`,
	'the target’s own manifest': splitManifest.replace('1\n', `${one}\n`).replace('0\n', `${two}\n`),
	'the target’s own manifest, in part': splitManifest.replace('1\n', `${one}\n`).replace('0\n', '«0»\n'),
};

const encodings: readonly (readonly [what: string, encode: (text: string) => string])[] = [
	['', (text) => text],
	[', with CRLF', (text) => text.replaceAll('\n', '\r\n')],
	[', with a byte-order mark', (text) => `\ufeff${text}`],
	[', without a final line end', (text) => text.trimEnd()],
];

for (const [style, marked] of Object.entries(manifests)) {
	for (const [what, encode] of encodings) {
		test(`only marked digits change: ${style}${what}`, (t) => {
			const before = encode(marked.replaceAll(/[«»]/g, ''));
			const after = encode(marked.replace('«1»', '0').replace('«0»', '1'));
			t.deepEqual(editOne(before, away), { kind: 'edited', text: after });
			t.deepEqual(editOne(after, away), { kind: 'edited', text: after });
		});
	}
}

test('markers name each target once, and not the one whose document is there too', (t) => {
	const text = `${manifests['among markers of others']}---\n${splitManifest.replace('emojivoto', 'other')}`;
	const target = { namespace: 'emojivoto', name: 'emoji-svc' };
	t.deepEqual(manifestEditor.locate(text.replaceAll(/[«»]/g, '')), [
		{ by: 'document', identity: { kind: 'TrafficSplit', name: 'emoji-svc', namespace: 'other' } },
		{ by: 'marker', identity: { kind: 'TrafficSplit', ...target } },
		{ by: 'marker', identity: { kind: 'HTTPRoute', ...target } },
		{ by: 'marker', identity: { kind: 'HTTPRoute', group: 'policy.linkerd.io', ...target } },
	]);
});

test('a marker may name the group that its kind has anyway', (t) => {
	const text = 'a: 1 # {"spillway": "a/b:c", "kind": "GRPCRoute", "group": "gateway.networking.k8s.io"}\n';
	t.deepEqual(manifestEditor.locate(text), [
		{ by: 'marker', identity: { kind: 'GRPCRoute', namespace: 'a', name: 'b' } },
	]);
});

for (const [target, expected] of [
	[{}, '# {"spillway": "a/b:c"}'],
	[{ kind: 'GRPCRoute' }, '# {"spillway": "a/b:c", "kind": "GRPCRoute"}'],
	[{ kind: 'HTTPRoute', group: 'policy.linkerd.io' }, `# {"spillway": "a/b:c", ${linkerd}`],
] as const) {
	test(`the marker ${expected} is what is told to be written, and read back`, (t) => {
		const wanted: WeightEdit = {
			...away,
			namespace: 'a',
			name: 'b',
			...target,
			weights: new Map([['c', 10]]),
		};
		const marker = formatMarker(wanted, 'c');
		t.is(marker, expected);
		t.deepEqual(editOne(`x: 1 ${marker}`, wanted), { kind: 'edited', text: `x: 10 ${marker}` });
	});
}
