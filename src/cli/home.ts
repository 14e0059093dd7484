import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readPodNamespace } from '../kubernetes/service-account.ts';
import type { LeaseTimings } from '../model/lease.ts';
import type { ClusterName, Namespace } from '../model/names.ts';
import type { ClusterAccess } from '../model/policy.ts';
import type { Cluster } from '../model/ports/cluster.ts';
import { ProblemError, problem } from '../model/problem.ts';
import { isRecord } from '../model/unstructured.ts';
import {
	createFileReplica,
	createHomeReplica,
	createLoneReplica,
	type Replica,
	type ReplicaParts,
} from './replica.ts';
import type { RunMode } from './run-mode.ts';
import type { Terminal } from './terminal.ts';

/** What flags say about the home cluster. */
export interface HomeFlags {
	readonly mode: RunMode;
	readonly environment: Terminal['env'];
	readonly kubeconfig?: string | undefined;
	/** The kubeconfig's context of the home cluster. */
	readonly context?: string | undefined;
	/** Of Lease and ledger. */
	readonly namespace?: Namespace | undefined;
	readonly leaderElect: boolean;
	readonly shards: number;
	readonly timings?: LeaseTimings;
	/** A file for the ledger, where there is no home cluster. */
	readonly ledger?: string | undefined;
	readonly writes: boolean;
}

export interface Home {
	readonly name: ClusterName;
	/** Absent: as spillway.yaml says. */
	readonly access?: ClusterAccess;
}

/** Where Lease and ledger are, outside of a pod and without --namespace. */
const usualNamespace: Namespace = 'spillway';

/** How the home cluster is reached: by --context, as the pod we run in, or as spillway.yaml says. */
export async function findHome({ mode, ...flags }: HomeFlags): Promise<Home | undefined> {
	const { home: name, repo } = mode;
	if (name === undefined) return undefined;
	const { context, kubeconfig, environment } = flags;
	if (context !== undefined) return { name, access: { kind: 'context', context } };
	if (kubeconfig === undefined && environment['KUBERNETES_SERVICE_HOST']) {
		return { name, access: { kind: 'inCluster' } };
	}
	if (repo !== undefined) return { name };
	return { name, access: { kind: 'context', context: await readCurrentContext(flags) } };
}

/** Throws ProblemError where there is no kubeconfig, or it has no current context. */
async function readCurrentContext({
	kubeconfig,
	environment,
}: Pick<HomeFlags, 'kubeconfig' | 'environment'>): Promise<string> {
	const { KUBECONFIG, HOME = '' } = environment;
	const file = kubeconfig ?? (KUBECONFIG || join(HOME, '.kube', 'config'));
	const value: unknown = await readFile(file, 'utf8')
		.then(parse)
		.catch(() => undefined);
	const context = isRecord(value) ? value['current-context'] : undefined;
	if (typeof context === 'string' && context !== '') return context;
	throw new ProblemError(
		problem('E_KUBECONFIG', {
			where: { kind: 'named', name: file },
			message: 'there is no kubeconfig with a current context',
			remedy: 'give --kubeconfig <file> and --context <name>, or run in a pod',
		}),
	);
}

/** What this process is among its replicas. */
export async function openReplica(
	flags: HomeFlags,
	cluster: Cluster | undefined,
	parts: ReplicaParts,
): Promise<Replica> {
	const { ledger, shards, leaderElect, timings, writes } = flags;
	if (!writes) return createLoneReplica();
	if (cluster === undefined) {
		return ledger === undefined ? createLoneReplica() : createFileReplica(ledger, parts);
	}
	const namespace = flags.namespace ?? (await readPodNamespace()) ?? usualNamespace;
	const name = `spillway-${cluster.name}`;
	const home = { cluster, namespace, name, shards, elects: leaderElect };
	return createHomeReplica({ ...home, ...(timings === undefined ? {} : { timings }) }, parts);
}
