// What an Application of Argo CD says of a commit. Pure: facts in, words out.
import type { Blocker } from '../../model/blocker.ts';
import { heldOffAnnotation, skipReconcileAnnotation } from '../../model/hold-off.ts';
import type { Namespace, PolicyKey, TargetRef } from '../../model/names.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import type { SyncerView } from '../../model/ports/syncer.ts';
import { ignoresWeights } from './argo-cd-ignores.ts';
import type { Application, ApplicationSource, Operation } from './argo-cd-objects.ts';
import type { SyncedFolder } from './flux.ts';
import { isSameRepository, isWithin, plainFolder } from './same-repository.ts';

/** An Application, and that of its sources which has the folder. */
export interface ApplicationMatch {
	readonly application: Application;
	readonly source?: ApplicationSource;
}

interface Candidate {
	readonly application: Application;
	readonly source: ApplicationSource;
}

/**
 * The Application that is named; else, of those with a source of our branch that has the folder or one above it, the
 * one with the longest path; else the only one with the longest path, whatever its URL.
 */
export function findApplication(
	all: readonly Application[],
	place: SyncedFolder,
	named: { readonly namespace: Namespace; readonly name: string } | undefined,
): ApplicationMatch | undefined {
	const folder = plainFolder(place.folder);
	const candidates = all
		.flatMap((application) => application.sources.map((source): Candidate => ({ application, source })))
		.filter(({ source }) => source.url !== '' && isWithin(folder, source.path))
		.sort((a, b) => b.source.path.length - a.source.path.length);
	if (named !== undefined) {
		const isNamed = (each: Application): boolean =>
			each.namespace === named.namespace && each.name === named.name;
		const application = all.find(isNamed);
		return candidates.find((each) => isNamed(each.application)) ?? (application && { application });
	}
	const ours = candidates.find(({ source }) => follows(source, place));
	if (ours !== undefined) return ours;
	const [first, second] = candidates;
	return first?.source.path === second?.source.path ? undefined : first;
}

function follows({ url, revision }: ApplicationSource, place: SyncedFolder): boolean {
	return (revision === undefined || revision === place.branch) && isSameRepository(url, place.url);
}

/** Policies whose escalations hold the Application off. */
export function holdersOf({ annotations = {} }: Application): readonly PolicyKey[] {
	if (annotations[skipReconcileAnnotation] !== 'true') return [];
	return (annotations[heldOffAnnotation] ?? '').split(',').filter((key) => key !== '');
}

/** What is asked of an Application, and how far the commit has come. */
export interface ApplicationQuestion {
	readonly target: TargetRef;
	/** Who wrote the live weights last. */
	readonly manager?: string | undefined;
	/** There is a commit. */
	readonly committed: boolean;
	/** What was compared is the commit or a later one; so is what the last operation was about. */
	readonly compared: boolean;
	readonly operated: boolean;
}

/**
 * What it says of a commit. While it is held off it looks at nothing; let go of, and asked to refresh, it looks at
 * the branch itself, which has the commit.
 */
export function viewApplication(
	{ application, source }: ApplicationMatch,
	question: ApplicationQuestion,
): SyncerView {
	const { compared } = source ?? {};
	const applied = appliedBy(application);
	const held = holdersOf(application).length > 0;
	return {
		name: nameOf(application),
		...(compared === undefined ? {} : { fetched: compared }),
		...(applied === undefined ? {} : { applied }),
		...((held ? question.committed : question.compared) ? { carries: true } : {}),
		blocker: blockerOf(application, source, question),
	};
}

function appliedBy({ operation }: Application): CommitId | undefined {
	return operation?.phase === 'Succeeded' ? operation.commits.at(-1) : undefined;
}

function blockerOf(
	application: Application,
	source: ApplicationSource | undefined,
	question: ApplicationQuestion,
): Blocker {
	const name = nameOf(application);
	const off = holdOffBlocker(application, question, name);
	if (off !== undefined) return off;
	if (application.errors.length > 0 && (!question.compared || application.sync === 'Unknown')) {
		return { kind: 'NotFetched', detail: `${name} cannot compare: ${application.errors.join('; ')}` };
	}
	if (!question.compared) {
		const has = source?.compared === undefined ? 'nothing' : `commit ${source.compared.slice(0, 12)}`;
		return { kind: 'NotFetched', detail: `${name} has looked at ${has}, and not at the commit yet` };
	}
	return operationBlocker(application, question, name) ?? syncBlocker(application, name);
}

function holdOffBlocker(
	application: Application,
	{ target, manager }: ApplicationQuestion,
	name: string,
): Blocker | undefined {
	if (application.annotations?.[skipReconcileAnnotation] === 'true' && holdersOf(application).length === 0) {
		const detail = `${name} says ${skipReconcileAnnotation}: true, so that Argo CD leaves it alone`;
		return { kind: 'HeldOff', detail };
	}
	if (!ignoresWeights(application.ignored, target, manager)) return undefined;
	const detail = `${name} ignores differences of the weights (spec.ignoreDifferences), so that a commit of weights alone is never applied`;
	return { kind: 'HeldOff', detail };
}

function operationBlocker(
	{ operation }: Application,
	{ operated }: ApplicationQuestion,
	name: string,
): Blocker | undefined {
	if (operation === undefined) return undefined;
	const { phase, message, failing } = operation;
	const why = message === '' ? '' : `: ${message}`;
	if (failing) return describeTry(operation, operated, { name, why });
	if (phase === 'Running' || phase === 'Terminating') {
		return { kind: 'Waiting', detail: `${name} has an operation under way${why}` };
	}
	if (operated && (phase === 'Failed' || phase === 'Error')) {
		return { kind: 'ApplyFailed', detail: `the sync of ${name} failed${why}` };
	}
	return undefined;
}

/** A sync that failed goes on at its own commit, and keeps later ones waiting. */
function describeTry(
	{ commits }: Operation,
	operated: boolean,
	{ name, why }: { readonly name: string; readonly why: string },
): Blocker {
	if (operated) return { kind: 'ApplyFailed', detail: `the sync of ${name} fails, and is tried again${why}` };
	const commit = commits.at(-1);
	const which = commit === undefined ? 'a commit' : `commit ${commit.slice(0, 12)}`;
	const detail = `${name} still tries to sync ${which}, which failed, and the commit waits for that${why}`;
	return { kind: 'Waiting', detail };
}

function syncBlocker({ sync, automated }: Application, name: string): Blocker {
	if (sync === 'OutOfSync' && !automated) {
		return { kind: 'Suspended', detail: `${name} is OutOfSync, and syncs only when a person asks it to` };
	}
	if (sync === 'Synced') {
		return {
			kind: 'SaysApplied',
			detail: `${name} says that it is synced to the commit, and other weights are live`,
		};
	}
	const state = sync === '' ? 'not compared yet' : sync;
	const detail = `${name} is ${state}, and has not synced the commit; a sync window of its AppProject would not show here`;
	return { kind: 'Waiting', detail };
}

export function nameOf({ namespace, name }: Application): string {
	return `Application ${namespace}/${name}`;
}
