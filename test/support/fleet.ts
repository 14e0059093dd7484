import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { ObjectKey, ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { aNamespace, anEndpointSlice, aService, aSplit, createObjects } from './kubernetes-objects.ts';
import { aBackend, aPolicy } from './policies.ts';

/** Many splits `web-N` in one namespace, each between the Services `web-N` and `spare-N`, both ready. */
export interface Fleet {
	readonly policies: readonly FailoverPolicy[];
	/** Weights of `web-N` and `spare-N`. */
	weights(n: number): readonly unknown[];
	/** Makes every endpoint of `web-N` ready, or none. */
	setReady(n: number, ready: boolean): void;
}

const namespace = 'shop';

/** Fills the store; each Service has `slicesEach` slices. */
export function createFleet(store: ObjectStore, size: number, slicesEach = 1): Fleet {
	createObjects(store, aNamespace(namespace));
	const numbers = Array.from({ length: size }, (_, n) => n);
	const copies = Array.from({ length: slicesEach }, (_, copy) => copy);
	for (const n of numbers) {
		const [web, spare] = [`web-${n}`, `spare-${n}`];
		createObjects(
			store,
			aSplit({ metadata: { name: web, namespace }, service: web, backends: { [web]: 1, [spare]: 0 } }),
		);
		for (const service of [web, spare]) {
			createObjects(store, aService({ metadata: { name: service, namespace } }));
			for (const copy of copies) createObjects(store, sliceOf(service, copy, true));
		}
	}
	return {
		policies: numbers.map((n) =>
			aPolicy({
				key: `${namespace}/web-${n}`,
				name: `web-${n}`,
				namespace,
				target: { kind: 'TrafficSplit', cluster: 'east', namespace, name: `web-${n}` },
				backends: [aBackend(`web-${n}`), aBackend(`spare-${n}`, { tier: 1 })],
			}),
		),
		weights(n) {
			const split = store.get(keyOf('split.smi-spec.io', 'trafficsplits', `web-${n}`));
			const { backends } = split['spec'] as { backends: readonly { weight: unknown }[] };
			return backends.map(({ weight }) => weight);
		},
		setReady(n, ready) {
			for (const copy of copies) {
				const slice = sliceOf(`web-${n}`, copy, ready);
				store.update(keyOf('discovery.k8s.io', 'endpointslices', slice.metadata.name), slice);
			}
		},
	};
}

function sliceOf(service: string, copy: number, ready: boolean) {
	const labels = { 'kubernetes.io/service-name': service };
	return anEndpointSlice({
		metadata: { name: `${service}-${copy}`, namespace, labels },
		service,
		ready: [ready],
	});
}

function keyOf(group: string, plural: string, name: string): ObjectKey {
	return { group, plural, namespace, name };
}
