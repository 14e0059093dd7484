import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import type { Lifetime } from '../../src/cli/demo/lifetime.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { type ApiAccess, openApiAccess } from '../support/api-access.ts';
import { createBareRepository } from '../support/git-remote.ts';
import { aNamespace, anEndpointSlice, aService } from '../support/kubernetes-objects.ts';
import type { LabCluster } from './cluster.ts';
import type { CollectionPlace } from './collection-path.ts';
import { createObject } from './create-object.ts';
import { type ObjectHistory, recordHistory } from './object-history.ts';
import { type RunProcess, startRun } from './run-process.ts';
import { setWebReady } from './web-slice.ts';

/** Spillway on one cluster, with policies from Git; a furnished namespace has the Services `web`, `spare`, `more`. */
export interface TargetsStage {
	readonly access: ApiAccess;
	readonly run: RunProcess;
	/** Has a policy come into force, or change. */
	commitPolicy(policy: PolicyText): Promise<void>;
	/** Makes a namespace with the Services, each with a ready endpoint. */
	furnish(namespace: string): Promise<void>;
	/** Empties a namespace's `web`, or fills it. */
	setReady(namespace: string, ready: boolean): Promise<void>;
	/** Until the test ends. */
	record(t: ExecutionContext, place: CollectionPlace): Promise<ObjectHistory>;
}

/** The stage that a file's tests share, for one of them. */
export type OpenStage = (t: ExecutionContext) => TargetsStage;

export interface PolicyText {
	readonly namespace: string;
	/** A flow mapping's inside: `name: web, kind: HTTPRoute`. */
	readonly target: string;
	/** After `web` and `spare`. */
	readonly more?: readonly string[];
}

const config = `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  clusters: {east: {context: east}}
  defaults: {failover: {via: Direct}, failback: {via: Direct}}
`;

function writePolicy({ namespace, target, more = [] }: PolicyText): string {
	const backends = ['web', 'spare', ...more].map((service, tier) => `{service: ${service}, tier: ${tier}}`);
	return `apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata: {name: web, namespace: ${namespace}}
spec:
  target: {cluster: east, ${target}}
  backends: [${backends.join(', ')}]
  failback: {after: 0s}
`;
}

/** Until the end of `lifetime`. */
export async function setTargetsStage(
	cluster: Pick<LabCluster, 'kubeconfig'>,
	lifetime: Lifetime,
): Promise<TargetsStage> {
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	lifetime.defer(access.close);
	await createObject(access, aNamespace('spillway'));
	const owner = { teardown: (undo: () => unknown) => lifetime.defer(async () => await undo()) };
	const repository = await createBareRepository(owner, { 'spillway.yaml': config });
	const flags = ['--cluster', 'east', '--allow-insecure-git', '--poll-interval', '250ms'];
	const run = await startRun(cluster.kubeconfig, '--repo', repository.url, ...flags);
	lifetime.defer(() => run.kill('SIGTERM'));
	let committed: Promise<unknown> = Promise.resolve();
	return {
		access,
		run,
		async commitPolicy(policy) {
			const { namespace } = policy;
			const files = { [`policies/${namespace}.yaml`]: writePolicy(policy) };
			const commit = () => repository.commit(files, `policy of ${namespace}`);
			committed = committed.then(commit);
			await committed;
		},
		furnish: (namespace) => furnish(access, namespace),
		setReady: (namespace, ready) => setWebReady(access, namespace, ready),
		async record(t, place) {
			const history = await recordHistory(cluster, place);
			t.teardown(history.stop);
			return history;
		},
	};
}

async function furnish(access: ApiAccess, namespace: string): Promise<void> {
	await createObject(access, aNamespace(namespace));
	for (const name of ['web', 'spare', 'more']) {
		await createObject(access, aService({ metadata: { name, namespace } }));
		const labels = { 'kubernetes.io/service-name': name };
		await createObject(access, anEndpointSlice({ service: name, metadata: { name, namespace, labels } }));
	}
}

/** How Spillway wrote to the `spec`: `spillway Apply`. */
export function writers(object: KubernetesObject | undefined): readonly string[] {
	const entries = object?.metadata.managedFields ?? [];
	return entries
		.filter(({ fieldsV1, manager }) => fieldsV1?.['f:spec'] !== undefined && manager === 'spillway')
		.map(({ manager, operation }) => `${manager} ${operation}`);
}
