import test from 'ava';
import { formatProblem, type Problem } from '../../src/model/problem.ts';
import { lintSplit, type ServiceType } from '../../src/policy/split-lint.ts';
import { readSplitManifests } from '../../src/policy/split-manifests.ts';

function read(text: string, file = 'split.yaml') {
	return readSplitManifests(file, new TextEncoder().encode(text));
}

/** `7:14 CODE`, of everything that is to tell of a manifest's splits. */
function lint(text: string, services: Readonly<Record<string, ServiceType>> = {}): readonly string[] {
	const { splits, problems } = read(text);
	const known = new Map(Object.entries(services));
	return [
		...problems,
		...splits.flatMap((split) => lintSplit(split.facts, { ...split, services: known })),
	].map(place);
}

function place({ where, code }: Problem): string {
	return where.kind === 'text' ? `${where.line}:${where.column} ${code}` : `${where.name} ${code}`;
}

function manifest(change: Readonly<Record<string, string>> = {}): string {
	const lines = [
		'apiVersion: split.smi-spec.io/v1alpha2',
		'kind: TrafficSplit',
		'metadata:',
		'  name: web',
		'  namespace: shop',
		'  labels: {failover.linkerd.io/controlled-by: linkerd-failover}',
		'  annotations:',
		'    failover.linkerd.io/primary-service: web',
		'spec:',
		'  service: web',
		'  backends:',
		'    - service: web',
		'      weight: 1',
		'    - service: web-west',
		'      weight: 0',
		'',
	];
	return Object.entries(change).reduce(
		(text, [before, after]) => text.replace(before, after),
		lines.join('\n'),
	);
}

test('a split as linkerd-failover wants it has nothing to tell, in any version and form of weight', (t) => {
	t.deepEqual(lint(manifest()), []);
	t.deepEqual(lint(manifest({ v1alpha2: 'v1alpha1', 'weight: 1': 'weight: 500m' })), []);
	t.deepEqual(lint(manifest({ 'weight: 0': 'weight: "100"', 'weight: 1': 'weight: 0.5' })), []);
});

const findings: readonly (readonly [what: string, Readonly<Record<string, string>>, readonly string[]])[] = [
	[
		'the label of an early version',
		{ 'failover.linkerd.io/controlled-by': 'app.kubernetes.io/managed-by' },
		['6:42 W_OLD_LABEL'],
	],
	['a primary that is no backend', { 'primary-service: web': 'primary-service: wbe' }, ['8:42 E_PRIMARY']],
	[
		'a backend of another namespace',
		{ 'service: web-west': 'service: web.other' },
		['14:16 E_CROSS_NAMESPACE'],
	],
	[
		'a backend that is spelled out',
		{ 'service: web-west': 'service: web-west.shop.svc.cluster.local' },
		['14:16 E_CROSS_NAMESPACE'],
	],
	['an upper-case backend', { 'service: web-west': 'service: Web-West' }, ['14:16 E_NAME_DNS1035']],
	['a backend twice', { 'service: web-west': 'service: web' }, ['14:16 E_DUPLICATE_BACKEND']],
	['a backend without a name', { 'service: web-west': 'servce: web-west' }, ['14:7 E_TARGET_INVALID']],
	['weights too large for proxies', { 'weight: 0': 'weight: 400000' }, ['12:5 E_RANGE']],
	['a weight that is none', { 'weight: 0': 'weight: some' }, ['15:15 E_TARGET_INVALID']],
	['a weight below 0', { 'weight: 0': 'weight: -1' }, ['15:15 E_TARGET_INVALID']],
	[
		'an apex that is spelled out',
		{ '  service: web\n': '  service: web.shop\n' },
		['10:12 E_CROSS_NAMESPACE'],
	],
	['no apex', { '  service: web\n': '' }, ['10:3 E_TARGET_INVALID']],
];

for (const [what, change, expected] of findings) {
	test(`${what} is told at its place`, (t) => {
		t.deepEqual(lint(manifest(change)), expected);
	});
}

test('weights that just fit are fine', (t) => {
	t.deepEqual(lint(manifest({ 'weight: 0': 'weight: 399999' })), []);
});

test('names that something else puts in later are left alone', (t) => {
	const templated = manifest({ 'service: web-west': 'service: "{{ .Values.west }}"' });
	t.deepEqual(lint(templated), []);
});

