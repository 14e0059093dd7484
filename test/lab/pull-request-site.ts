import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type ApiAccess, openApiAccess } from '../support/api-access.ts';
import { keepKubeconfig } from '../support/kept-kubeconfig.ts';
import { aNamespace, anEndpointSlice } from '../support/kubernetes-objects.ts';
import { makeFolder } from '../support/temporary-folder.ts';
import { createObject } from './create-object.ts';
import { type ObjectHistory, recordHistory } from './object-history.ts';
import type { FindCluster } from './on-lab.ts';
import { formatLines, type RunProcess, startRun } from './run-process.ts';
import { formatSplit } from './split-weights.ts';
import { setWebReady } from './web-slice.ts';

/** The objects of a policy in a namespace of its own, and Spillway processes on them. */
export interface PullRequestSite {
	readonly access: ApiAccess;
	/** Each state of the split `web`. */
	readonly splits: ObjectHistory;
	/** `1/0` for each state of the weights, each once in a row. */
	weights(): readonly string[];
	untilWeights(weights: string): Promise<void>;
	/** Fills or empties the primary. */
	setReady(ready: boolean): Promise<void>;
	/** Starts `spillway run --hub` with nothing but the repository's URL and the token, on an empty disk. */
	start(facts: StartFacts): Promise<RunProcess>;
}

export interface StartFacts {
	/** Of the repository, without credentials. */
	readonly url: string;
	readonly token: string;
	readonly flags?: readonly string[];
}

export const splitFile = 'clusters/east/split.yaml';

/** The config repository of a site: policies, and manifests as Flux applies them. */
export function writeSite(
	namespace: string,
	{ hasSyncer = true }: { readonly hasSyncer?: boolean } = {},
): Readonly<Record<string, string>> {
	return {
		'spillway.yaml': `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  clusters: {east: {context: east, manifests: clusters/east${hasSyncer ? ', syncer: Flux' : ''}}}
  defaults: {failover: {via: PullRequest}, failback: {via: PullRequest}}
`,
		'policies/web.yaml': `apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata: {name: web, namespace: ${namespace}}
spec:
  target: {cluster: east, name: web}
  backends: [{service: web}, {service: spare, tier: 1}]
  failback: {after: 1s}
`,
		'clusters/east/services.yaml': ['web', 'spare'].map((name) => writeService(name, namespace)).join(''),
		[splitFile]: `apiVersion: split.smi-spec.io/v1alpha2
kind: TrafficSplit
metadata: {name: web, namespace: ${namespace}}
spec:
  service: web
  backends:
    - service: web
      weight: 1                        # here
    - service: spare
      weight: 0
`,
	};
}

function writeService(name: string, namespace: string): string {
	return `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {ports: [{name: http, port: 80}]}
`;
}

/** Makes the namespace and its slices; what the repository declares is for Flux, or for whoever calls. */
export async function openPullRequestSite(
	t: ExecutionContext,
	find: FindCluster,
	namespace: string,
): Promise<PullRequestSite> {
	const cluster = find('east');
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	await createObject(access, aNamespace(namespace));
	for (const name of ['web', 'spare']) {
		const labels = { 'kubernetes.io/service-name': name };
		await createObject(access, anEndpointSlice({ service: name, metadata: { name, namespace, labels } }));
	}
	const place = { apiVersion: 'split.smi-spec.io/v1alpha2', plural: 'trafficsplits', namespace };
	const splits = await recordHistory(cluster, place);
	t.teardown(splits.stop);
	const weights = (): readonly string[] => {
		const states = splits.of('web').map(({ object }) => formatSplit(object));
		return states.filter((state, index) => state !== states[index - 1]);
	};
	return {
		access,
		splits,
		weights,
		untilWeights: (wanted) => splits.until(() => weights().at(-1) === wanted),
		setReady: (ready) => setWebReady(access, namespace, ready),
		async start({ url, token, flags = [] }) {
			const kubeconfig = join(await makeFolder(t), 'kubeconfig');
			await keepKubeconfig(kubeconfig, await readFile(cluster.kubeconfig, 'utf8'));
			const environment = { SPILLWAY_TOKEN: token, HOME: dirname(kubeconfig) };
			const all = ['--repo', url, '--allow-insecure-git', '--hub', ...flags];
			const run = await startRun({ kubeconfig, environment }, ...all);
			t.teardown(async () => {
				await run.kill('SIGKILL');
				if (!t.passed) t.log(formatLines(run.lines));
			});
			return run;
		},
	};
}
