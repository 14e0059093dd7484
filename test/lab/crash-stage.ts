import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { stringify } from 'yaml';
import { inFlight } from '../bench/in-flight.ts';
import { openConnection, readConnection } from '../support/api-access.ts';
import type { ProxiedRequest } from '../support/fault-proxy/fault.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/proxy.ts';
import { aNamespace, anEndpointSlice, aService, aSplit } from '../support/kubernetes-objects.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import type { LabCluster } from './cluster.ts';
import { createObject } from './create-object.ts';
import { type ObjectHistory, recordHistory } from './object-history.ts';
import { formatLines, type RunProcess, startRun } from './run-process.ts';
import { formatSplit } from './split-weights.ts';
import { setWebReady } from './web-slice.ts';

/** A process that reaches the cluster through a proxy of its own. */
export interface Replica {
	readonly run: RunProcess;
	readonly proxy: FaultProxy;
	/** The patches it sent, in order. */
	patches(): readonly ProxiedRequest[];
	/** Lets so many more patches pass, and keeps the others on their way. */
	hold(reach: number): HeldPatches;
}

export interface HeldPatches {
	/** Resolves once some are kept. */
	some(): Promise<void>;
	/** Lets them go to the server; resolves to its answers' statuses. */
	release(): Promise<readonly number[]>;
}

/** A namespace of splits behind one primary, watched by an independent client. */
export interface CrashStage {
	readonly splits: ObjectHistory;
	/** Each state of the Lease. */
	readonly leases: ObjectHistory;
	/** Starts one more process. */
	start(): Promise<Replica>;
	/** Resolves once it leads, and found every split in place. */
	untilLeading(replica: Replica): Promise<void>;
	/** Resolves once it knows who leads, and watches that and all that the leader watches. */
	untilFollowing(replica: Replica): Promise<void>;
	/** Empties the primary, or fills it. */
	setReady(ready: boolean): Promise<void>;
	/** How many splits carry these weights now. */
	count(weights: string): number;
	/** What became of the splits: `1/0 0/1`, each kind of history once. */
	histories(): readonly string[];
}

export interface CrashStageOptions {
	readonly namespace: string;
	/** How many splits. */
	readonly size: number;
	readonly flags: readonly string[];
}

export async function setStage(
	t: ExecutionContext,
	cluster: Pick<LabCluster, 'kubeconfig'>,
	{ namespace, size, flags }: CrashStageOptions,
): Promise<CrashStage> {
	const connection = readConnection(await readFile(cluster.kubeconfig, 'utf8'));
	const access = openConnection(connection);
	t.teardown(access.close);
	const labels = { 'failover.linkerd.io/controlled-by': 'linkerd-failover' };
	const slice = (service: string) =>
		anEndpointSlice({ service, metadata: { name: service, namespace, labels: sliceLabels(service) } });
	for (const name of ['spillway', namespace]) await createObject(access, aNamespace(name));
	for (const service of ['web', 'spare']) {
		await createObject(access, aService({ metadata: { name: service, namespace } }));
		await createObject(access, slice(service));
	}
	const numbers = Array.from({ length: size }, (_, number) => number);
	await inFlight(32, numbers, (number) =>
		createObject(
			access,
			aSplit({
				metadata: { name: `split-${number}`, namespace, labels },
				service: `apex-${number}`,
				backends: { web: 1, spare: 0 },
			}),
		),
	);
	const record = async (apiVersion: string, plural: string, where: string) => {
		const history = await recordHistory(cluster, { apiVersion, plural, namespace: where });
		t.teardown(history.stop);
		return history;
	};
	const splits = await record('split.smi-spec.io/v1alpha1', 'trafficsplits', namespace);
	const statesOf = (): ReadonlyMap<string, readonly string[]> => {
		const all = new Map<string, string[]>();
		for (const { object } of splits.changes) {
			const states = all.get(object.metadata.name) ?? [];
			all.set(object.metadata.name, states);
			states.push(formatSplit(object));
		}
		return all;
	};
	return {
		splits,
		leases: await record('coordination.k8s.io/v1', 'leases', 'spillway'),
		start: () => startReplica(t, connection, flags),
		async untilLeading({ run }) {
			await run.until(({ message }) => message === 'leading');
			const policies = new Set<string>();
			await run.until(({ message, policy, reasons = [] }) => {
				if (message === 'holding' && reasons[0]?.startsWith('the weights are right'))
					policies.add(policy ?? '');
				return policies.size === size;
			});
		},
		untilFollowing: ({ proxy }) =>
			proxy.until(
				() =>
					proxy.lists('/leases/spillway-east').some(({ answer }) => answer?.status === 200) &&
					['/trafficsplits', '/services', '/endpointslices', '/spillway/leases'].every((path) =>
						proxy.watches(path).some(({ answer }) => answer?.status === 200),
					),
			),
		setReady: (ready) => setWebReady(access, namespace, ready),
		count: (weights) => [...statesOf().values()].filter((states) => states.at(-1) === weights).length,
		histories: () => [...new Set([...statesOf().values()].map((states) => states.join(' ')))],
	};
}

function sliceLabels(service: string): Readonly<Record<string, string>> {
	return { 'kubernetes.io/service-name': service };
}

async function startReplica(
	t: ExecutionContext,
	connection: Parameters<typeof startFaultProxy>[1],
	flags: readonly string[],
): Promise<Replica> {
	const proxy = await startFaultProxy(t, connection, { streamsLists: true });
	const kubeconfig = join(await makeFolder(t), 'kubeconfig');
	await writeFile(kubeconfig, formatKubeconfig(proxy), { mode: 0o600 });
	const run = await startRun(kubeconfig, '--linkerd-failover', '--cluster', 'east', ...flags);
	t.teardown(async () => {
		await run.kill('SIGKILL');
		if (!t.passed) t.log(formatLines(run.lines.slice(-20)));
	});
	const patches = () =>
		proxy.history.filter(({ method, url }) => method === 'PATCH' && /\/trafficsplits\//.test(url.pathname));
	return {
		run,
		proxy,
		patches,
		hold(reach) {
			const gate = Promise.withResolvers<void>();
			const first = patches().length + reach;
			const rule = proxy.rule({
				method: 'PATCH',
				path: '/trafficsplits/',
				after: reach,
				fault: { kind: 'delay', moment: 'request', until: () => gate.promise },
			});
			return {
				some: () => proxy.until(() => rule.struck() > 0),
				async release() {
					gate.resolve();
					const kept = () => patches().slice(first);
					await proxy.until(() => kept().every(({ answer }) => answer !== undefined));
					return kept().map(({ answer }) => answer?.status ?? 0);
				},
			};
		},
	};
}

function formatKubeconfig({ connection: { server, tls } }: FaultProxy): string {
	const authority = Buffer.from(String(tls.ca)).toString('base64');
	return stringify({
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{ name: 'east', cluster: { server, 'certificate-authority-data': authority } }],
		// The proxy has credentials of its own.
		users: [{ name: 'somebody', user: { token: 'any' } }],
		contexts: [{ name: 'east', context: { cluster: 'east', user: 'somebody' } }],
		'current-context': 'east',
	});
}
