import { readFile, rename } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { openApiAccess } from '../support/api-access.ts';
import { type BareRepository, createBareRepository, createFolder } from '../support/git-remote.ts';
import { aNamespace, anEndpointSlice } from '../support/kubernetes-objects.ts';
import { type ProgramEnd, runSpillway } from '../support/terminal.ts';
import { collectionPath } from './collection-path.ts';
import { createObject } from './create-object.ts';
import { gitOpsRights } from './documented-rights.ts';
import { type Flux, startFlux } from './flux.ts';
import { type ObjectHistory, recordHistory } from './object-history.ts';
import type { FindCluster } from './on-lab.ts';
import { formatLines, type RunProcess, startRun } from './run-process.ts';
import { createAccount } from './service-account.ts';
import { formatSplit } from './split-weights.ts';
import { setWebReady } from './web-slice.ts';

/** A namespace of its own that Flux keeps at what Git declares, with a policy that delivers by commit. */
export interface CommitStage {
	readonly namespace: string;
	readonly repository: BareRepository;
	readonly flux: Flux;
	/** Each state of the split `web`. */
	readonly splits: ObjectHistory;
	/** The same of what Flux has in the namespace. */
	readonly sources: ObjectHistory;
	readonly kustomizations: ObjectHistory;
	/** Starts Spillway, and resolves once it finds the weights in place. */
	start(...flags: readonly string[]): Promise<RunProcess>;
	/** Starts it, and nothing more. */
	startAnew(...flags: readonly string[]): Promise<RunProcess>;
	/** Fills or empties the primary. */
	setReady(ready: boolean): Promise<void>;
	/** `1/0` for each state of the weights, each once in a row. */
	weights(): readonly string[];
	untilWeights(weights: string): Promise<void>;
	/** Changes the live split, as people do. */
	edit(change: object): Promise<void>;
	/** Takes the repository away from everybody, or brings it back. */
	setRepositoryAway(away: boolean): Promise<void>;
	/** `spillway trace` of the policy. */
	trace(): Promise<ProgramEnd>;
	/** Resolves once the ledger tells of a move that is under way. */
	untilKept(): Promise<void>;
	/** Rewrites the ledger of a Spillway that has ended. */
	editLedger(change: (text: string) => string): Promise<void>;
}

export interface CommitStageOptions {
	readonly namespace: string;
	/** More of the policy's `failover`: `escalate: [{after: 5s, to: Direct}]`. */
	readonly failover?: string;
	/** The repository's URL, where it is not served from the disk. */
	readonly serve?: (repository: BareRepository) => Promise<{ readonly url: string }>;
}

export const splitFile = 'clusters/east/split.yaml';

const config = `apiVersion: spillway.dev/v1alpha1
kind: SpillwayConfig
spec:
  clusters: {east: {context: east, manifests: clusters/east, syncer: Flux}}
  defaults: {failover: {via: Commit}, failback: {via: Commit}}
`;

