import test from 'ava';
import fc from 'fast-check';
import type { Item } from '../../src/model/ports/cluster.ts';
import { countEndpoints } from '../../src/observe/endpoint-count.ts';
import type { SliceFacts } from '../../src/observe/slice-facts.ts';
import { applyChange, openSource } from '../../src/observe/source.ts';
import { aSlice, nextVersion } from '../support/slice-items.ts';

const states = fc.constantFrom('ready', 'draining', 'unready' as const);
const podList = fc.uniqueArray(fc.record({ uid: fc.nat(40).map(String), state: states }), {
	selector: ({ uid }) => uid,
});

test('F-072 endpoints count the same however they are spread over slices', (t) => {
	fc.assert(
		fc.property(podList, fc.array(fc.nat(4), { minLength: 41, maxLength: 41 }), (all, places) => {
			const slices = [0, 1, 2, 3, 4].map((place) =>
				aSlice(
					`s${place}`,
					all.filter(({ uid }) => places[Number(uid)] === place),
				),
			);
			t.deepEqual(countIn(slices), countIn([aSlice('one', all)]));
		}),
	);
});

test('F-072 any run of changes counts as much as a list of what it comes to', (t) => {
	const write = fc.record({ name: fc.constantFrom('a', 'b', 'c'), pods: fc.option(podList) });
	fc.assert(
		fc.property(fc.array(write), (writes) => {
			const followed = openSource<SliceFacts>(0, ({ service }) => service);
			const now = new Map<string, Item<SliceFacts>>();
			for (const { name, pods: listed } of writes) {
				if (listed === null) {
					now.delete(name);
					applyChange(followed, { kind: 'deleted', namespace: 'n', name, resourceVersion: nextVersion() }, 1);
				} else {
					const item = aSlice(name, listed);
					now.set(name, item);
					applyChange(followed, { kind: 'applied', item }, 1);
				}
			}
			t.deepEqual(countEndpoints(followed, 'emoji-svc'), countIn([...now.values()]));
		}),
	);
});

function countIn(items: readonly Item<SliceFacts>[]): unknown {
	const source = openSource<SliceFacts>(0, ({ service }) => service);
	applyChange(source, { kind: 'reset', items }, 1);
	return countEndpoints(source, 'emoji-svc');
}
