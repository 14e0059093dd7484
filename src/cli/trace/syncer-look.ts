import { createSyncers } from '../../deliver/syncer/syncers.ts';
import type { ClusterConfig } from '../../model/policy.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { Repository } from '../../model/ports/repository.ts';
import type { SyncerView } from '../../model/ports/syncer.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { ClusterDirectory } from '../cluster-directory.ts';
import type { TraceParts } from './gather.ts';

export interface SyncerLookParts {
	readonly repository: Repository;
	readonly clusters: Pick<ClusterDirectory, 'find'>;
	readonly clock: Clock;
	readonly random: Random;
}

/** How long the tool's objects are waited for. */
const patience: Milliseconds = 5_000;

/** Asks the tool of one cluster once its objects are seen, or cannot be seen in time. */
export function lookAtSyncer(
	{ repository, clusters: { find }, clock, random }: SyncerLookParts,
	cluster: ClusterConfig | undefined,
): TraceParts['look'] {
	return async (question, signal): Promise<SyncerView | undefined> => {
		if (cluster?.syncer === undefined) return undefined;
		let news = Promise.withResolvers<void>();
		const syncers = createSyncers({
			repository,
			clock,
			random,
			findCluster: find,
			onNews: () => news.resolve(),
			onProblem: () => undefined,
		});
		const over = new AbortController();
		const late = clock.sleep(patience, AbortSignal.any([signal, over.signal])).catch(() => undefined);
		let isLate = false;
		void late.then(() => {
			isLate = true;
		});
		try {
			syncers.declare([cluster]);
			for (;;) {
				const view = await syncers.look(question, signal);
				if (isLate || view?.blocker?.kind !== 'Unknown') return view;
				await Promise.race([news.promise, late]);
				news = Promise.withResolvers();
			}
		} finally {
			over.abort();
			syncers.close();
		}
	};
}
