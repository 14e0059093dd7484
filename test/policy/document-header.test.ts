import test from 'ava';
import { listCodes, parseText, writePolicy } from '../support/policy-documents.ts';

const header = 'apiVersion: spillway.dev/v1alpha1\n';

test('a document of another API group is skipped, whatever it holds', (t) => {
	const foreign = 'apiVersion: v1\nkind: ConfigMap\ndata: !x {a: 010, a: 2, <<: {b: 1}}\n';
	const { policies, problems } = parseText(`${foreign}---\n${writePolicy('emoji', 'emoji-svc')}`);
	t.deepEqual(problems, []);
	t.is(policies[0]?.source, 'policies/shop.yaml:5');
	t.deepEqual(parseText(foreign).problems, []);
	t.deepEqual(
		parseText('{"$schema": "https://json-schema.org/draft/2020-12/schema"}', 'a.json').problems,
		[],
	);
});

test('a slip in apiVersion or kind does not make a policy vanish', (t) => {
	const policy = writePolicy('emoji', 'emoji-svc');
	const slips = {
		'kind: FailoverPolicy': ['E_REQUIRED', 'kind: FailoverPolicy\n', ''],
		'no apiVersion': ['E_REQUIRED', header, ''],
		'another version': ['E_API_VERSION', 'v1alpha1', 'v1'],
		'no group': ['E_API_VERSION', 'spillway.dev/v1alpha1', 'v1alpha1'],
		'a slip in the group': ['E_API_VERSION', 'spillway.dev', 'spilway.dev'],
		'a slip in the kind': ['E_KIND', 'FailoverPolicy', 'FailoverPolcy'],
		'another kind': ['E_KIND', 'FailoverPolicy', 'TrafficSplit'],
	} as const;
	for (const [slip, [code, from, to]] of Object.entries(slips)) {
		t.deepEqual(listCodes(parseText(policy.replace(from, to))), [code], slip);
	}
	const both = policy.replace(header, '').replace('kind: FailoverPolicy\n', '');
	t.deepEqual(listCodes(parseText(both)), ['E_REQUIRED', 'E_REQUIRED']);
	t.deepEqual(listCodes(parseText(`${both}---\n${policy}`)), [], 'not ours when it is not alone');
});

test('a list is refused where it is alone, and skipped beside other documents', (t) => {
	t.deepEqual(listCodes(parseText('- op: replace\n')), ['E_TYPE']);
	t.deepEqual(listCodes(parseText(`- op: replace\n---\n${writePolicy('emoji', 'emoji-svc')}`)), []);
});
