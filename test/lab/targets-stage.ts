import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { openApiAccess, type ApiAccess } from '../support/api-access.ts';
import { type BareRepository, createBareRepository } from '../support/git-remote.ts';
import { aNamespace, anEndpointSlice, aService } from '../support/kubernetes-objects.ts';
import type { LabCluster } from './cluster.ts';
import { type CollectionPlace, collectionPath } from './collection-path.ts';
import { createObject } from './create-object.ts';
import { type ObjectHistory, recordHistory } from './object-history.ts';
import { formatLines, type RunProcess, startRun } from './run-process.ts';

/** Spillway on one cluster, with policies from Git; every namespace has the Services `web` and `spare`. */
export interface TargetsStage {
	readonly access: ApiAccess;
	readonly run: RunProcess;
	readonly repository: BareRepository;
	/** Has a policy come into force, or change. */
	commitPolicy(policy: PolicyText): Promise<void>;
	/** Makes a namespace with both Services, each with a ready endpoint. */
	furnish(namespace: string): Promise<void>;
	/** Empties a namespace's `web`, or fills it. */
	setReady(namespace: string, ready: boolean): Promise<void>;
	/** Until the test ends. */
	record(t: ExecutionContext, place: CollectionPlace): Promise<ObjectHistory>;
}

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

/** Until the test ends. */
export async function setTargetsStage(
	t: ExecutionContext,
	cluster: Pick<LabCluster, 'kubeconfig'>,
): Promise<TargetsStage> {
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	await createObject(access, aNamespace('spillway'));
	const repository = await createBareRepository(t, { 'spillway.yaml': config });
	const flags = ['--cluster', 'east', '--allow-insecure-git', '--poll-interval', '250ms'];
	const run = await startRun(cluster.kubeconfig, '--repo', repository.url, ...flags);
	t.teardown(async () => {
		await run.kill('SIGTERM');
		if (!t.passed) t.log(formatLines(run.lines));
	});
	return {
		access,
		run,
		repository,
		async commitPolicy(policy) {
			const path = `policies/${policy.namespace}.yaml`;
			await repository.commit({ [path]: writePolicy(policy) }, `policy of ${policy.namespace}`);
		},
		async furnish(namespace) {
			await createObject(access, aNamespace(namespace));
			for (const name of ['web', 'spare']) {
				await createObject(access, aService({ metadata: { name, namespace } }));
				const labels = { 'kubernetes.io/service-name': name };
				await createObject(access, anEndpointSlice({ service: name, metadata: { name, namespace, labels } }));
			}
		},
		async setReady(namespace, ready) {
			const place = { apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespace };
			const { code, body } = await access.call({
				method: 'PATCH',
				path: `${collectionPath(place)}/web`,
				mediaType: 'application/json-patch+json',
				text: JSON.stringify([{ op: 'replace', path: '/endpoints/0/conditions/ready', value: ready }]),
			});
			if (code !== 200) throw new Error(`the slice was refused: ${JSON.stringify(body)}`);
		},
		async record(test, place) {
			const history = await recordHistory(cluster, place);
			test.teardown(history.stop);
			return history;
		},
	};
}
