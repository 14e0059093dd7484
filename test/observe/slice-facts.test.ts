import test from 'ava';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { hashIdentity } from '../../src/observe/identity.ts';
import { readSlice, type SliceFacts } from '../../src/observe/slice-facts.ts';

function aSlice(fields: Readonly<Record<string, unknown>>, service = 'web'): KubernetesObject {
	const labels = service === '' ? {} : { 'kubernetes.io/service-name': service };
	const metadata = { name: 'web-1', namespace: 'shop', uid: 'u', resourceVersion: '1', labels };
	return { metadata, addressType: 'IPv4', ...fields };
}

const pod = (uid: string) => ({ kind: 'Pod', uid });

type State = 'ready' | 'draining' | 'unready';

/** The facts of a slice of `web` whose endpoints are these. */
function facts(found: Partial<Record<State, readonly string[]>>): SliceFacts {
	const hashes = (state: State) => (found[state] ?? []).map(hashIdentity);
	return { service: 'web', ready: hashes('ready'), draining: hashes('draining'), unready: hashes('unready') };
}

const at = { addresses: ['10.0.0.1'] };
const endpoints: readonly (readonly [what: string, endpoint: object, state: State, identity: string])[] = [
	[
		'a ready pod counts by its uid',
		{ ...at, conditions: { ready: true }, targetRef: pod('p1') },
		'ready',
		'p1',
	],
	[
		'an endpoint without a pod counts by its first address',
		{ addresses: ['10.0.0.1', '10.0.0.2'] },
		'ready',
		'10.0.0.1',
	],
	['an unready pod does not count', { ...at, conditions: { ready: false } }, 'unready', '10.0.0.1'],
	['F-076 without conditions it is ready', { ...at, targetRef: null }, 'ready', '10.0.0.1'],
	['F-076 with empty conditions it is ready', { ...at, conditions: {} }, 'ready', '10.0.0.1'],
	['F-076 ready: null is ready', { ...at, conditions: { ready: null } }, 'ready', '10.0.0.1'],
	['conditions: null is ready', { ...at, conditions: null }, 'ready', '10.0.0.1'],
	[
		'F-077 a pod that terminates and still serves is not ready, but draining',
		{ ...at, conditions: { ready: false, serving: true, terminating: true } },
		'draining',
		'10.0.0.1',
	],
	[
		'a pod that terminates and serves no more is not ready',
		{ ...at, conditions: { ready: false, serving: false, terminating: true } },
		'unready',
		'10.0.0.1',
	],
	[
		'serving alone is not enough',
		{ ...at, conditions: { ready: false, serving: true, terminating: null } },
		'unready',
		'10.0.0.1',
	],
];

for (const [what, endpoint, state, identity] of endpoints) {
	test(what, (t) => {
		t.deepEqual(readSlice(aSlice({ endpoints: [endpoint] })), facts({ [state]: [identity] }));
	});
}

test('a pod that stands in a slice twice is kept once', (t) => {
	const endpoint = { ...at, targetRef: pod('p1') };
	t.deepEqual(readSlice(aSlice({ endpoints: [endpoint, endpoint] })), facts({ ready: ['p1'] }));
});

for (const [what, empty] of [
	['endpoints: null', { endpoints: null }],
	['none at all', {}],
	['an empty list', { endpoints: [] }],
] as const) {
	test(`F-089 an emptied slice has ${what}`, (t) => {
		t.deepEqual(readSlice(aSlice(empty)), facts({}));
	});
}

test('F-080 names are no addresses: an FQDN slice counts nobody', (t) => {
	const slice = aSlice({ addressType: 'FQDN', endpoints: [{ addresses: ['web.example.com'] }] });
	t.deepEqual(readSlice(slice), facts({}));
});

test('F-084 a slice without the label of a Service belongs to none', (t) => {
	t.is(readSlice(aSlice({}, '')).service, '');
});

const unreadable: readonly (readonly [
	what: string,
	fields: Readonly<Record<string, unknown>>,
	why: string,
])[] = [
	['B-089 a slice without addressType', { addressType: undefined }, 'addressType is missing'],
	['a slice whose endpoints are no list', { endpoints: 'many' }, 'endpoints is not a list'],
	['an endpoint that is none', { endpoints: [at, null] }, 'an endpoint is null'],
	['an endpoint without addresses', { endpoints: [at, {}] }, 'an endpoint has no address'],
	[
		'an endpoint with an empty list of them',
		{ endpoints: [{ addresses: [] }] },
		'an endpoint has no address',
	],
	['an address that is none', { endpoints: [{ addresses: [7] }] }, 'an endpoint has no address'],
	[
		'conditions of another shape',
		{ endpoints: [{ ...at, conditions: 'ok' }] },
		'conditions is not a mapping',
	],
	[
		'a condition that is no boolean',
		{ endpoints: [at, { ...at, conditions: { ready: 'yes' } }] },
		'conditions.ready must be a boolean',
	],
	[
		'another condition that is no boolean',
		{ endpoints: [{ ...at, conditions: { ready: false, serving: 1 } }] },
		'conditions.serving must be a boolean',
	],
];

for (const [what, fields, why] of unreadable) {
	test(`${what} makes the slice unreadable as a whole`, (t) => {
		t.deepEqual(readSlice(aSlice(fields)), { ...facts({}), unreadable: why });
	});
}

test('a pod’s uid is kept in 53 bits, and 200,000 of them are told apart', (t) => {
	const hashes = new Set<number>();
	for (let n = 0; n < 200_000; n += 1)
		hashes.add(hashIdentity(`4f8f1a0e-0000-4000-8000-${String(n).padStart(12, '0')}`));
	t.is(hashes.size, 200_000);
	t.true([...hashes].every(Number.isSafeInteger));
});