test('a problem says how to mend it', (t) => {
	const remedy = (change: Readonly<Record<string, string>>) =>
		read(manifest(change)).splits.flatMap((split) => lintSplit(split.facts, split).map((one) => one.remedy));
	t.deepEqual(remedy({ 'service: web-west': 'service: Web-West' }), ['write web-west']);
	t.deepEqual(remedy({ 'service: web-west': 'service: web-west.shop.svc.cluster.local' }), [
		'write web-west',
	]);
	t.deepEqual(remedy({ 'primary-service: web': 'primary-service: wbe-west' }), ['did you mean web-west?']);
	t.regex(remedy({ 'service: web-west': 'service: web.other' })[0] ?? '', /same namespace/);
});

test('a headless or ExternalName Service is told where Services are known', (t) => {
	t.deepEqual(lint(manifest(), { web: 'plain', 'web-west': 'headless' }), ['14:16 W_BACKEND_KIND']);
	t.deepEqual(lint(manifest(), { web: 'external' }), ['12:16 W_BACKEND_KIND']);
});

test('hostile names are told on one line and cannot be mistaken for something else', (t) => {
	const { splits } = read(manifest({ 'service: web-west': 'service: "a\\nE_FAKE\\u202E"' }));
	const told = splits.flatMap((split) => lintSplit(split.facts, split)).map(formatProblem);
	t.is(told.length, 1);
	t.notRegex(told.join(''), /[\n\u202E]/);
});

const flat = `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata:
name: sample-svc
annotations:
  failover.linkerd.io/primary-service: sample-svc
labels:
  app.kubernetes.io/managed-by: linkerd-failover
spec:
service: sample-svc
backends:
- service: sample-svc
  weight: 1

- service: sample-svc-remote
  weight: 0

`;

test('a manifest that lost its indentation is one problem, which names the lines to indent', (t) => {
	const { splits, problems } = read(flat);
	t.deepEqual([splits, problems.map(place)], [[], ['4:1 E_INDENTATION']]);
	t.is(
		problems[0]?.remedy,
		'indent lines 4 to 8 by two spaces, under metadata, and lines 10 to 16 by two spaces, under spec',
	);
	t.is(
		problems[0]?.message,
		'name, annotations, labels must stand under metadata; service, backends must stand under spec',
	);
});

test('one line that lost it is named alone, and one without any indentation at all is no different', (t) => {
	t.is(
		read(manifest({ '  service: web\n': '' }).replace('spec:', 'service: web\nspec:')).problems[0]?.remedy,
		'indent line 9 by two spaces, under spec',
	);
	const bare = flat.replaceAll(/^ {2}(\S+\.io)/gm, '$1');
	t.deepEqual(read(bare).problems.map(place), ['4:1 E_INDENTATION']);
});

test('lists as kubectl prints them are read, with the place of each object', (t) => {
	const item = manifest({ 'service: web-west': 'service: West' });
	const indented = item.replaceAll(/^/gm, '    ').replace('    apiVersion', '  - apiVersion');
	t.deepEqual(lint(`apiVersion: v1\nkind: List\nitems:\n${indented}`), ['17:20 E_NAME_DNS1035']);
	t.deepEqual(lint(JSON.stringify({ kind: 'List', items: [{ kind: 'TrafficSplit' }, null, 7] })), []);
});

test('other documents are passed over, and what cannot be parsed is told', (t) => {
	t.deepEqual(lint('kind: TrafficSplit\napiVersion: example.com/v1\n---\n---\n- 1\n'), []);
	t.deepEqual(lint('kind: {'), ['1:8 E_YAML_SYNTAX']);
	t.deepEqual(read('x'.repeat(40_000_000)).problems.map(place), ['1:1 E_FILE_TOO_LARGE']);
});

test('an object of nothing but surprises throws nothing', (t) => {
	for (const spec of [
		'',
		'spec: 7',
		'spec: {backends: {}}',
		'spec: {backends: [7, null, []]}',
		'metadata: []',
	]) {
		t.notThrows(() => lint(`apiVersion: split.smi-spec.io/v1alpha2\nkind: TrafficSplit\n${spec}\n`));
	}
});
