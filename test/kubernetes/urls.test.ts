import test from 'ava';
import { collectionPath, formatResource, objectPath, withQuery } from '../../src/kubernetes/urls.ts';

const services = { group: '', versions: ['v1'], plural: 'services' };
const splits = { group: 'split.smi-spec.io', versions: ['v1alpha2'], plural: 'trafficsplits' };

test('a core collection lives below /api, others below their group', (t) => {
	t.is(collectionPath(services, 'v1', 'emojivoto'), '/api/v1/namespaces/emojivoto/services');
	t.is(
		objectPath(splits, 'v1alpha2', { namespace: 'emojivoto', name: 'emoji-svc' }),
		'/apis/split.smi-spec.io/v1alpha2/namespaces/emojivoto/trafficsplits/emoji-svc',
	);
});

test('names are encoded, so that none reaches beyond its own segment', (t) => {
	t.is(
		objectPath(services, 'v1', { namespace: 'a/b', name: 'c?d#e' }),
		'/api/v1/namespaces/a%2Fb/services/c%3Fd%23e',
	);
});

for (const name of ['', '.', '..']) {
	test(`a name that a proxy would fold away is refused: "${name}"`, (t) => {
		t.throws(() => objectPath(services, 'v1', { namespace: 'a', name }), { instanceOf: RangeError });
	});
}

test('a query leaves out what is undefined and encodes the rest', (t) => {
	t.is(withQuery('/x', { limit: 100, continue: undefined, token: 'a&b=' }), '/x?limit=100&token=a%26b%3D');
});

test('a type is named as RBAC rules name it', (t) => {
	t.is(formatResource(services), 'services');
	t.is(formatResource(splits), 'trafficsplits.split.smi-spec.io');
});
