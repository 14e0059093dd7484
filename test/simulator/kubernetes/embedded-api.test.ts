import test from 'ava';
import { startEmbeddedApi } from '../../support/embedded-api.ts';

const services = '/api/v1/namespaces/default/services';

test('a watch that asked for bookmarks gets one a minute', async (t) => {
	const { api, clock, access } = await startEmbeddedApi(t);
	const watch = await access.watch(`${services}?allowWatchBookmarks=true`);
	for (let minute = 0; minute < 2; minute += 1) {
		await clock.advance(60_000);
		t.deepEqual(JSON.parse(String((await watch.next()).value)), {
			type: 'BOOKMARK',
			object: {
				apiVersion: 'v1',
				kind: 'Service',
				metadata: { resourceVersion: api.store.resourceVersion() },
			},
		});
	}
});

test('closing cuts open watches and leaves nothing waiting on the clock', async (t) => {
	const { api, clock, access } = await startEmbeddedApi(t);
	const watch = await access.watch(`${services}?timeoutSeconds=300`);
	await api.close();
	await t.throwsAsync(watch.next());
	await t.throwsAsync(access.call({ method: 'GET', path: services }));
	t.is(api.watches.count(), 0);
	await t.notThrowsAsync(clock.advance(600_000));
});

test('a body over 3 MiB is refused', async (t) => {
	const { access } = await startEmbeddedApi(t);
	const text = JSON.stringify({ metadata: { name: 'x'.repeat(3 * 1024 * 1024) } });
	const { code, body } = await access.call({ method: 'POST', path: services, text });
	t.is(code, 413);
	t.like(body, { kind: 'Status', reason: 'RequestEntityTooLarge' });
});

test('a dry run is refused rather than carried out', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const text = JSON.stringify({ metadata: { name: 'web' } });
	const { code } = await access.call({ method: 'POST', path: `${services}?dryRun=All`, text });
	t.is(code, 400);
	t.deepEqual(api.store.list({ group: '', plural: 'services' }).items, []);
});

test('ten thousand slices are listed, and a change to one reaches a hundred watches', async (t) => {
	const { api, access } = await startEmbeddedApi(t);
	const place = { group: 'discovery.k8s.io', plural: 'endpointslices', namespace: 'default' };
	const endpoints = [{ addresses: ['10.0.0.1'], conditions: { ready: true } }];
	for (let index = 0; index < 10_000; index += 1) {
		api.store.create(place, { metadata: { name: `slice-${index}` }, addressType: 'IPv4', endpoints });
	}
	const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
	const { body } = await access.call({ method: 'GET', path });
	t.is(Object(body).items.length, 10_000);
	const since = `${path}?resourceVersion=${api.store.resourceVersion()}`;
	const watches = await Promise.all(Array.from({ length: 100 }, () => access.watch(since)));
	api.store.patch({ ...place, name: 'slice-7' }, 'application/merge-patch+json', { endpoints: [] });
	const lines = await Promise.all(watches.map((watch) => watch.next()));
	t.is(new Set(lines.map(({ value }) => value)).size, 1);
	t.like(JSON.parse(String(lines[0]?.value)), {
		type: 'MODIFIED',
		object: { metadata: { name: 'slice-7' } },
	});
});
