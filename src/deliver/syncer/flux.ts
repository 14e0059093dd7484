// What Flux's objects say of a commit. Pure: facts in, words out.
import type { Blocker } from '../../model/blocker.ts';
import type { LiveTarget } from '../../model/live-target.ts';
import type { Namespace } from '../../model/names.ts';
import type { SyncerView } from '../../model/ports/syncer.ts';
import type { GitSource, Kustomization } from './flux-objects.ts';
import type { Condition } from './object-facts.ts';
import { isSameRepository, isWithin, plainFolder } from './same-repository.ts';

/** The folder of a repository that a cluster runs. */
export interface SyncedFolder {
	readonly url: string;
	readonly branch: string;
	readonly folder: string;
}

export interface FluxFacts {
	readonly kustomizations: readonly Kustomization[];
	readonly sources: readonly GitSource[];
}

/** What applies a folder, and where it has it from. */
export interface FluxPair {
	readonly kustomization: Kustomization;
	readonly source?: GitSource;
}

interface ObjectName {
	readonly namespace: Namespace;
	readonly name: string;
}

/**
 * The Kustomization that is named; else, of those that apply the folder or one above it from our branch, the one with
 * the longest path; else the only one with the longest path, whatever URL its source has.
 */
export function findPair(
	facts: FluxFacts,
	place: SyncedFolder,
	named: ObjectName | undefined,
): FluxPair | undefined {
	if (named !== undefined) {
		const kustomization = facts.kustomizations.find((each) => isNamed(each, named));
		return kustomization && pairUp(facts, kustomization);
	}
	const folder = plainFolder(place.folder);
	const pairs = facts.kustomizations
		.filter(({ path, source }) => source !== undefined && isWithin(folder, path))
		.map((kustomization) => pairUp(facts, kustomization))
		.sort((a, b) => b.kustomization.path.length - a.kustomization.path.length);
	const ours = pairs.find(({ source }) => source !== undefined && follows(source, place));
	if (ours !== undefined) return ours;
	const [first, second] = pairs;
	return first?.kustomization.path === second?.kustomization.path ? undefined : first;
}

function follows(source: GitSource, { url, branch }: SyncedFolder): boolean {
	return source.branch === branch && isSameRepository(source.url, url);
}

function pairUp({ sources }: FluxFacts, kustomization: Kustomization): FluxPair {
	const { source: wanted } = kustomization;
	const source = wanted && sources.find((each) => isNamed(each, wanted));
	return source === undefined ? { kustomization } : { kustomization, source };
}

function isNamed(object: ObjectName, { namespace, name }: ObjectName): boolean {
	return object.namespace === namespace && object.name === name;
}

/** Which of the asked commits, or later ones, each step has. */
export interface Reach {
	readonly fetched: boolean;
	readonly attempted: boolean;
	readonly applied: boolean;
}

/** What a pair says of a commit; `reach` is how far the commit has come. */
export function viewFlux(pair: FluxPair, reach: Reach, live: LiveTarget | undefined): SyncerView {
	const { kustomization, source } = pair;
	const { artifact } = source ?? {};
	const { applied } = kustomization;
	return {
		name: nameOf('Kustomization', kustomization),
		...(artifact === undefined ? {} : { fetched: artifact }),
		...(applied === undefined ? {} : { applied }),
		// What it tried once it has, and goes on from, whatever became of the try.
		...(reach.attempted ? { carries: true } : {}),
		blocker: blockerOf(pair, reach, live),
	};
}

function blockerOf({ kustomization, source }: FluxPair, reach: Reach, live: LiveTarget | undefined): Blocker {
	const name = nameOf('Kustomization', kustomization);
	if (live?.heldOff === 'others') {
		return { kind: 'HeldOff', detail: `the object says ${live.leftAloneBy}, so that Flux leaves it alone` };
	}
	if (kustomization.suspended) return suspended(name, 'kustomization', kustomization);
	const unfetched = reach.fetched ? undefined : sourceBlocker(source, name);
	return unfetched ?? applyBlocker(kustomization, reach, name);
}

function sourceBlocker(source: GitSource | undefined, kustomization: string): Blocker {
	if (source === undefined)
		return { kind: 'NotFetched', detail: `the source of ${kustomization} does not exist` };
	const name = nameOf('GitRepository', source);
	if (source.suspended) return suspended(name, 'source git', source);
	if (source.ready?.status === 'False') {
		return { kind: 'NotFetched', detail: `${name} cannot fetch the branch: ${source.ready.message}` };
	}
	const { artifact } = source;
	const has = artifact === undefined ? 'nothing' : `commit ${artifact.slice(0, 12)}`;
	return { kind: 'NotFetched', detail: `${name} has fetched ${has}, and not the commit yet` };
}

function suspended(name: string, kind: string, { namespace, name: object }: ObjectName): Blocker {
	return { kind: 'Suspended', detail: `${name} is suspended: flux resume ${kind} ${object} -n ${namespace}` };
}

/** Reasons with which Flux says that it waits for something else. */
const waits: ReadonlySet<string> = new Set([
	'DependencyNotReady',
	'HealthCheckFailed',
	'ProgressingWithRetry',
]);

function applyBlocker(
	{ ready, reconciling }: Kustomization,
	{ attempted, applied }: Reach,
	name: string,
): Blocker {
	if (ready?.status === 'False') {
		const kind = waits.has(ready.reason) ? 'Waiting' : 'ApplyFailed';
		return { kind, detail: `${name} is not ready: ${describeCondition(ready)}` };
	}
	if (reconciling?.status === 'True' || ready?.status === 'Unknown') {
		const message = describeCondition(reconciling ?? ready);
		return { kind: 'Waiting', detail: `${name} is at work: ${message}` };
	}
	if (applied) {
		return {
			kind: 'SaysApplied',
			detail: `${name} says that it applied the commit, and other weights are live`,
		};
	}
	const detail = attempted ? 'has tried the commit, and not applied it' : 'has not taken up the commit yet';
	return { kind: 'Waiting', detail: `${name} ${detail}` };
}

function describeCondition(condition: Condition | undefined): string {
	const { reason = '', message = '' } = condition ?? {};
	return [reason, message].filter((part) => part !== '').join(': ');
}

function nameOf(kind: string, { namespace, name }: ObjectName): string {
	return `${kind} ${namespace}/${name}`;
}
