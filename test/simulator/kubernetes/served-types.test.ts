import test from 'ava';
import { startEmbeddedApi } from '../../support/embedded-api.ts';
import { aSplit, createObjects } from '../../support/kubernetes-objects.ts';

const splits = { group: 'split.smi-spec.io', plural: 'trafficsplits' };
const root = '/apis/split.smi-spec.io';
const inDefault = { metadata: { namespace: 'default' } };

test('a type that is not served is not found, nor named by discovery, until it is served again', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	createObjects(api.store, aSplit(inDefault));
	const path = `${root}/v1alpha2/namespaces/default/trafficsplits`;
	const ask = async (each: string) => (await access.call({ method: 'GET', path: each })).code;
	api.store.setServed(splits, []);
	t.deepEqual([await ask(path), await ask(`${path}/emoji-svc`), await ask(root)], [404, 404, 404]);
	const { body } = await access.call({ method: 'GET', path: '/apis' });
	t.false(JSON.stringify(body).includes('split.smi-spec.io'));
	api.store.setServed(splits, ['v1alpha1', 'v1alpha2']);
	t.deepEqual([await ask(path), await ask(`${path}/emoji-svc`), await ask(root)], [200, 200, 200]);
});

test('a version that is dropped is gone for reads and writes, the other stays', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	createObjects(api.store, aSplit(inDefault));
	api.store.setServed(splits, ['v1alpha1']);
	for (const [version, code] of Object.entries({ v1alpha1: 200, v1alpha2: 404 })) {
		const path = `${root}/${version}/namespaces/default/trafficsplits/emoji-svc`;
		t.is((await access.call({ method: 'GET', path })).code, code);
		const patch = { method: 'PATCH', path, mediaType: 'application/merge-patch+json', text: '{}' };
		t.is((await access.call(patch)).code, code);
	}
	const { body } = await access.call({ method: 'GET', path: root });
	t.like(body, { preferredVersion: { version: 'v1alpha1' } });
});

test('watches of what is served no longer end, others go on', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const [old, other] = await Promise.all(
		['v1alpha2', 'v1alpha1'].map((version) => access.watch(`${root}/${version}/trafficsplits`)),
	);
	api.store.setServed(splits, ['v1alpha1']);
	t.like(await old?.next(), { done: true });
	createObjects(api.store, aSplit({ ...inDefault, version: 'v1alpha1' }));
	t.regex(String((await other?.next())?.value), /^{"type":"ADDED"/);
});
