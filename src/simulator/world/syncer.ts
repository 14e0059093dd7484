import type { Clock } from '../../model/ports/clock.ts';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { createAlarm } from './alarm.ts';
import { applyManifests, describeError } from './apply-manifests.ts';
import { type Manifests, readManifests } from './manifests.ts';

/** What one round came to. */
export interface SyncReport {
	/** The commit applied; `undefined` until the repository could be read once. */
	readonly commit: CommitId | undefined;
	readonly at: Instant;
	/** What was created or changed: `TrafficSplit emojivoto/emoji-svc`. */
	readonly applied: readonly string[];
	/** What was not applied and why, one sentence each. */
	readonly problems: readonly string[];
}

export interface SyncerOptions {
	readonly repository: Repository;
	readonly store: ObjectStore;
	readonly clock: Clock;
	/** Folder of the repository whose manifests the cluster runs. */
	readonly folder: string;
	readonly interval: Milliseconds;
	readonly report: (report: SyncReport) => void;
}

export interface Syncer {
	/** Starts a round now instead of at the end of the interval. */
	nudge(): void;
	/** Syncs at once and then until aborted. */
	run(signal: AbortSignal): Promise<void>;
}

interface Source extends Manifests {
	readonly commit: CommitId;
}

/**
 * Keeps a cluster at what the tip of a branch declares, as Flux does: each round applies every manifest of the
 * folder with force, which reverts whatever else was written to its fields. While the repository cannot be
 * read, the manifests of the last commit stay in force. Objects taken out of the folder are not deleted.
 */
export function createSyncer(options: SyncerOptions): Syncer {
	const { clock, interval, report } = options;
	const alarm = createAlarm(clock);
	let source: Source | undefined;

	const fetchSource = async (signal: AbortSignal): Promise<readonly string[]> => {
		try {
			source = await readTip(options, source, signal);
			return [];
		} catch (error) {
			return [describeError(error)];
		}
	};

	return {
		nudge: alarm.nudge,
		async run(signal) {
			while (!signal.aborted) {
				const failures = await fetchSource(signal);
				if (signal.aborted) return;
				const { applied, problems } = applyManifests(options.store, source?.manifests ?? []);
				report({
					commit: source?.commit,
					at: clock.now(),
					applied,
					problems: [...failures, ...(source?.problems ?? []), ...problems],
				});
				await alarm.wait(interval, signal);
			}
		},
	};
}

async function readTip(
	{ repository, folder }: SyncerOptions,
	known: Source | undefined,
	signal: AbortSignal,
): Promise<Source> {
	const commit = await repository.refresh(signal);
	if (commit === known?.commit) return known;
	return { commit, ...(await readManifests(repository, commit, folder, signal)) };
}