/** What Flux applies, in one namespace. */
function writeManifests(namespace: string): Readonly<Record<string, string>> {
	const service = (name: string) => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {ports: [{name: http, port: 80}]}
`;
	return {
		'clusters/east/services.yaml': service('web') + service('spare'),
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

function writePolicy(namespace: string, failover: string): string {
	return `apiVersion: spillway.dev/v1alpha1
kind: FailoverPolicy
metadata: {name: web, namespace: ${namespace}}
spec:
  target: {cluster: east, name: web}
  backends: [{service: web}, {service: spare, tier: 1}]
  failover: {${failover}}
`;
}

interface Ledger {
	readonly 'ledger.json': string;
}

const splitPlace = { apiVersion: 'split.smi-spec.io/v1alpha2', plural: 'trafficsplits' };

/** All of it goes with the test, but for the namespace. */
export async function setCommitStage(
	t: ExecutionContext,
	find: FindCluster,
	{ namespace, failover = '', serve }: CommitStageOptions,
): Promise<CommitStage> {
	t.timeout(120_000);
	const cluster = find('east');
	const access = openApiAccess(await readFile(cluster.kubeconfig, 'utf8'));
	t.teardown(access.close);
	const record = async (apiVersion: string, plural: string): Promise<ObjectHistory> => {
		const history = await recordHistory(cluster, { apiVersion, plural, namespace });
		t.teardown(history.stop);
		return history;
	};
	const repository = await createBareRepository(t, {
		'spillway.yaml': config,
		'policies/web.yaml': writePolicy(namespace, failover),
		...writeManifests(namespace),
	});
	const { url } = (await serve?.(repository)) ?? repository;
	await createObject(access, aNamespace(namespace));
	for (const name of ['web', 'spare']) {
		const labels = { 'kubernetes.io/service-name': name };
		await createObject(access, anEndpointSlice({ service: name, metadata: { name, namespace, labels } }));
	}
	const grants = await gitOpsRights(namespace);
	const kubeconfig = await createAccount(access, cluster, {
		namespace,
		grants,
		folder: await createFolder(t),
	});
	const flux = await startFlux(t, { cluster, url, namespace });
	await flux.untilApplied((await repository.git('rev-parse', 'main')).trim());
	const splits = await record(splitPlace.apiVersion, splitPlace.plural);

	const repo = ['--repo', url, '--allow-insecure-git'];
	const startAnew = async (...more: readonly string[]): Promise<RunProcess> => {
		const flags = ['--cluster', 'east', '--namespace', namespace, '--poll-interval', '250ms'];
		const run = await startRun(kubeconfig, ...repo, ...flags, ...more);
		t.teardown(async () => {
			await run.kill('SIGKILL');
			if (!t.passed) t.log(formatLines(run.lines));
		});
		return run;
	};
	const patch = async (path: string, change: object): Promise<void> => {
		const mediaType = 'application/merge-patch+json';
		const { code } = await access.call({ method: 'PATCH', path, mediaType, text: JSON.stringify(change) });
		if (code !== 200) throw new Error(`${path}: HTTP ${code}`);
	};
	const ledgers = await record('v1', 'configmaps');
	const readLedger = (): string => {
		const data = ledgers.of('spillway-east-ledger').at(-1)?.object['data'] as Ledger | undefined;
		return data?.['ledger.json'] ?? '';
	};
	const weights = (): readonly string[] => {
		const states = splits.of('web').map(({ object }) => formatSplit(object));
		return states.filter((state, index) => state !== states[index - 1]);
	};
	return {
		namespace,
		repository,
		flux,
		splits,
		sources: await record('source.toolkit.fluxcd.io/v1', 'gitrepositories'),
		kustomizations: await record('kustomize.toolkit.fluxcd.io/v1', 'kustomizations'),
		startAnew,
		async start(...more) {
			const run = await startAnew(...more);
			await run.until(({ reasons = [] }) =>
				reasons.some((reason) => reason.startsWith('the weights are right')),
			);
			return run;
		},
		setReady: (ready) => setWebReady(access, namespace, ready),
		weights,
		untilWeights: (wanted) => splits.until(() => weights().at(-1) === wanted),
		edit: (change) => patch(`${collectionPath({ ...splitPlace, namespace })}/web`, change),
		setRepositoryAway(away) {
			const { path } = repository;
			const other = `${path}.away`;
			return away ? rename(path, other) : rename(other, path);
		},
		trace: () => runSpillway(t, 'trace', `${namespace}/web`, ...repo, '--kubeconfig', kubeconfig),
		untilKept: () => ledgers.until(() => readLedger().includes('"pending"')),
		async editLedger(change) {
			const path = `/api/v1/namespaces/${namespace}/configmaps/spillway-east-ledger`;
			const { body } = await access.call({ method: 'GET', path });
			const { data } = body as { readonly data: Ledger };
			await patch(path, { data: { 'ledger.json': change(data['ledger.json']) } });
		},
	};
}
