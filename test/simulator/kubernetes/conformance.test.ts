import test from 'ava';
import { runConformanceCase } from '../../support/conformance.ts';
import { conformanceCases } from '../../support/conformance-corpus.ts';
import { startEmbeddedApi } from '../../support/embedded-api.ts';

test('every case has an id of its own', (t) => {
	const ids = conformanceCases.map(({ id }) => id);
	t.deepEqual([...new Set(ids)], ids);
});

for (const conformanceCase of conformanceCases) {
	const { id, title, origin } = conformanceCase;
	test(`${id} (${origin}): ${title}`, async (t) => {
		const { api, clock, access } = await startEmbeddedApi(t);
		const control = {
			compact: () => api.store.compact(),
			bookmark: () => api.watches.bookmark(),
			second: () => clock.advance(1_000),
		};
		await t.notThrowsAsync(runConformanceCase({ access, control }, conformanceCase));
	});
}
