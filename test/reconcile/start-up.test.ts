import test from 'ava';
import { createFleet } from '../support/fleet.ts';
import { type Plural, startReconciling } from '../support/reconciling.ts';

test('F-164 a start at which 10,000 slices come long after 2,500 splits writes nothing; then one failure moves one', async (t) => {
	const { clock, store, patched, reports, apply, holdBack } = startReconciling(t);
	const fleet = createFleet(store, 2_500, 2);
	const release = holdBack('endpointslices');
	apply(...fleet.policies);
	await clock.advance(30_000);
	t.deepEqual([patched, reports], [[], []]);
	release();
	await clock.advance(1_000);
	t.is(new Set(reports.map(([{ key }]) => key)).size, 2_500);
	t.deepEqual(patched, []);
	fleet.setReady(1_234, false);
	await clock.advance(1_000);
	t.deepEqual(patched, ['shop/web-1234']);
	t.deepEqual(fleet.weights(1_234), [0, 1]);
});

const collections: readonly Plural[] = ['trafficsplits', 'services', 'endpointslices'];
const orders = collections.flatMap((first) =>
	collections
		.filter((second) => second !== first)
		.map((second) => [first, second, ...collections.filter((third) => third !== first && third !== second)]),
);

for (const order of orders) {
	test(`F-023 lists that come as ${order.join(', ')} come to the same, and nothing is written before the last`, async (t) => {
		const { clock, store, patched, apply, holdBack } = startReconciling(t);
		const fleet = createFleet(store, 3);
		fleet.setReady(1, false);
		const releases = order.map((plural) => holdBack(plural));
		apply(...fleet.policies);
		for (const release of releases) {
			await clock.advance(5_000);
			t.deepEqual(patched, []);
			release();
		}
		await clock.advance(1_000);
		t.deepEqual(patched, ['shop/web-1']);
		t.deepEqual(
			[0, 1, 2].map((n) => fleet.weights(n)),
			[
				[1, 0],
				[0, 1],
				[1, 0],
			],
		);
	});
}

test('slices that are never listed move nothing, however long it lasts', async (t) => {
	const { clock, store, patched, notices, apply, holdBack } = startReconciling(t);
	const fleet = createFleet(store, 3);
	holdBack('endpointslices');
	apply(...fleet.policies);
	await clock.advance(3_600_000);
	t.deepEqual(patched, []);
	const told = notices.flatMap((notice) =>
		notice.kind === 'held' ? notice.reasons.map(({ code }) => code) : [],
	);
	t.deepEqual(new Set(told), new Set(['NotSynced', 'InPlace', 'BackendUnknown']));
});
