import test from 'ava';
import { runConformanceCase } from '../../support/conformance.ts';
import { conformanceCases } from '../../support/conformance-corpus.ts';
import { startEmbeddedApi } from '../../support/embedded-api.ts';

test('every case has an id of its own', (t) => {
	const ids = conformanceCases.map(({ id }) => id);
	t.deepEqual([...new Set(ids)], ids);
});

for (const conformanceCase of conformanceCases) {
	const { id, title } = conformanceCase;
	test(`${id}: ${title}`, async (t) => {
		const { api, clock, access } = await startEmbeddedApi(t);
		const controls = {
			compact: () => api.store.compact(),
			bookmark: () => api.watches.bookmark(),
			seconds: () => clock.advance(5_000),
		};
		const server = { prefix: 'conformance', access, controls };
		await t.notThrowsAsync(runConformanceCase(server, conformanceCase));
	});
}
