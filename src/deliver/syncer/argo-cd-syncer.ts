// Argo CD on one cluster: told of pushes, asked what it says, held off by its Application and let go of again.
import { heldOffAnnotation, skipReconcileAnnotation } from '../../model/hold-off.ts';
import type { PolicyKey } from '../../model/names.ts';
import type { SyncerConfig } from '../../model/policy.ts';
import type { WriteOutcome } from '../../model/ports/cluster.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { Hold, HoldOff, Release, SyncerQuestion, SyncerView } from '../../model/ports/syncer.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import { type AnnotationChange, annotate, type ObjectType } from './annotate.ts';
import { type ApplicationMatch, findApplication, holdersOf, viewApplication } from './argo-cd.ts';
import { type Application, applications, readApplication, refreshAnnotation } from './argo-cd-objects.ts';
import { chase } from './chase.ts';
import { type ClusterSyncer, isAtOrAfterAny, type SyncerContext } from './cluster-syncer.ts';
import { createNudges } from './nudges.ts';
import { releaseOf } from './release.ts';
import { openWatches, type ToolWatches } from './tool-watches.ts';
import { describeUnseen } from './unseen.ts';
import type { Watched } from './watched.ts';

type ArgoCdConfig = Extract<SyncerConfig, { kind: 'ArgoCD' }>;

interface ArgoCd extends Pick<ToolWatches, 'pulse' | 'refusals'> {
	readonly context: SyncerContext;
	readonly config: ArgoCdConfig;
	readonly applications: Watched<Application>;
}

const applicationType: ObjectType<Application> = { resource: applications, decode: readApplication };

export function createArgoCdSyncer(
	context: SyncerContext,
	config: ArgoCdConfig,
	life: AbortSignal,
): ClusterSyncer {
	const { watch, pulse, refusals } = openWatches(context, life);
	const argoCd: ArgoCd = {
		context,
		config,
		pulse,
		refusals,
		applications: watch(applicationType),
	};
	const nudge = createNudges(context.clock, life, ({ commit }, signal) => refresh(argoCd, commit, signal));
	return {
		nudge: (commit) => nudge({ commit, again: false }),
		look: (question, signal) => look(argoCd, question, signal),
		holdsOff: ({ policy }) => {
			const application = matchOf(argoCd)?.application;
			return application !== undefined && holdersOf(application).includes(policy);
		},
		holdOff: (hold, signal) => holdOff(argoCd, hold, signal),
		release: (hold, signal) => release(argoCd, hold, signal),
	};
}

function matchOf({ context, config, applications: known }: ArgoCd): ApplicationMatch | undefined {
	return findApplication(known.all() ?? [], context.place, config.application);
}

/** Only ever a refresh: a sync may apply an older revision from a cache. */
async function refresh(argoCd: ArgoCd, commit: CommitId, signal: AbortSignal): Promise<void> {
	const { context, pulse, refusals } = argoCd;
	await chase(
		context.clock,
		pulse,
		{
			has: () => isAtOrAfterAny(context.isAtOrAfter, matchOf(argoCd)?.source?.compared, [commit], signal),
			ask: async () => {
				const { trouble } = argoCd.applications;
				if (argoCd.applications.all() === undefined && trouble()?.code === 'E_FORBIDDEN') return false;
				const seen = matchOf(argoCd)?.application;
				if (seen === undefined) return true;
				const wanted = () => ({ [refreshAnnotation]: 'normal' });
				const outcome = await change(context, { seen, wanted }, signal);
				if (outcome?.kind === 'refused') refusals.tell(outcome.problem);
				return outcome?.kind !== 'refused';
			},
		},
		signal,
	);
	const trouble = argoCd.applications.trouble();
	if (argoCd.applications.all() === undefined && trouble !== undefined) refusals.tell(trouble);
}

