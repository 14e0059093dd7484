import test from 'ava';
import { parse } from 'yaml';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { composeManifest } from '../../src/plan/owned-manifest.ts';
import { anEditChange, aShift, emojiTarget } from '../support/changes.ts';
import { weights } from '../support/policies.ts';

const change = anEditChange({ owned: { apex: 'emoji-svc' } });

test('a manifest that Spillway owns says whose it is, and holds the whole TrafficSplit', (t) => {
	t.deepEqual(composeManifest(change), {
		path: 'spillway/emojivoto-emoji-svc.yaml',
		text: `# Spillway writes this file for policy emojivoto/emoji, and sets its weights.
# To change where traffic goes, change the policy.
apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata:
  name: emoji-svc
  namespace: emojivoto
  labels:
    app.kubernetes.io/managed-by: spillway
  annotations:
    spillway.dev/policy: emojivoto/emoji
spec:
  service: emoji-svc
  backends:
    - service: emoji-svc
      weight: 0
    - service: emoji-svc-west
      weight: 1
`,
	});
});

test('it is found, and edited from then on, whatever people add to it', (t) => {
	const { text } = manifestEditor.compose(change);
	t.deepEqual(manifestEditor.locate(text), [
		{ by: 'document', identity: { kind: 'TrafficSplit', namespace: 'emojivoto', name: 'emoji-svc' } },
	]);
	const grown = text.replace('  labels:', '  # ours\n  labels:\n    team: emoji');
	const edit = { ...change.target, weights: weights({ 'emoji-svc': 70, 'emoji-svc-west': 30 }) };
	const edited = manifestEditor.edit('f', grown, [edit]).text;
	t.is(edited, grown.replace('weight: 0', 'weight: 70').replace('weight: 1', 'weight: 30'));
});

test('two targets never share a file', (t) => {
	const targets = [
		['a', 'b-c'],
		['a-b', 'c'],
		['a--b', 'c'],
		['a-', 'b-c'],
	] as const;
	const paths = targets.map(
		([namespace, name]) => composeManifest({ ...change, target: { ...emojiTarget, namespace, name } }).path,
	);
	t.deepEqual(paths, [
		'spillway/a-b-c.yaml',
		'spillway/a--b-c.yaml',
		'spillway/a----b-c.yaml',
		'spillway/a---b-c.yaml',
	]);
});

test('names that YAML 1.1 reads as something else are quoted', (t) => {
	const shift = aShift({ to: weights({ on: 1, y: 0, no: 0 }) });
	const target = { ...emojiTarget, namespace: '0123', name: '1e3' };
	const { text } = composeManifest({ ...change, shift, target, owned: { apex: 'off' } });
	for (const version of ['1.1', '1.2'] as const) {
		const { metadata, spec } = parse(text, { version }) as Record<string, Record<string, unknown>>;
		t.like(metadata, { namespace: '0123', name: '1e3' });
		t.deepEqual(spec, {
			service: 'off',
			backends: [
				{ service: 'on', weight: 1 },
				{ service: 'y', weight: 0 },
				{ service: 'no', weight: 0 },
			],
		});
	}
});

test('what is not owned is never made', (t) => {
	t.throws(() => composeManifest(anEditChange()), {
		instanceOf: TypeError,
		message: 'the target of policy emojivoto/emoji is not owned',
	});
});
