import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/cli/system-clock.ts';
import type { Milliseconds } from '../../src/model/time.ts';
import { createAlarm } from '../../src/simulator/world/alarm.ts';
import type { ApiAccess } from '../support/api-access.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { openBranchArchive } from './branch-archive.ts';
import { collectionPath } from './collection-path.ts';
import {
	type Artifact,
	composeStatus,
	formatRevision,
	type GitRepository,
	gitAnnotation,
	intervalOf,
	type Round,
	requestAnnotation,
} from './git-repository.ts';

/** Keeps one GitRepository's artifact at its branch's tip. */
export interface SourceKeeper {
	/** The object as it is now. A new spec or a new request starts a round. */
	see(object: GitRepository): void;
	run(signal: AbortSignal): Promise<void>;
}

export interface KeeperOptions {
	readonly access: ApiAccess;
	readonly artifacts: ArtifactStore;
	/** For its mirrors. */
	readonly folder: string;
}

/** From a round that failed to the next; doubles each time, up to the interval. */
const firstRetry: Milliseconds = 750;

export function createSourceKeeper(options: KeeperOptions, first: GitRepository): SourceKeeper {
	const alarm = createAlarm(systemClock);
	let latest = first;
	let retry = firstRetry;

	/** How long to wait after a round. */
	const settle = (isWell: boolean): Milliseconds => {
		const interval = intervalOf(latest);
		const span = isWell ? interval : Math.min(retry, interval);
		retry = isWell ? firstRetry : retry * 2;
		return span;
	};
	/** Plays one, and tells whether it went well. */
	const play = async (next: NextRound, object: GitRepository): Promise<boolean> => {
		const round = await next(object);
		const isWritten = await writeStatus(options.access, object, round);
		return isWritten && round.kind === 'stored';
	};

	return {
		see(object) {
			const isNew = wishOf(object) !== wishOf(latest);
			latest = object;
			if (isNew) alarm.nudge();
		},
		async run(signal) {
			const next = await startRounds(options, signal);
			while (!signal.aborted) {
				const object = latest;
				const span = object.spec.suspend ? undefined : settle(await play(next, object));
				await alarm.wait(span, signal);
			}
		},
	};
}

type NextRound = (object: GitRepository) => Promise<Round>;

/** What a round is played for: the spec and the latest request. */
function wishOf({ metadata: { generation, annotations } }: GitRepository): string {
	return `${generation} ${annotations[requestAnnotation]}`;
}

/** Each round fetches the tip, and packs it when it is another one than before. */
async function startRounds({ artifacts, folder }: KeeperOptions, signal: AbortSignal): Promise<NextRound> {
	const archive = await openBranchArchive(await mkdtemp(join(folder, 'mirror-')));
	let artifact: Artifact | undefined;

	return async (object) => {
		const { url, ref } = object.spec;
		try {
			if (object.metadata.annotations[gitAnnotation] === 'down') throw new Error(`cannot reach ${url}`);
			const tip = await archive.fetch({ url, branch: ref.branch }, signal);
			const isKnown = artifact?.revision === formatRevision(ref.branch, tip);
			if (artifact === undefined || !isKnown) artifact = await artifacts.store(object, tip, archive);
			return { kind: 'stored', artifact };
		} catch (error) {
			return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
		}
	};
}

/** Tells whether it could be written. */
async function writeStatus(access: ApiAccess, object: GitRepository, round: Round): Promise<boolean> {
	const { name, namespace } = object.metadata;
	const collection = collectionPath({
		apiVersion: 'source.toolkit.fluxcd.io/v1',
		plural: 'gitrepositories',
		namespace,
	});
	const status = composeStatus(object, round, new Date().toISOString());
	const patch = {
		method: 'PATCH',
		path: `${collection}/${name}/status?fieldManager=source-controller`,
		mediaType: 'application/merge-patch+json',
		text: JSON.stringify({ status }),
	};
	const { code } = await access.call(patch).catch(() => ({ code: 0 }));
	return code === 200;
}
