// Flux on one cluster: told of pushes, asked what it says, let go of after an escalation.
import { annotationPointer, heldOffAnnotation, reconcileAnnotation } from '../../model/hold-off.ts';
import type { SyncerConfig } from '../../model/policy.ts';
import type { PatchOperation, WriteOutcome } from '../../model/ports/cluster.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Held, Release, SyncerQuestion, SyncerView } from '../../model/ports/syncer.ts';
import { ProblemError } from '../../model/problem.ts';
import { targetResource } from '../../model/target-resource.ts';
import { annotate, type ObjectType } from './annotate.ts';
import { chase, waitUntil } from './chase.ts';
import { type ClusterSyncer, isAtOrAfterAny, type SyncerContext } from './cluster-syncer.ts';
import { type FluxPair, findPair, viewFlux } from './flux.ts';
import {
	type GitSource,
	gitRepositories,
	type Kustomization,
	kustomizations,
	readGitSource,
	readKustomization,
	requestedAtAnnotation,
} from './flux-objects.ts';
import { createNudges, type Nudge } from './nudges.ts';
import { releaseOf } from './release.ts';
import { openWatches, type ToolWatches } from './tool-watches.ts';
import { describeUnseen, type Unseen } from './unseen.ts';
import type { Watched } from './watched.ts';

type FluxConfig = Extract<SyncerConfig, { kind: 'Flux' }>;

interface Flux extends Pick<ToolWatches, 'pulse' | 'refusals'> {
	readonly context: SyncerContext;
	readonly config: FluxConfig;
	readonly kustomizations: Watched<Kustomization>;
	readonly sources: Watched<GitSource>;
}

const sourceType: ObjectType<GitSource> = { resource: gitRepositories, decode: readGitSource };
const kustomizationType: ObjectType<Kustomization> = { resource: kustomizations, decode: readKustomization };

/** How long a nudge waits for Flux's objects to be listed for the first time. */
const listPatience = 60_000;

/** How long a Kustomization may take to try what its source has fetched. */
const takePatience = 3_000;

export function createFluxSyncer(
	context: SyncerContext,
	config: FluxConfig,
	life: AbortSignal,
): ClusterSyncer {
	const { watch, pulse, refusals } = openWatches(context, life);
	const flux: Flux = {
		context,
		config,
		pulse,
		refusals,
		kustomizations: watch(kustomizationType),
		sources: watch(sourceType),
	};
	const nudge = createNudges(context.clock, life, (each, signal) => nudgeFlux(flux, each, signal));
	return {
		nudge: (commit) => nudge({ commit, again: false }),
		look: (question, signal) => look(flux, question, signal),
		// What holds Flux off stands on the target.
		holdsOff: () => false,
		holdOff: () => Promise.resolve({ kind: 'annotate' }),
		async release(hold, signal) {
			const released = await release(context, hold, signal);
			if (released.kind === 'released') nudge({ commit: hold.commit, again: true });
			return released;
		},
	};
}

function pairOf({ context, config, kustomizations: known, sources }: Flux): FluxPair | undefined {
	const facts = { kustomizations: known.all() ?? [], sources: sources.all() ?? [] };
	return findPair(facts, context.place, config.kustomization);
}

function isListed(flux: Flux): boolean {
	return flux.kustomizations.all() !== undefined && flux.sources.all() !== undefined;
}

/** The source first, the Kustomization only once its artifact has the commit: it would apply the old one again. */
async function nudgeFlux(flux: Flux, { commit, again }: Nudge, signal: AbortSignal): Promise<void> {
	const { context, pulse } = flux;
	const { clock, isAtOrAfter } = context;
	const listed = await waitUntil(
		{ clock, pulse, holds: () => Promise.resolve(isListed(flux)), span: listPatience },
		signal,
	);
	if (!listed) return tellUnseen(flux);
	const has = (of: 'fetched' | 'attempted') => (): Promise<boolean> => {
		const pair = pairOf(flux);
		const revision = of === 'fetched' ? pair?.source?.artifact : pair?.kustomization.attempted;
		return isAtOrAfterAny(isAtOrAfter, revision, [commit], signal);
	};
	const fetched = await chase(
		clock,
		pulse,
		{
			has: has('fetched'),
			ask: async () => {
				const source = pairOf(flux)?.source;
				return source !== undefined && (await request(flux, sourceType, source, signal));
			},
		},
		signal,
	);
	if (!fetched || (!again && (await isTaken(flux, has('attempted'), signal)))) return;
	const kustomization = pairOf(flux)?.kustomization;
	if (kustomization !== undefined) await request(flux, kustomizationType, kustomization, signal);
}

