import test from 'ava';
import fc from 'fast-check';
import { createListPages } from '../../../src/simulator/kubernetes/list-pages.ts';
import { createObjectStore } from '../../../src/simulator/kubernetes/memory-object-store.ts';
import { readTarget } from '../../../src/simulator/kubernetes/request-target.ts';
import { createVirtualClock } from '../../../src/simulator/virtual-clock.ts';

const target = readTarget('/api/v1/namespaces/default/services', createObjectStore(createVirtualClock()));
const services = { group: '', plural: 'services', namespace: 'default' };

test('pages of any size put together are the whole list', (t) => {
	const addsUp = fc.property(fc.nat(12), fc.integer({ min: 1, max: 5 }), (count, limit) => {
		const store = createObjectStore(createVirtualClock());
		for (let index = 0; index < count; index += 1)
			store.create(services, { metadata: { name: `web-${index}` } });
		const lists = createListPages(store);
		const whole = JSON.parse(lists.read(target, new URLSearchParams())).items;
		const pages = [];
		let token: string | undefined = '';
		while (token !== undefined) {
			const query = new URLSearchParams({ limit: String(limit), continue: token });
			const page = JSON.parse(lists.read(target, query));
			pages.push(...page.items);
			token = page.metadata.continue;
		}
		return JSON.stringify(pages) === JSON.stringify(whole);
	});
	t.notThrows(() => fc.assert(addsUp, { numRuns: 30 }));
});

test('of very many unfinished lists the oldest has expired', (t) => {
	const store = createObjectStore(createVirtualClock());
	for (const name of ['voting', 'web']) store.create(services, { metadata: { name } });
	const lists = createListPages(store);
	const openList = (): string =>
		JSON.parse(lists.read(target, new URLSearchParams({ limit: '1' }))).metadata.continue;
	const [oldest = '', second = ''] = Array.from({ length: 101 }, openList);
	t.throws(() => lists.read(target, new URLSearchParams({ continue: oldest })), { message: /too old/ });
	t.notThrows(() => lists.read(target, new URLSearchParams({ continue: second })));
});