async function change(
	{ findCluster, cluster }: SyncerContext,
	wanted: AnnotationChange<Application>,
	signal: AbortSignal,
): Promise<WriteOutcome | undefined> {
	try {
		return await annotate(await findCluster(cluster, signal), applicationType, wanted, signal);
	} catch (error) {
		if (error instanceof ProblemError) return { kind: 'refused', problem: error.problem };
		throw error;
	}
}

async function look(
	argoCd: ArgoCd,
	{ target, commits, live }: SyncerQuestion,
	signal: AbortSignal,
): Promise<SyncerView> {
	const { context, applications: known } = argoCd;
	const { cluster, place, isAtOrAfter } = context;
	if (known.all() === undefined) {
		const unseen = { kind: 'Applications', resource: applications, trouble: known.trouble() };
		return describeUnseen('Argo CD', cluster, unseen);
	}
	const match = matchOf(argoCd);
	if (match === undefined) {
		const detail = `no Application of cluster ${cluster} is known to apply ${place.folder || 'the root'}: name it in spec.clusters.${cluster}.syncer.application`;
		return { name: `Argo CD on ${cluster}`, blocker: { kind: 'NoSyncer', detail } };
	}
	const { operation } = match.application;
	let operated = false;
	for (const revision of operation?.commits ?? []) {
		operated ||= await isAtOrAfterAny(isAtOrAfter, revision, commits, signal);
	}
	const compared = await isAtOrAfterAny(isAtOrAfter, match.source?.compared, commits, signal);
	const committed = commits.length > 0;
	return viewApplication(match, { target, manager: live?.manager, committed, compared, operated });
}

async function holdOff(argoCd: ArgoCd, { policy }: Hold, signal: AbortSignal): Promise<HoldOff> {
	const { context, config } = argoCd;
	const { cluster } = context;
	const where = { kind: 'named', name: cluster } as const;
	const impossible = (message: string): HoldOff => ({
		kind: 'impossible',
		problem: problem('E_ESCALATION', { where, message }),
	});
	const seen = matchOf(argoCd)?.application;
	if (config.dedicated !== true) return impossible('its Application is not dedicated to targets');
	if (seen === undefined) return impossible('its Application is not seen');
	const wanted = (application: Application) => {
		const holders = new Set([...holdersOf(application), policy]);
		if (holders.size === holdersOf(application).length) return undefined;
		// Held off by somebody else already: that is theirs to end.
		if (application.annotations?.[skipReconcileAnnotation] === 'true' && holders.size === 1) return undefined;
		return { [skipReconcileAnnotation]: 'true', [heldOffAnnotation]: [...holders].join(',') };
	};
	const outcome = await change(context, { seen, wanted, exact: true }, signal);
	if (outcome === undefined || outcome.kind === 'written') return { kind: 'done' };
	if (outcome.kind === 'refused') return { kind: 'impossible', problem: outcome.problem };
	return impossible(outcome.kind === 'missing' ? 'its Application does not exist' : outcome.message);
}

/** The last to let go takes both annotations off; the refresh makes Argo CD look at the branch, not at a cache. */
async function release(
	{ context, ...argoCd }: ArgoCd,
	{ policy }: Hold,
	signal: AbortSignal,
): Promise<Release> {
	const seen = matchOf({ context, ...argoCd })?.application;
	if (seen === undefined) return { kind: 'released' };
	const outcome = await change(context, { seen, wanted: (each) => letGo(each, policy), exact: true }, signal);
	if (outcome === undefined || outcome.kind === 'written') return { kind: 'released' };
	return releaseOf(outcome);
}

function letGo(application: Application, policy: PolicyKey) {
	const holders = holdersOf(application);
	if (!holders.includes(policy)) return undefined;
	const rest = holders.filter((each) => each !== policy);
	if (rest.length > 0) return { [heldOffAnnotation]: rest.join(',') };
	return {
		[skipReconcileAnnotation]: undefined,
		[heldOffAnnotation]: undefined,
		[refreshAnnotation]: 'normal',
	};
}
