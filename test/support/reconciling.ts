import type { ExecutionContext } from 'ava';
import { createDelivery } from '../../src/deliver/deliver.ts';
import { deliverDirect } from '../../src/deliver/direct.ts';
import { verifyLive } from '../../src/deliver/verify.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Cluster } from '../../src/model/ports/cluster.ts';
import type { Delivery } from '../../src/model/ports/delivery.ts';
import { createMemoryLedger } from '../../src/reconcile/memory-ledger.ts';
import type { PassReport } from '../../src/reconcile/pass-report.ts';
import { createReconciler } from '../../src/reconcile/reconciler.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createMemoryCluster, type MemoryCluster } from '../../src/simulator/memory-cluster.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { impossible } from './impossible-delivery.ts';

/** The collections Spillway watches, by their plural names. */
export type Plural = 'trafficsplits' | 'services' | 'endpointslices';

export interface ReconcilingOptions {
	/** Takes the place of the real delivery, which it is given. */
	readonly wrap?: (delivery: Delivery) => Delivery;
	readonly writes?: boolean;
	/** How often each change of a watch is told. */
	readonly repeats?: number;
	/** Another loop, on whose clock and store this one runs as well. */
	readonly beside?: Pick<Reconciling, 'clock' | 'store'>;
}

/** The real loop in Direct mode over one cluster in memory. */
export interface Reconciling {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
	readonly cluster: MemoryCluster;
	readonly notices: readonly Notice[];
	readonly reports: readonly (readonly [FailoverPolicy, PassReport])[];
	/** `namespace/name` of each split that was patched, in order. */
	readonly patched: readonly string[];
	/** Puts policies in force, as the commit `commit-N`. */
	apply(...policies: readonly FailoverPolicy[]): void;
	/** From now on this collection is not listed or watched until released. */
	holdBack(plural: Plural): () => void;
	/** Ends the loop and resolves when it has. */
	stop(): Promise<void>;
}

export function startReconciling(t: ExecutionContext, options: ReconcilingOptions = {}): Reconciling {
	const { wrap = (delivery) => delivery, writes = true, repeats = 1 } = options;
	const clock = options.beside?.clock ?? createVirtualClock();
	const store = options.beside?.store ?? createObjectStore(clock);
	const memory = createMemoryCluster({ name: 'east', store, clock });
	const patched: string[] = [];
	const gates = new Map<string, Promise<void>>();
	const cluster: Cluster = {
		...memory,
		async reflect(collection, sink, signal) {
			await gates.get(collection.resource.plural);
			const tell: typeof sink = (change) => {
				for (let time = 0; time < repeats; time += 1) sink(change);
			};
			await memory.reflect(collection, tell, signal);
		},
		patch(ref, operations, signal) {
			patched.push(`${ref.namespace}/${ref.name}`);
			return memory.patch(ref, operations, signal);
		},
	};
	const findCluster = () => Promise.resolve(cluster);
	const notices: Notice[] = [];
	const reports: (readonly [FailoverPolicy, PassReport])[] = [];
	const reconciler = createReconciler({
		clock,
		random: () => 0.5,
		ledger: createMemoryLedger(),
		delivery: wrap(
			createDelivery({ direct: deliverDirect(findCluster), edit: impossible, pulls: impossible }),
		),
		verify: verifyLive(findCluster),
		findCluster,
		duty: () => (writes ? 'write' : 'propose'),
		onNotice: (notice) => notices.push(notice),
		onReport: (policy, report) => reports.push([policy, report]),
	});
	const life = new AbortController();
	const running = reconciler.run(life.signal);
	let commits = 0;
	const stop = (): Promise<void> => {
		life.abort();
		return running;
	};
	t.teardown(stop);
	return {
		clock,
		store,
		cluster: memory,
		notices,
		reports,
		patched,
		apply(...policies) {
			commits += 1;
			const clusters = [{ name: 'east', access: { kind: 'context', context: 'east' } as const }];
			reconciler.apply({ commit: `commit-${commits}`, policies, clusters, problems: [] });
		},
		holdBack(plural) {
			const { promise, resolve } = Promise.withResolvers<void>();
			gates.set(plural, promise);
			return resolve;
		},
		stop,
	};
}
