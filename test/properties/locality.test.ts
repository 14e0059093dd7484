import test from 'ava';
import fc from 'fast-check';
import { decide } from '../../src/decide/decide.ts';
import { emptyMemory } from '../../src/model/decision.ts';
import { footingOf } from '../../src/observe/footing.ts';
import { takeSnapshot } from '../../src/observe/snapshot.ts';
import type { Topic, World } from '../../src/observe/world.ts';
import { aPolicy } from '../support/policies.ts';
import { serviceItem, sliceItem, splitItem, type Teller, tellWorld } from '../support/worlds.ts';

const clusters = new Set(['east']);
const ours = aPolicy();
/** What may happen to the Services `web-svc` and `web-svc-west` and their slices. */
type Change = (tell: Teller, resourceVersion: string) => ReadonlySet<Topic>;

const service = fc.constantFrom('web-svc', 'web-svc-west');
const slice = fc.constantFrom('w1', 'w2');
const change: fc.Arbitrary<Change> = fc.oneof(
	fc.tuple(slice, service, fc.subarray(['p1', 'p2', 'p3'])).map(
		([name, of, ready]): Change =>
			(tell, resourceVersion) =>
				tell.slices(1000, { kind: 'applied', item: { ...sliceItem(name, of, ...ready), resourceVersion } }),
	),
	slice.map(
		(name): Change =>
			(tell, resourceVersion) =>
				tell.slices(1000, { kind: 'deleted', namespace: 'emojivoto', name, resourceVersion }),
	),
	service.map(
		(name): Change =>
			(tell, resourceVersion) =>
				tell.services(1000, { kind: 'applied', item: { ...serviceItem(name), resourceVersion } }),
	),
	service.map(
		(name): Change =>
			(tell, resourceVersion) =>
				tell.services(1000, { kind: 'deleted', namespace: 'emojivoto', name, resourceVersion }),
	),
);

test('INV-06 whatever happens to one policy’s backends, another one of the same namespace is not even woken', (t) => {
	fc.assert(
		fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
			const world: World = new Map();
			const tell = tellWorld(world);
			const services = ['emoji-svc', 'emoji-svc-west', 'web-svc'].map((name) => serviceItem(name));
			tell.splits(1000, { kind: 'reset', items: [splitItem({ 'emoji-svc': 1, 'emoji-svc-west': 0 })] });
			tell.services(1000, { kind: 'reset', items: services });
			tell.slices(1000, { kind: 'reset', items: [sliceItem('e', 'emoji-svc-west', 'p9')] });
			tell.profiles(1000, { kind: 'reset', items: [] });
			const footing = footingOf(world, ours, clusters);
			const decideOurs = () => decide(ours, takeSnapshot(world, footing, 1001), emptyMemory, 1001).decision;
			const before = decideOurs();
			t.is(before.kind, 'shift');
			const concerned = new Set(footing.topics);
			for (const [index, happen] of changes.entries()) {
				t.true(concerned.isDisjointFrom(happen(tell, String(index + 2))));
			}
			t.deepEqual(decideOurs(), before);
		}),
		{ numRuns: 300 },
	);
});