/** A Kustomization begins by itself when its source has something new; another round would only hold up the next. */
function isTaken(
	{ context, pulse }: Flux,
	holds: () => Promise<boolean>,
	signal: AbortSignal,
): Promise<boolean> {
	return waitUntil({ clock: context.clock, pulse, holds, span: takePatience }, signal);
}

async function request<T extends GitSource | Kustomization>(
	{ context, refusals }: Flux,
	type: ObjectType<T>,
	seen: T,
	signal: AbortSignal,
): Promise<boolean> {
	const { findCluster, cluster, clock } = context;
	try {
		const wanted = () => ({ [requestedAtAnnotation]: new Date(clock.now()).toISOString() });
		const outcome = await annotate(await findCluster(cluster, signal), type, { seen, wanted }, signal);
		if (outcome?.kind !== 'refused') return true;
		refusals.tell(outcome.problem);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		refusals.tell(error.problem);
	}
	return false;
}

function unseenOf(flux: Flux): Unseen | undefined {
	const unlisted = [
		{ kind: 'Kustomizations', watched: flux.kustomizations, resource: kustomizations },
		{ kind: 'GitRepositories', watched: flux.sources, resource: gitRepositories },
	].find(({ watched }) => watched.all() === undefined);
	return unlisted && { ...unlisted, trouble: unlisted.watched.trouble() };
}

function tellUnseen(flux: Flux): void {
	const trouble = unseenOf(flux)?.trouble;
	if (trouble !== undefined) flux.refusals.tell(trouble);
}

async function look(flux: Flux, { commits, live }: SyncerQuestion, signal: AbortSignal): Promise<SyncerView> {
	const { context } = flux;
	const unseen = unseenOf(flux);
	if (unseen !== undefined) return describeUnseen('Flux', context.cluster, unseen);
	const pair = pairOf(flux);
	if (pair === undefined) {
		const { folder } = context.place;
		const detail = `no Kustomization of cluster ${context.cluster} is known to apply ${folder || 'the root'}: name it in spec.clusters.${context.cluster}.syncer.kustomization`;
		return { name: `Flux on ${context.cluster}`, blocker: { kind: 'NoSyncer', detail } };
	}
	const { artifact } = pair.source ?? {};
	const { attempted, applied } = pair.kustomization;
	const reaches = (revision: CommitId | undefined): Promise<boolean> =>
		isAtOrAfterAny(context.isAtOrAfter, revision, commits, signal);
	const reach = {
		fetched: await reaches(artifact),
		attempted: await reaches(attempted),
		applied: await reaches(applied),
	};
	return viewFlux(pair, reach, live);
}

/** Takes off our own two annotations, on condition of what was read. */
async function release(
	{ findCluster, cluster }: SyncerContext,
	{ target, live }: Held,
	signal: AbortSignal,
): Promise<Release> {
	if (live.heldOff !== 'spillway') return { kind: 'released' };
	const resource = targetResource(target);
	const { namespace, name } = target;
	const operations: readonly PatchOperation[] = [
		{ op: 'test', path: '/metadata/uid', value: live.uid },
		{ op: 'replace', path: '/metadata/resourceVersion', value: live.resourceVersion },
		{ op: 'test', path: annotationPointer(reconcileAnnotation), value: 'disabled' },
		{ op: 'remove', path: annotationPointer(heldOffAnnotation) },
		{ op: 'remove', path: annotationPointer(reconcileAnnotation) },
	];
	try {
		const api = await findCluster(cluster, signal);
		let outcome: WriteOutcome = { kind: 'missing' };
		for (const version of resource.versions) {
			outcome = await api.patch({ resource, namespace, name, version }, operations, signal);
			if (outcome.kind !== 'missing') break;
		}
		return outcome.kind === 'written' ? { kind: 'released', object: outcome.object } : releaseOf(outcome);
	} catch (error) {
		if (error instanceof ProblemError) return { kind: 'failed', message: error.problem.message };
		throw error;
	}
}
