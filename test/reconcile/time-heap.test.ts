import test from 'ava';
import fc from 'fast-check';
import { createTimeHeap } from '../../src/reconcile/time-heap.ts';

test('entries come out by their time, none lost, however pushes and pops are mixed', (t) => {
	fc.assert(
		fc.property(fc.array(fc.option(fc.nat(50), { nil: undefined }), { maxLength: 60 }), (steps) => {
			const heap = createTimeHeap<number>();
			let model: number[] = [];
			for (const at of [...steps, ...steps.map(() => undefined)]) {
				if (at === undefined) {
					const [first, ...rest] = model.toSorted((a, b) => a - b);
					t.is(heap.peek()?.at, first);
					t.is(heap.pop()?.at, first);
					model = rest;
				} else {
					heap.push({ key: at, at });
					model.push(at);
				}
			}
		}),
	);
});
