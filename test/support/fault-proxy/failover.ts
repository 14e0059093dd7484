import type { ExecutionContext } from 'ava';
import { createDelivery } from '../../../src/deliver/deliver.ts';
import { deliverDirect } from '../../../src/deliver/direct.ts';
import { verifyLive } from '../../../src/deliver/verify.ts';
import { connectCluster } from '../../../src/kubernetes/cluster.ts';
import type { Connection } from '../../../src/kubernetes/connection.ts';
import type { Notice } from '../../../src/model/notice.ts';
import type { Log } from '../../../src/model/ports/log.ts';
import type { Reason } from '../../../src/model/reason.ts';
import type { Milliseconds } from '../../../src/model/time.ts';
import { createMemoryLedger } from '../../../src/reconcile/memory-ledger.ts';
import { createReconciler } from '../../../src/reconcile/reconciler.ts';
import { createEventReporter } from '../../../src/report/kubernetes-events.ts';
import type { EmbeddedApi } from '../../../src/simulator/kubernetes/embedded-api.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/simulator/virtual-clock.ts';
import { readConnection } from '../api-access.ts';
import { startEmbeddedApi } from '../embedded-api.ts';
import { createFleet, type Fleet } from '../fleet.ts';
import { impossible } from '../impossible-delivery.ts';
import type { FaultRule } from './fault.ts';
import { passTime } from './pass-time.ts';
import { type FaultProxy, startFaultProxy } from './proxy.ts';

export interface FailoverOptions {
	/** Splits with a policy each. Default: 1. */
	readonly size?: number;
	/** Of each request, in real time: it must let every request pass that is to be answered. */
	readonly deadline?: Milliseconds;
	/** In force before the process starts. */
	readonly rules?: readonly FaultRule[];
	/** How the process reaches the proxy. */
	readonly connect?: (proxy: FaultProxy) => Promise<Connection>;
}

/** The real loop in Direct mode over a real connection to an embedded API, through a fault proxy; one virtual clock. */
export interface Failover {
	readonly api: EmbeddedApi;
	readonly proxy: FaultProxy;
	readonly clock: VirtualClock;
	/** `web-N` and `spare-N`, all ready, weights 1/0. */
	readonly fleet: Fleet;
	/** What was told, over all lives. */
	readonly notices: readonly Notice[];
	/** `web-N` of each patch that came to the proxy, in order. */
	patched(): readonly string[];
	/** Events created at the API server, by what happened. */
	events(): readonly string[];
	/** Lets time pass until it holds; fails the test if it does not within `bound` of virtual time. */
	within(bound: Milliseconds, holds: () => boolean): Promise<void>;
	/** Lets this much time pass, as slowly as connections need. */
	pass(span: Milliseconds): Promise<void>;
	/** Whether every split of the fleet carries these weights. */
	carry(web: number, spare: number): boolean;
	/** Ends the process as a crash does, and starts another with an empty memory. */
	restart(): Promise<void>;
}

/** Resolves once every split was looked at and found right. */
export async function startFailover(t: ExecutionContext, options: FailoverOptions = {}): Promise<Failover> {
	const { size = 1, rules = [] } = options;
	const clock = createVirtualClock();
	const { api } = await startEmbeddedApi(t, clock);
	const fleet = createFleet(api.store, size);
	const proxy = await startFaultProxy(t, readConnection(api.kubeconfig('east')));
	for (const rule of rules) proxy.rule(rule);
	const notices: Notice[] = [];
	const numbers = Array.from({ length: size }, (_, n) => n);
	const { connect, deadline = 20_000 } = options;
	const connection = (await connect?.(proxy)) ?? proxy.connection;
	const start = () => startProcess({ connection, clock, fleet, notices, deadline });
	let process = start();
	t.teardown(() => process.kill());
	const failover: Failover = {
		api,
		proxy,
		clock,
		fleet,
		notices,
		patched: () =>
			proxy.history
				.filter(({ method }) => method === 'PATCH')
				.map(({ url }) => url.pathname.split('/').at(-1) ?? ''),
		events: () => api.store.list({ group: '', plural: 'events' }).items.map(({ reason }) => String(reason)),
		async within(bound, holds) {
			if (!(await passTime(clock, bound, holds))) throw new Error(`not within ${bound} ms`);
		},
		async pass(span) {
			await passTime(clock, span);
		},
		carry: (web, spare) => numbers.every((n) => fleet.weights(n).join() === [web, spare].join()),
		async restart() {
			await process.kill();
			process = start();
		},
	};
	const watched = ['/trafficsplits', '/services', '/endpointslices'];
	await failover.within(10_000, () => {
		const right = notices.filter((notice) => notice.kind === 'held' && isRight(notice.reasons));
		return right.length === size && watched.every((path) => proxy.watches(path).length > 0);
	});
	return failover;
}

function isRight(reasons: readonly Reason[]): boolean {
	return reasons.some(({ code }) => code === 'InPlace');
}

interface ProcessParts {
	readonly connection: Connection;
	readonly clock: VirtualClock;
	readonly fleet: Fleet;
	readonly notices: Notice[];
	readonly deadline: Milliseconds;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function startProcess({ connection, clock, fleet, notices, deadline }: ProcessParts) {
	const random = (): number => 0.5;
	const cluster = connectCluster({ name: 'east', connection, clock, random, deadline });
	const findCluster = () => Promise.resolve(cluster);
	const life = new AbortController();
	const events = createEventReporter({ findCluster, clock, log: silent, isWriting: () => false });
	const reconciler = createReconciler({
		clock,
		random,
		ledger: createMemoryLedger(),
		delivery: createDelivery({ direct: deliverDirect(findCluster), edit: impossible, pulls: impossible }),
		verify: verifyLive(findCluster),
		findCluster,
		duty: () => 'write',
		onNotice(notice) {
			notices.push(notice);
			events.report(notice);
		},
	});
	const running = reconciler.run(life.signal);
	const clusters = [{ name: 'east', access: { kind: 'context', context: 'east' } as const }];
	reconciler.apply({ commit: 'commit-1', policies: fleet.policies, clusters, problems: [] });
	return {
		async kill(): Promise<void> {
			life.abort();
			events.close();
			await Promise.all([running, cluster.close()]);
		},
	};
}
