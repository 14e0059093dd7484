import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { maxProblems, parsePolicyFile } from '../../src/policy/parse-file.ts';
import { draftPolicy, listCodes, parseText, writePolicy } from '../support/policy-documents.ts';

const header = 'apiVersion: spillway.dev/v1alpha1\n';

function show(text: string, file?: string): readonly string[] {
	return parseText(text, file).problems.map(formatProblem);
}

test('a policy gets the documented defaults and knows where it stands', (t) => {
	const {
		places,
		mark: _,
		...draft
	} = draftPolicy(`# emoji\n${writePolicy('emoji', 'emoji-svc')}`, 'policies/emoji.yaml');
	t.deepEqual(draft, {
		key: 'shop/emoji',
		name: 'emoji',
		namespace: 'shop',
		source: 'policies/emoji.yaml:2',
		mode: 'Active',
		target: { kind: 'TrafficSplit', cluster: 'east', namespace: 'shop', name: 'emoji-svc' },
		backends: [
			{ service: 'a', tier: 0, weight: 1 },
			{ service: 'b', tier: 1, weight: 1 },
		],
		health: { minReady: 1, staleAfter: 40_000 },
		failover: { after: 0 },
		failback: { mode: 'Auto', after: 120_000 },
		panic: 'HoldLast',
		onManualEdit: 'Hold',
		manualHold: 3_600_000,
	});
	t.deepEqual(places.name, { kind: 'text', file: 'policies/emoji.yaml', line: 4, column: 18 });
});

test('a policy keeps everything it says', (t) => {
	const draft = draftPolicy(`
apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata: {name: emoji, namespace: shop, labels: {team: web}, annotations: {argocd.argoproj.io/hook: Skip}}
spec:
  mode: Observe
  target: {cluster: east, name: emoji.v2, kind: TrafficSplit}
  backends:
    - {service: a, weight: 70, origin: {cluster: west, service: web}}
    - {service: b, weight: 0, origin: {cluster: west, service: web, namespace: other}}
    - {service: c, tier: 31, weight: 5}
  health: {minReady: 3, staleAfter: 1m30s}
  failover: {after: 250ms, via: Commit, distribution: Threshold, escalate: [{after: 30s, to: Direct}]}
  failback: {mode: Manual, after: 24h, via: PullRequest, autoMerge: true, ramp: [5, 100], rampInterval: 5m}
  group: {name: checkout}
  panic: HoldLast
  onManualEdit: Adopt
  manualHold: 72h
`);
	t.is(draft.mode, 'Observe');
	t.is(draft.target.name, 'emoji.v2');
	t.deepEqual(draft.backends, [
		{ service: 'a', tier: 0, weight: 70, origin: { cluster: 'west', service: 'web', namespace: 'shop' } },
		{ service: 'b', tier: 0, weight: 0, origin: { cluster: 'west', service: 'web', namespace: 'other' } },
		{ service: 'c', tier: 31, weight: 5 },
	]);
	t.deepEqual(draft.health, { minReady: 3, staleAfter: 90_000 });
	t.deepEqual(draft.failover, {
		after: 250,
		via: 'Commit',
		escalate: [{ after: 30_000, to: 'Direct' }],
	});
	t.deepEqual([draft.onManualEdit, draft.manualHold], ['Adopt', 259_200_000]);
	t.deepEqual(draft.failback, {
		mode: 'Manual',
		after: 86_400_000,
		via: 'PullRequest',
		autoMerge: true,
		ramp: [5, 100],
		rampInterval: 300_000,
	});
	t.is(draft.group, 'checkout');
});

test('spillway.yaml is read with its defaults', (t) => {
	const text = `${header}kind: SpillwayConfig\nspec: {clusters: {east: {context: e}, west: {context: w, manifests: clusters/west}}}\n`;
	const { configs, problems } = parseText(text, 'spillway.yaml');
	t.deepEqual(problems, []);
	t.deepEqual(configs[0]?.config, {
		policies: ['policies'],
		clusters: [
			{ name: 'east', access: { kind: 'context', context: 'e' } },
			{ name: 'west', access: { kind: 'context', context: 'w' }, manifests: 'clusters/west' },
		],
		defaults: {},
		commits: {},
	});
});

