import { createSyncer, type SyncReport } from '../../simulator/world/syncer.ts';
import { systemClock } from '../system-clock.ts';
import type { ConfigRepository } from './config-repository.ts';
import type { EmbeddedCluster } from './embedded-cluster.ts';
import type { Lifetime } from './lifetime.ts';

/** Should a push go unnoticed. */
const interval = 10_000;

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

/** Keeps a cluster at what `main` declares from now on. Each push is told to it, as a webhook would. */
export function startSyncer(
	repository: ConfigRepository,
	cluster: EmbeddedCluster,
	lifetime: Lifetime,
): void {
	const syncer = createSyncer(describeSource(repository, cluster, () => undefined));
	lifetime.attend(syncer.run(lifetime.signal));
	repository.tips.listen(syncer.nudge);
}

function describeSource(
	{ clone }: ConfigRepository,
	{ name, api }: EmbeddedCluster,
	report: (result: SyncReport) => void,
): Parameters<typeof createSyncer>[0] {
	const folder = `clusters/${name}`;
	return { repository: clone, store: api.store, clock: systemClock, folder, interval, report };
}
