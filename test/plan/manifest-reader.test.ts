import test from 'ava';
import type { ManifestTarget } from '../../src/model/ports/manifest-editor.ts';
import { manifestEditor } from '../../src/plan/manifest-editor.ts';
import { createManifestReader } from '../../src/plan/manifest-reader.ts';
import { splitManifest, writeSplit } from '../support/manifests.ts';
import { writeRoute } from '../support/refusals.ts';

const split: ManifestTarget = { kind: 'TrafficSplit', namespace: 'emojivoto', name: 'emoji-svc' };
const route: ManifestTarget = { ...split, kind: 'HTTPRoute' };
const refs = (...written: readonly string[]): string => `- backendRefs: [${written.join(', ')}]`;
const marked = 'a: 3 # {"spillway": "emojivoto/emoji-svc:a"}\nb: 0 # {"spillway": "emojivoto/emoji-svc:b"}\n';

const readings: readonly (readonly [
	what: string,
	text: string,
	target: ManifestTarget,
	expected: Readonly<Record<string, number>> | undefined,
	services?: readonly string[],
])[] = [
	['a split', `\ufeff${splitManifest}`, split, { 'emoji-svc': 1, 'emoji-svc-west': 0 }],
	['some backends of a split', splitManifest, split, { 'emoji-svc-west': 0 }, ['emoji-svc-west']],
	['a backend that a split lacks', splitManifest, split, undefined, ['other']],
	['a split without backends', writeSplit(['[]']), split, undefined],
	['a split with a quoted weight', writeSplit(['- {service: a, weight: "1"}']), split, undefined],
	['a split with a weight left out', writeSplit(['- {service: a}']), split, undefined],
	['a split that stands twice', `${splitManifest}---\n${splitManifest}`, split, undefined],
	['another split', splitManifest, { ...split, namespace: 'other' }, undefined],
	['no YAML', `${splitManifest}x: "`, split, undefined],
	[
		'a route’s widest rule',
		writeRoute([refs('{name: a}'), refs('{name: a, weight: 3}', '{name: b, weight: 0}')]),
		route,
		{ a: 3, b: 0 },
	],
	['a weight left out', writeRoute([refs('{name: a}', '{name: b, weight: 0}')]), route, { a: 1, b: 0 }],
	[
		'rules that agree',
		writeRoute([
			refs('{name: a}', '{name: b, weight: 0}'),
			refs('{name: b, weight: 0}', '{name: a, weight: 1}'),
		]),
		route,
		{ a: 1, b: 0 },
	],
	[
		'rules that disagree',
		writeRoute([
			refs('{name: a}', '{name: b, weight: 0}'),
			refs('{name: a, weight: 2}', '{name: b, weight: 0}'),
		]),
		route,
		undefined,
	],
	[
		'some backends of a route',
		writeRoute([refs('{name: a}', '{name: b, weight: 0}', '{name: c, weight: 9}'), refs('{name: a}')]),
		route,
		{ a: 1, c: 9 },
		['a', 'c'],
	],
	['a route of redirects', writeRoute(['- filters: []']), route, undefined],
	['markers', marked, split, { a: 3, b: 0 }],
	['some of the markers', marked, split, { b: 0 }, ['b']],
	['markers that stand twice', marked + marked, split, undefined],
	['nothing', '', split, undefined],
];

for (const [what, text, target, expected, services] of readings) {
	test(`the weights of ${what} are ${expected === undefined ? 'not told' : 'read'}`, (t) => {
		const weights = createManifestReader().weights(text, target, services);
		t.deepEqual(weights && Object.fromEntries(weights), expected);
	});
}

const two = `${splitManifest}---\n${splitManifest.replace('emojivoto', 'other')}`;

const differences: readonly (readonly [what: string, before: string, after: string, expected: boolean])[] = [
	['nothing', splitManifest, splitManifest, true],
	['a weight', splitManifest, splitManifest.replace('weight: 1', 'weight: 100'), true],
	['weights of several targets', two, two.replaceAll('weight: 0', 'weight: 70'), true],
	['weights of markers', marked, marked.replace('3', '12'), true],
	[
		'weights after a byte-order mark',
		`\ufeff${splitManifest}`,
		`\ufeff${splitManifest.replace('0\n', '9\n')}`,
		true,
	],
	['a byte-order mark', splitManifest, `\ufeff${splitManifest}`, false],
	['a quoted weight', splitManifest, splitManifest.replace('weight: 1', 'weight: "1"'), false],
	['a comment', splitManifest, `# by hand\n${splitManifest}`, false],
	['a blank before a weight', splitManifest, splitManifest.replace('weight: 1', 'weight:  1'), false],
	['line ends', splitManifest, splitManifest.replaceAll('\n', '\r\n'), false],
	[
		'a backend’s name',
		splitManifest,
		splitManifest.replace('service: emoji-svc-west', 'service: other'),
		false,
	],
	['a target’s name', splitManifest, splitManifest.replace('name: emoji-svc', 'name: other'), false],
	['a backend more', splitManifest, `${splitManifest}    - {service: c, weight: 0}\n`, false],
	[
		'a weight written out',
		writeRoute([refs('{name: a}')]),
		writeRoute([refs('{name: a, weight: 1}')]),
		false,
	],
	['a number that no target has', 'a: 1\n', 'a: 2\n', false],
	[
		'a weight that a broken document has',
		`${splitManifest}x: "`,
		`${splitManifest.replace('1\n', '2\n')}x: "`,
		false,
	],
	['a file that is new', '', splitManifest, false],
];

for (const [what, before, after, expected] of differences) {
	test(`${what} ${expected ? 'is' : 'is not'} a difference in weights only`, (t) => {
		t.is(manifestEditor.differInWeightsOnly(before, after), expected);
		t.is(manifestEditor.differInWeightsOnly(after, before), expected);
	});
}

test('a thousand targets of one file are asked for one by one', (t) => {
	const names = Array.from({ length: 1_000 }, (_, index) => `split-${index}`);
	const text = names.map((name) => writeSplit(['- {service: a, weight: 1}'], name)).join('---\n');
	const after = text.replace('weight: 1', 'weight: 2');
	for (const name of names) {
		const weights = manifestEditor.weights(text, { ...split, name });
		if (weights?.get('a') !== 1 || !manifestEditor.differInWeightsOnly(text, after)) t.fail(name);
	}
	t.pass();
});