test('all problems of a file are told at once, in the order of their places', (t) => {
	const text = `${header}kind: FailoverPolicy
metadata: {name: Emoji, namespace: shop, lables: {}}
spec:
  mode: active
  target: {cluster: east, name: emoji-svc}
  backends:
    - {service: a, weight: -1}
    - {service: b, tierr: 1}
  failover: {after: 30, via: direct}
  failback: {after: "soon", maxPerHour: 2}
  panic: LastResort
`;
	t.deepEqual(show(text, 'policies/emoji.yaml'), [
		'policies/emoji.yaml:3:18 E_NAME_DNS1123 metadata.name is not a legal name (got "Emoji") → use at most 63 of a-z, 0-9 and -',
		'policies/emoji.yaml:3:42 E_UNKNOWN_FIELD unknown field "lables" (expected one of name, namespace, labels, annotations) → did you mean labels?',
		'policies/emoji.yaml:5:9 E_ENUM spec.mode has an unknown value (got "active"; expected one of Active, Observe, Suspended) → did you mean Active?',
		'policies/emoji.yaml:8:28 E_RANGE spec.backends[0].weight is out of range (got -1; expected at least 0) → use a value inside the range',
		'policies/emoji.yaml:9:20 E_UNKNOWN_FIELD unknown field "tierr" (expected one of service, tier, weight, origin) → did you mean tier?',
		'policies/emoji.yaml:10:21 E_DURATION spec.failover.after is not a duration (got 30) → write 30s',
		'policies/emoji.yaml:10:30 E_ENUM spec.failover.via has an unknown value (got "direct"; expected one of Direct, Commit, PullRequest) → did you mean Direct?',
		'policies/emoji.yaml:11:21 E_DURATION spec.failback.after is not a duration (got "soon") → write a duration such as 30s, 2m or 1h30m',
		'policies/emoji.yaml:11:29 E_NOT_SUPPORTED spec.failback.maxPerHour is not supported yet → remove it until a later version supports it',
		'policies/emoji.yaml:12:10 E_NOT_SUPPORTED spec.panic LastResort is not supported yet → until a later version supports it, use HoldLast',
	]);
});

test('a file tells at most 20 problems, the first ones', (t) => {
	const fields = Array.from({ length: 50 }, (_, index) => `x${index}: 1`).join(', ');
	const { problems } = parseText(writePolicy('emoji', 'emoji-svc', fields));
	t.is(problems.length, maxProblems);
	t.true(problems[0]?.message.includes('"x0"'));
});

test('one bad document does not take the others with it', (t) => {
	const good = writePolicy('emoji', 'emoji-svc');
	const bad = writePolicy('voting', 'voting-svc', 'mode: Off');
	const broken = 'spec: [\n';
	const parsed = parseText([good, bad, broken].join('---\n'));
	t.deepEqual(
		parsed.policies.map(({ key }) => key),
		['shop/emoji'],
	);
	t.deepEqual(listCodes(parsed), ['E_ENUM', 'E_YAML_SYNTAX']);
});

test('YAML that means something else elsewhere is refused', (t) => {
	const policy = writePolicy('emoji', 'emoji-svc');
	const inputs = {
		E_YAML_TAG: policy.replace('name: emoji,', 'name: !!str emoji,'),
		E_YAML_MERGE: policy.replace('name: emoji,', '<<: {name: emoji},'),
		E_DUPLICATE_KEY: policy.replace('name: emoji,', 'name: emoji, name: voting,'),
		E_YAML_SYNTAX: `%YAML 1.1\n---\n${policy}`,
		E_CONTROL_CHAR: policy.replace('\n', '\r'),
	};
	for (const [code, text] of Object.entries(inputs)) t.deepEqual(listCodes(parseText(text)), [code], text);
	t.deepEqual(listCodes(parseText(policy.replace('name: emoji,', 'name: *nowhere,'))), ['E_YAML_SYNTAX']);
});

test('a byte that is not UTF-8 is shown by its line', (t) => {
	const bytes = Buffer.concat([Buffer.from('# ü\na: 1\n'), Buffer.from([0x62, 0xff])]);
	t.deepEqual(parsePolicyFile('a.yaml', bytes).problems.map(formatProblem), [
		'a.yaml:3:1 E_ENCODING this line is not UTF-8 → save it as UTF-8',
	]);
});

test('JSON is read by the same rules', (t) => {
	const document = {
		apiVersion: 'spillway.dev/v1alpha1',
		kind: 'FailoverPolicy',
		metadata: { name: 'emoji', namespace: 'shop' },
		spec: {
			target: { cluster: 'east', name: 'emoji-svc' },
			backends: [{ service: 'a' }, { service: 'b', tier: 1.5 }],
		},
	};
	const text = JSON.stringify(document, null, '\t');
	t.is(draftPolicy(text.replace('1.5', '1'), 'policies/emoji.json').key, 'shop/emoji');
	t.deepEqual(show(text, 'policies/emoji.json'), [
		'policies/emoji.json:19:13 E_TYPE spec.backends[1].tier has the wrong type (got 1.5; expected a whole number) → write a whole number',
	]);
});
