// Flux's source-controller and kustomize-controller, as far as whoever commits can tell: a GitRepository that is
// fetched, a Kustomization that is applied, and what both say of it.
import type { CommitId } from '../../model/ports/repository.ts';
import type { ObjectKey, ObjectStore } from '../kubernetes/object-store.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { findObject } from './apply.ts';
import { applyManifests, describeError } from './apply-manifests.ts';
import {
	composeGitRepository,
	composeKustomization,
	type FluxName,
	gitRepositoryKey,
	isSuspended,
	kustomizationKey,
	readyCondition,
	requestedAt,
	writeStatus,
} from './flux-status.ts';
import { readManifests } from './manifests.ts';
import type { Syncer, SyncerOptions } from './syncer.ts';

export interface FluxOptions extends SyncerOptions, FluxName {}

interface Flux {
	readonly options: FluxOptions;
	readonly fetching: Alarm;
	readonly applying: Alarm;
	/** The commit that was fetched last. */
	artifact?: CommitId;
}

/**
 * Makes both objects where they are missing, and acts on them: on annotations that ask for a look, on `suspend`, at
 * each interval. As with Flux, a new artifact is applied at once, a folder with a file that cannot be read is not
 * applied at all, and while the repository cannot be fetched the old artifact stays in force.
 */
export function createFlux(options: FluxOptions): Syncer {
	const { clock, store, interval } = options;
	const flux: Flux = { options, fetching: createAlarm(clock), applying: createAlarm(clock) };
	const runLoop = async (
		alarm: Alarm,
		round: (signal: AbortSignal) => Promise<void>,
		signal: AbortSignal,
	): Promise<void> => {
		while (!signal.aborted) {
			await round(signal);
			await alarm.wait(interval, signal);
		}
	};
	return {
		nudge: flux.fetching.nudge,
		async run(signal) {
			makeObjects(options);
			const stops = [
				listen(store, gitRepositoryKey(options), flux.fetching),
				listen(store, kustomizationKey(options), flux.applying),
			];
			try {
				await Promise.all([
					runLoop(flux.fetching, (life) => fetchSource(flux, life), signal),
					runLoop(flux.applying, (life) => applyArtifact(flux, life), signal),
				]);
			} finally {
				for (const stop of stops) stop();
			}
		},
	};
}

/** Tells of whatever the object is asked for; what its own status says is no news. Returns what ends it. */
function listen(store: ObjectStore, key: ObjectKey, alarm: Alarm): () => void {
	const wishes = (): string => {
		const object = findObject(store, key);
		return JSON.stringify([object?.metadata.generation, requestedAt(object)]);
	};
	let known = wishes();
	return store.watch({ group: key.group, plural: key.plural }, undefined, () => {
		const now = wishes();
		if (now === known) return;
		known = now;
		alarm.nudge();
	});
}

function makeObjects(options: FluxOptions): void {
	const { store, namespace } = options;
	const namespaceKey = { group: '', plural: 'namespaces', namespace: '', name: namespace };
	if (findObject(store, namespaceKey) === undefined) {
		store.create(namespaceKey, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
	}
	for (const [key, object] of [
		[gitRepositoryKey(options), composeGitRepository(options, options.repository)],
		[kustomizationKey(options), composeKustomization(options, options.folder)],
	] as const) {
		if (findObject(store, key) === undefined) store.create(key, object);
	}
}

async function fetchSource(flux: Flux, signal: AbortSignal): Promise<void> {
	const { repository, store } = flux.options;
	const key = gitRepositoryKey(flux.options);
	const asked = requestedAt(findObject(store, key));
	if (isSuspended(findObject(store, key))) return;
	try {
		const commit = await repository.refresh(signal);
		const isNew = commit !== flux.artifact;
		flux.artifact = commit;
		const artifact = { revision: `${repository.branch}@sha1:${commit}` };
		writeStatus(store, key, { artifact, lastHandledReconcileAt: asked, ...readyCondition(undefined) });
		if (isNew) flux.applying.nudge();
	} catch (error) {
		if (signal.aborted) return;
		const failure = { reason: 'GitOperationFailed', message: describeError(error) };
		writeStatus(store, key, { lastHandledReconcileAt: asked, ...readyCondition(failure) });
	}
}

/** What is suspended still says that it was asked. */
async function applyArtifact(flux: Flux, signal: AbortSignal): Promise<void> {
	const { repository, store, folder, clock, report } = flux.options;
	const key = kustomizationKey(flux.options);
	const asked = requestedAt(findObject(store, key));
	const commit = flux.artifact;
	if (commit === undefined) return;
	if (isSuspended(findObject(store, key))) return writeStatus(store, key, { lastHandledReconcileAt: asked });
	const revision = `${repository.branch}@sha1:${commit}`;
	const attempt = { lastHandledReconcileAt: asked, lastAttemptedRevision: revision };
	const { manifests, problems: unreadable } = await readManifests(repository, commit, folder, signal);
	const { applied, problems } =
		unreadable.length > 0 ? { applied: [], problems: unreadable } : applyManifests(store, manifests);
	const [message] = problems;
	if (message === undefined) {
		writeStatus(store, key, { ...attempt, lastAppliedRevision: revision, ...readyCondition(undefined) });
	} else {
		const reason = unreadable.length > 0 ? 'BuildFailed' : 'ReconciliationFailed';
		writeStatus(store, key, { ...attempt, ...readyCondition({ reason, message }) });
	}
	report({ commit, at: clock.now(), applied, problems });
}
