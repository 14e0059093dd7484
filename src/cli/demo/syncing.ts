import type { CommitId } from '../../model/ports/repository.ts';
import { createFlux } from '../../simulator/world/flux.ts';
import { createSyncer, type SyncReport } from '../../simulator/world/syncer.ts';
import { systemClock } from '../system-clock.ts';
import type { ConfigRepository } from './config-repository.ts';
import type { EmbeddedCluster } from './embedded-cluster.ts';
import type { Lifetime } from './lifetime.ts';

/** Longer than a step of the story is waited for: a push is live because somebody told of it. */
const interval = 60_000;

/** Of Flux's objects. */
const namespace = 'flux-system';

/** Applies a cluster's manifests once, as `kubectl apply` would. Throws when one is refused. */
export async function applyManifests(
	repository: ConfigRepository,
	cluster: EmbeddedCluster,
	signal: AbortSignal,
): Promise<void> {
	const done = new AbortController();
	const problems: string[] = [];
	const report = (result: SyncReport): void => {
		problems.push(...result.problems);
		done.abort();
	};
	const syncer = createSyncer(describeSource(repository, cluster, report));
	await syncer.run(AbortSignal.any([signal, done.signal]));
	signal.throwIfAborted();
	if (problems.length > 0) throw new Error(`${cluster.name}: ${problems.join('; ')}`);
}

/** Who wants to know of what. */
interface SyncerOptions {
	readonly lifetime: Lifetime;
	/** Told each commit once everything that it declares is applied. */
	readonly onSynced: (commit: CommitId) => void;
}

/** Has a Flux keep a cluster at what `main` declares from now on; its Kustomization is named as the cluster. */
export function startFlux(
	repository: ConfigRepository,
	cluster: EmbeddedCluster,
	{ lifetime, onSynced }: SyncerOptions,
): void {
	const report = ({ commit, problems }: SyncReport): void => {
		if (commit !== undefined && problems.length === 0) onSynced(commit);
	};
	const flux = createFlux({ ...describeSource(repository, cluster, report), namespace, name: cluster.name });
	lifetime.attend(flux.run(lifetime.signal));
}

function describeSource(
	{ clone }: ConfigRepository,
	{ name, api }: EmbeddedCluster,
	report: (result: SyncReport) => void,
): Parameters<typeof createSyncer>[0] {
	const folder = `clusters/${name}`;
	return { repository: clone, store: api.store, clock: systemClock, folder, interval, report };
}
