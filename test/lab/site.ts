import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { parseAllDocuments } from 'yaml';
import type { Lifetime } from '../../src/cli/demo/lifetime.ts';
import { aDeployment, aNamespace, aService, type NewObject } from '../support/kubernetes-objects.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { createObject } from './create-object.ts';
import { linkerdFailoverRights } from './documented-rights.ts';
import { type Change, type ObjectHistory, recordHistory } from './object-history.ts';
import type { FindCluster } from './on-lab.ts';
import { type OpenCluster, openCluster } from './open-cluster.ts';
import { formatLines, type RunProcess, startRun } from './run-process.ts';
import { createAccount } from './service-account.ts';
import { formatSplit } from './split-weights.ts';

/** A lab cluster with Spillway in place of linkerd-failover, and all that is seen there. */
export interface Site {
	readonly cluster: OpenCluster;
	readonly splits: ObjectHistory;
	readonly slices: ObjectHistory;
	readonly events: ObjectHistory;
	/** Starts Spillway; the one that ran before must have ended. */
	start(): Promise<RunProcess>;
	/** The one started last. */
	run(): RunProcess;
}

/** Until the end of `lifetime`; Spillway has the rights that its documentation lists, and no others. */
export async function openSite(facts: ReturnType<FindCluster>, lifetime: Lifetime): Promise<Site> {
	const cluster = await openCluster(facts);
	lifetime.defer(cluster.close);
	const record = async (apiVersion: string, plural: string): Promise<ObjectHistory> => {
		const history = await recordHistory(facts, { apiVersion, plural });
		lifetime.defer(() => Promise.resolve(history.stop()));
		return history;
	};
	await createObject(cluster.access, aNamespace('spillway'));
	const folder = await makeFolder({ teardown: lifetime.defer });
	const [namespace, grants] = ['spillway', await linkerdFailoverRights('spillway')];
	const kubeconfig = await createAccount(cluster.access, facts, { namespace, grants, folder });
	let run: RunProcess | undefined;
	lifetime.defer(async () => await run?.kill('SIGTERM'));
	return {
		cluster,
		splits: await record('split.smi-spec.io/v1alpha1', 'trafficsplits'),
		slices: await record('discovery.k8s.io/v1', 'endpointslices'),
		events: await record('v1', 'events'),
		async start() {
			const { name } = facts;
			run = await startRun(kubeconfig, '--linkerd-failover', '--cluster', name, '--context', name);
			return run;
		},
		run() {
			if (run === undefined) throw new Error('Spillway was not started');
			return run;
		},
	};
}

/** Creates objects, in order. */
export async function create({ cluster }: Site, ...objects: readonly NewObject[]): Promise<void> {
	for (const object of objects) await createObject(cluster.access, object);
}

/** The documents of a file of examples/linkerd-failover. */
export async function readExample(name: string): Promise<readonly NewObject[]> {
	const file = new URL(`../../examples/linkerd-failover/${name}.yaml`, import.meta.url);
	return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS() as NewObject);
}

/** Shows what Spillway said, should the test fail. */
export function showRun(t: ExecutionContext, site: Site): void {
	t.teardown(() => {
		if (!t.passed) t.log(formatLines(site.run().lines));
	});
}

/** Runs it until the test ends. */
export function runDuring(t: ExecutionContext, run: (signal: AbortSignal) => Promise<void>): void {
	const stop = new AbortController();
	const ended = run(stop.signal);
	t.teardown(() => {
		stop.abort();
		return ended;
	});
}

/** A Deployment and its Service; its pods have the Service's name as their label `app`. */
export interface Workload {
	readonly namespace: string;
	readonly service: string;
	/** Default: as the Service. */
	readonly deployment?: string;
	readonly labels?: Readonly<Record<string, string>>;
}

/** Creates it; its pods come a moment later. */
export async function deploy({ cluster }: Site, workload: Workload, replicas: number = 1): Promise<void> {
	const { namespace, service: app, deployment = app, labels = {} } = workload;
	const spec = { selector: { app } };
	await createObject(cluster.access, aService({ metadata: { name: app, namespace, labels }, spec }));
	const metadata = { name: deployment, namespace };
	await createObject(cluster.access, aDeployment({ metadata, app, replicas }));
}

/** `kubectl scale`. */
export async function scale({ cluster }: Site, workload: Workload, replicas: number): Promise<void> {
	const { namespace, service, deployment = service } = workload;
	const { code, body } = await cluster.access.call({
		method: 'PATCH',
		path: `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}/scale`,
		mediaType: 'application/merge-patch+json',
		text: JSON.stringify({ spec: { replicas } }),
	});
	if (code !== 200) throw new Error(`the scale was refused: ${JSON.stringify(body)}`);
}

/** Resolves once each of these Services has a ready endpoint. */
export async function untilReady({ slices }: Site, namespace: string, ...services: string[]): Promise<void> {
	await slices.until(() => {
		const latest = new Map(slices.changes.map((change) => [change.object.metadata.uid, change]));
		return services.every((service) =>
			[...latest.values()].some((each) => isReady(each, namespace, service)),
		);
	});
}

function isReady({ kind, object }: Change, namespace: string, service: string): boolean {
	const { labels, namespace: where } = object.metadata;
	if (kind === 'DELETED' || where !== namespace) return false;
	if (labels?.['kubernetes.io/service-name'] !== service) return false;
	const endpoints = (object['endpoints'] ?? []) as readonly { conditions: { ready?: boolean } }[];
	return endpoints.some(({ conditions }) => conditions.ready !== false);
}

/** `1/0` for each state that a split was in, each once. */
export function transitions({ splits }: Site, namespace: string, name: string): readonly string[] {
	const states = splits
		.of(name)
		.filter(({ object }) => object.metadata.namespace === namespace)
		.map(({ object }) => formatSplit(object));
	return states.filter((state, index) => state !== states[index - 1]);
}

/** Resolves once the split's live weights are these. */
export async function untilWeights(
	site: Site,
	split: { readonly namespace: string; readonly name: string },
	weights: string,
): Promise<void> {
	await site.splits.until(() => transitions(site, split.namespace, split.name).at(-1) === weights);
}
