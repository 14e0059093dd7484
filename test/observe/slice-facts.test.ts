import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readSlice } from '../../src/observe/slice-facts.ts';

function aSlice(fields: Readonly<Record<string, unknown>>, service = 'web'): KubernetesObject {
	const labels = service === '' ? {} : { 'kubernetes.io/service-name': service };
	const metadata = { name: 'web-1', namespace: 'shop', uid: 'u', resourceVersion: '1', labels };
	return { metadata, addressType: 'IPv4', ...fields };
}

const pod = (uid: string) => ({ kind: 'Pod', uid });

const endpoints: readonly (readonly [what: string, endpoint: object, ready: readonly string[]])[] = [
	[
		'a ready pod counts by its uid',
		{ addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: pod('p1') },
		['p1'],
	],
	['an endpoint without a pod counts by its address', { addresses: ['10.0.0.1', '10.0.0.2'] }, ['10.0.0.1']],
	['an unready pod does not count', { addresses: ['10.0.0.1'], conditions: { ready: false } }, []],
	['F-076 without conditions it is ready', { addresses: ['10.0.0.1'], targetRef: null }, ['10.0.0.1']],
	['F-076 with empty conditions it is ready', { addresses: ['10.0.0.1'], conditions: {} }, ['10.0.0.1']],
	['F-076 ready: null is ready', { addresses: ['10.0.0.1'], conditions: { ready: null } }, ['10.0.0.1']],
	['conditions: null is ready', { addresses: ['10.0.0.1'], conditions: null }, ['10.0.0.1']],
	['without an address nobody can be reached', { addresses: [], conditions: { ready: true } }, []],
	[
		'a pod that is terminating is not ready',
		{ addresses: ['10.0.0.1'], conditions: { ready: false, serving: true, terminating: true } },
		[],
	],
];

for (const [what, endpoint, ready] of endpoints) {
	test(what, (t) => {
		t.deepEqual(readSlice(aSlice({ endpoints: [endpoint] })), { service: 'web', ready });
	});
}

test('F-089 an emptied slice has endpoints: null, or none at all', (t) => {
	t.deepEqual(readSlice(aSlice({ endpoints: null })).ready, []);
	t.deepEqual(readSlice(aSlice({})).ready, []);
});

test('F-080 names are no addresses: an FQDN slice counts nobody', (t) => {
	const slice = aSlice({ addressType: 'FQDN', endpoints: [{ addresses: ['web.example.com'] }] });
	t.deepEqual(readSlice(slice), { service: 'web', ready: [] });
});

test('F-084 a slice without the label of a Service belongs to none', (t) => {
	t.is(readSlice(aSlice({}, '')).service, '');
});

test('B-089 a slice without addressType cannot be read, and says so', (t) => {
	t.throws(() => readSlice(aSlice({ addressType: undefined })), {
		instanceOf: TypeError,
		message: 'addressType is missing',
	});
});

test('a slice of another shape cannot be read, and says why', (t) => {
	t.throws(() => readSlice(aSlice({ endpoints: 'many' })), { message: 'endpoints is not a list' });
	const odd = { addresses: ['10.0.0.1'], conditions: { ready: 'yes' } };
	t.throws(() => readSlice(aSlice({ endpoints: [odd] })), { message: 'conditions.ready must be a boolean' });
});
