// Whole processes over one cluster in memory: election, ledger and reconciler put together as `run` does it.
import { assembleReconciler } from '../../src/cli/reconciliation.ts';
import { createHomeReplica } from '../../src/cli/replica.ts';
import type { FailoverPolicy } from '../../src/model/policy.ts';
import type { Reconciler } from '../../src/reconcile/reconciler.ts';
import { createObjectStore } from '../../src/simulator/kubernetes/memory-object-store.ts';
import type { ObjectStore } from '../../src/simulator/kubernetes/object-store.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aNamespace, anEndpointSlice, aService, aSplit, createObjects } from './kubernetes-objects.ts';
import { aPolicy } from './policies.ts';
import { type Process, startProcess } from './replica-wire.ts';
import { home, leaseName } from './replicas.ts';
import { splits } from './split-cluster.ts';

export interface Instance extends Process {
	leads(): boolean;
	/** As SIGTERM; resolves once it has let go. */
	stop(): Promise<void>;
}

/** emojivoto with its split at 1/0, and all who look after it. */
export interface Deployment {
	readonly clock: VirtualClock;
	readonly store: ObjectStore;
	/** The live weights, one entry for each change. */
	readonly transitions: readonly string[];
	start(): Instance;
	/** Makes the primary ready or not. */
	setReady(ready: boolean): void;
}

const slices = { group: 'discovery.k8s.io', plural: 'endpointslices', namespace: 'emojivoto' };

export function startDeployment(overrides: Partial<FailoverPolicy> = {}): Deployment {
	const clock = createVirtualClock();
	const store = createObjectStore(clock);
	createObjects(
		store,
		aNamespace(),
		aNamespace(home),
		aService(),
		aService({ metadata: { name: 'emoji-svc-west' } }),
		anEndpointSlice(),
		anEndpointSlice({ service: 'emoji-svc-west' }),
		aSplit(),
	);
	const transitions: string[] = [];
	store.watch({ group: splits.group, plural: splits.plural }, undefined, ({ object }) => {
		const { backends } = object['spec'] as { backends: readonly { weight: unknown }[] };
		transitions.push(backends.map(({ weight }) => weight).join('/'));
	});
	return {
		clock,
		store,
		transitions,
		start: () => startInstance({ clock, store }, aPolicy(overrides)),
		setReady(ready) {
			const slice = anEndpointSlice({ ready: [ready] });
			store.update({ ...slices, name: slice.metadata.name }, slice);
		},
	};
}

function startInstance(world: Pick<Deployment, 'clock' | 'store'>, policy: FailoverPolicy): Instance {
	const process = startProcess(world);
	const { clock } = process;
	const random = () => 0.5;
	const options = { cluster: process.cluster, namespace: home, name: leaseName, shards: 1, elects: true };
	const replica = createHomeReplica(options, {
		clock,
		random,
		log: { info: () => undefined, warn: () => undefined, error: () => undefined },
		onProblem: () => undefined,
		onLead: (concerns) => reconciler.wake(concerns),
	});
	const reconciler: Reconciler = assembleReconciler({
		...replica,
		clock,
		random,
		repository: undefined,
		findCluster: () => Promise.resolve(process.cluster),
		writes: true,
		onNotice: () => undefined,
	});
	const life = new AbortController();
	const leaving = new AbortController();
	const taking = replica.run(leaving.signal);
	const reconciling = reconciler.run(life.signal);
	const clusters = [{ name: 'east', access: { kind: 'context', context: 'east' } as const }];
	reconciler.apply({ commit: 'commit-1', policies: [policy], clusters, problems: [] });
	return {
		...process,
		leads: () => replica.leads(policy.key),
		async stop() {
			life.abort();
			await reconciling;
			leaving.abort();
			await taking;
		},
	};
}
