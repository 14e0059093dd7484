// The GitOps tools of all clusters behind one port.
import type { ClusterName } from '../../model/names.ts';
import { describeNoSyncer } from '../../model/no-syncers.ts';
import type { ClusterConfig, SyncerConfig } from '../../model/policy.ts';
import type { Repository } from '../../model/ports/repository.ts';
import type { Syncers } from '../../model/ports/syncer.ts';
import type { Problem } from '../../model/problem.ts';
import { createArgoCdSyncer } from './argo-cd-syncer.ts';
import type { ClusterSyncer, SyncerContext } from './cluster-syncer.ts';
import { createCommitOrder } from './commit-order.ts';
import { createFluxSyncer } from './flux-syncer.ts';
import type { WatchParts } from './watched.ts';

export interface SyncerParts extends WatchParts {
	readonly repository: Pick<Repository, 'url' | 'branch' | 'ancestry'> | undefined;
	/** Called when something changed that a tool of this cluster says. */
	readonly onNews: (cluster: ClusterName) => void;
	readonly onProblem: (problem: Problem) => void;
}

export interface DeclaredSyncers extends Syncers {
	/** The clusters whose tools matter from now on; others are watched no more. */
	declare(clusters: readonly ClusterConfig[]): void;
	/** Ends what goes on in the background. */
	close(): void;
}

interface Declared {
	/** As it was declared. */
	readonly text: string;
	readonly syncer: ClusterSyncer;
	readonly life: AbortController;
}

export function createSyncers(parts: SyncerParts): DeclaredSyncers {
	const isAtOrAfter = createCommitOrder(parts.repository, parts.clock);
	const declared = new Map<ClusterName, Declared>();

	const open = ({ name, manifests = '' }: ClusterConfig, config: SyncerConfig, text: string): Declared => {
		const { url = '', branch = '' } = parts.repository ?? {};
		const life = new AbortController();
		const context: SyncerContext = {
			...parts,
			cluster: name,
			place: { url, branch, folder: manifests },
			isAtOrAfter,
			onNews: () => parts.onNews(name),
		};
		const syncer =
			config.kind === 'Flux'
				? createFluxSyncer(context, config, life.signal)
				: createArgoCdSyncer(context, config, life.signal);
		return { text, syncer, life };
	};
	const drop = (name: ClusterName): void => {
		declared.get(name)?.life.abort();
		declared.delete(name);
	};
	const declare = (cluster: ClusterConfig): void => {
		const { name, syncer, manifests, access } = cluster;
		const text = JSON.stringify({ syncer, manifests, access });
		if (declared.get(name)?.text === text) return;
		drop(name);
		if (syncer !== undefined) declared.set(name, open(cluster, syncer, text));
	};
	const of = (cluster: ClusterName): ClusterSyncer | undefined => declared.get(cluster)?.syncer;

	return {
		declare(clusters) {
			const names = new Set(clusters.map(({ name }) => name));
			for (const name of [...declared.keys()]) if (!names.has(name)) drop(name);
			for (const cluster of clusters) declare(cluster);
		},
		close() {
			for (const name of [...declared.keys()]) drop(name);
		},
		nudge: (cluster, commit) => of(cluster)?.nudge(commit),
		look: (question, signal) =>
			of(question.target.cluster)?.look(question, signal) ?? Promise.resolve(undefined),
		holdsOff: (hold) => of(hold.target.cluster)?.holdsOff(hold) ?? false,
		holdOff: (hold, signal) =>
			of(hold.target.cluster)?.holdOff(hold, signal) ??
			Promise.resolve({ kind: 'impossible', problem: describeNoSyncer(hold.target.cluster) }),
		release: (hold, signal) =>
			of(hold.target.cluster)?.release(hold, signal) ??
			Promise.resolve({ kind: 'failed', message: describeNoSyncer(hold.target.cluster).message }),
	};
}
