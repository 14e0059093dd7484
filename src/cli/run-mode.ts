import type { ClusterName } from '../model/names.ts';
import { usageError } from './exit.ts';

/** What the flags of `run` and `plan` say about where policies come from and which clusters are written. */
export interface ModeOptions {
	readonly repo?: string | undefined;
	readonly cluster?: ClusterName | undefined;
	readonly context?: string | undefined;
	readonly hub?: boolean | undefined;
	readonly linkerdFailover?: boolean | undefined;
	readonly selector?: string | undefined;
	readonly shards?: number | undefined;
	readonly ledger?: string | undefined;
}

/** Where policies come from, and which clusters are written. */
export interface RunMode {
	/** The config repository; without it, labelled TrafficSplits are all there is. */
	readonly repo?: string;
	/** The cluster that holds the Lease and the ledger, and that is written. */
	readonly home?: ClusterName;
	/** Also write the clusters that are not the home. */
	readonly hub: boolean;
	/** Labelled TrafficSplits of the home cluster are policies as well; `selector` replaces the usual label. */
	readonly labelled?: { readonly selector?: string };
}

/** The home cluster's name where neither a flag nor a repository gives it one. */
export const unnamedHome: ClusterName = 'local';

/** Throws ProblemError (E_FLAG) for flags that do not go together. */
export function readRunMode(options: ModeOptions): RunMode {
	const { repo, cluster, hub = false, linkerdFailover = false, selector } = options;
	refuseOrphans(options);
	if (!linkerdFailover) {
		if (repo === undefined) {
			throw usageError(
				'--repo',
				'nothing says which policies to follow',
				'give --repo <url>, or --linkerd-failover to act on labelled TrafficSplits',
			);
		}
		requireScope(options);
		return { repo, hub, ...(cluster === undefined ? {} : { home: cluster }) };
	}
	const labelled = selector === undefined ? {} : { selector };
	if (repo === undefined) return { home: cluster ?? unnamedHome, hub: false, labelled };
	if (cluster === undefined) {
		const remedy = 'name the cluster whose labelled TrafficSplits count: --cluster <name>';
		throw usageError('--linkerd-failover', 'with --repo it acts on one cluster', remedy);
	}
	return { repo, home: cluster, hub, labelled };
}

function requireScope({ cluster, hub }: ModeOptions): void {
	if (cluster !== undefined || hub) return;
	throw usageError(
		'--cluster',
		'nothing says which clusters this Spillway writes',
		'run one Spillway in each cluster with --cluster <name>, or one for all of them with --hub',
	);
}

/** Flags that mean nothing without another one. */
function refuseOrphans(options: ModeOptions): void {
	const { repo, cluster, hub, linkerdFailover, selector, shards = 1, ledger, context } = options;
	const home = cluster !== undefined || linkerdFailover === true;
	if (selector !== undefined && !linkerdFailover) {
		throw usageError(
			'--selector',
			'it goes with --linkerd-failover',
			'add --linkerd-failover, or leave it out',
		);
	}
	if (hub && repo === undefined) {
		throw usageError('--hub', 'the clusters of a hub are declared in a repository', 'add --repo <url>');
	}
	if (shards > 1 && !home) {
		throw usageError('--shards', 'shards are Leases of a home cluster', 'add --cluster <name>');
	}
	if (ledger !== undefined && home) {
		const remedy = 'leave it out: with a home cluster the ledger is a ConfigMap there';
		throw usageError('--ledger', 'the ledger has one place', remedy);
	}
	if (context !== undefined && !home) {
		throw usageError('--context', 'it is the context of the home cluster', 'add --cluster <name>');
	}
}
