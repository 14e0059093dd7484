import { type ApiCall, describeFailure, describeUnserved } from '../kubernetes/api-problem.ts';
import { decodeItem } from '../kubernetes/collection-item.ts';
import { NoAnswerError } from '../kubernetes/no-answer.ts';
import type { ClusterName } from '../model/names.ts';
import type { Clock } from '../model/ports/clock.ts';
import type {
	Collection,
	CollectionChange,
	Item,
	KubernetesObject,
	Resource,
} from '../model/ports/cluster.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import type { ClusterFaultGate } from './cluster-faults.ts';
import type { ObjectStore, Selection, StoreEvent } from './kubernetes/object-store.ts';
import { findResourceType, formatApiVersion } from './kubernetes/resource-types.ts';
import { type Alarm, createAlarm } from './world/alarm.ts';

/** A store as a client sees it that may be cut off from it. */
export interface MemoryApi {
	readonly cluster: ClusterName;
	readonly store: ObjectStore;
	readonly clock: Clock;
	readonly faults: ClusterFaultGate;
}

interface Reflection<T> {
	readonly api: MemoryApi;
	readonly collection: Collection<T>;
	readonly sink: (change: CollectionChange<T>) => void;
	readonly alarm: Alarm;
}

/** How often an idle watch proves life, and how often one that cannot start is tried again. */
const period: Milliseconds = 10_000;

/** `Cluster.reflect` on a store. News comes after the write that made it has returned. */
export async function reflectStore<T>(
	api: MemoryApi,
	collection: Collection<T>,
	sink: (change: CollectionChange<T>) => void,
	signal: AbortSignal,
): Promise<void> {
	const alarm = createAlarm(api.clock);
	const reflection = { api, collection, sink, alarm };
	const stop = api.faults.onChange(alarm.nudge);
	let seen: string | undefined;
	try {
		// As over a network, nothing is told before the call has returned.
		await Promise.resolve();
		while (!signal.aborted) {
			const trouble = findTrouble(api, collection);
			if (trouble !== undefined) {
				sink({ kind: 'problem', problem: trouble });
				await alarm.wait(period, signal);
				continue;
			}
			if (seen === undefined || api.store.isCompacted(seen)) seen = listObjects(reflection);
			seen = await followObjects(reflection, seen, signal);
		}
	} finally {
		stop();
	}
}

/** The problem of a request that finds no server. */
export function describeUnreachable(call: ApiCall): Problem {
	return describeFailure(call, new NoAnswerError('connection refused', { maybeActedOn: false }));
}

/** An object as the API serves it: in the first version that both sides know. */
export function presentObject(object: KubernetesObject, resource: Resource): KubernetesObject {
	const version = findServedVersion(resource);
	return version === undefined
		? object
		: { ...object, apiVersion: formatApiVersion(resource.group, version) };
}

function findServedVersion({ group, plural, versions }: Resource): string | undefined {
	const served = findResourceType(group, plural)?.versions ?? [];
	return versions.find((version) => served.includes(version));
}

/** What keeps a list from being answered, if anything does. */
function findTrouble(
	{ cluster, faults }: MemoryApi,
	{ resource, namespace }: Collection<unknown>,
): Problem | undefined {
	const call: ApiCall = {
		cluster,
		verb: 'list',
		resource,
		...(namespace === undefined ? {} : { namespace }),
	};
	if (faults.isUnreachable()) return describeUnreachable(call);
	return findServedVersion(resource) === undefined ? describeUnserved(call) : undefined;
}

/** Returns the version to watch from. */
function listObjects<T>({ api, collection, sink }: Reflection<T>): string {
	const list = api.store.list(selectAll(collection));
	const items: Item<T>[] = [];
	const problems: Problem[] = [];
	for (const object of list.items) {
		const decoded = decodeItem(api.cluster, collection, presentObject(object, collection.resource));
		if (decoded.kind === 'kept') items.push(decoded.item);
		else problems.push(decoded.problem);
	}
	sink({ kind: 'reset', items });
	for (const problem of problems) sink({ kind: 'problem', problem });
	return list.resourceVersion;
}

/** Watches until cut off. Returns the version to go on from, or `undefined` where only a new list can tell. */
async function followObjects<T>(
	reflection: Reflection<T>,
	since: string,
	signal: AbortSignal,
): Promise<string | undefined> {
	const { api, collection, alarm } = reflection;
	const cuts = api.faults.countCuts();
	const events: StoreEvent[] = [];
	const stop = api.store.watch(selectAll(collection), since, (event) => {
		events.push(event);
		alarm.nudge();
	});
	let seen = since;
	let frozen = false;
	try {
		for (;;) {
			await alarm.wait(period, signal);
			if (signal.aborted || api.faults.countCuts() !== cuts) return seen;
			if (frozen && !api.faults.areWatchesFrozen()) return undefined;
			frozen = api.faults.areWatchesFrozen();
			if (!frozen) seen = tellEvents(reflection, events.splice(0)) ?? seen;
		}
	} finally {
		stop();
	}
}

/** Returns the version of the newest one. */
function tellEvents<T>(
	{ api, collection, sink }: Reflection<T>,
	events: readonly StoreEvent[],
): string | undefined {
	if (events.length === 0) sink({ kind: 'alive' });
	for (const change of events.flatMap((event) => describeEvent(api.cluster, collection, event))) sink(change);
	return events.at(-1)?.resourceVersion;
}

function describeEvent<T>(
	cluster: ClusterName,
	collection: Collection<T>,
	{ type, object, resourceVersion }: StoreEvent,
): readonly CollectionChange<T>[] {
	const { namespace = '', name } = object.metadata;
	const gone = { kind: 'deleted', namespace, name, resourceVersion } as const;
	if (type === 'DELETED') return [gone];
	const decoded = decodeItem(cluster, collection, presentObject(object, collection.resource));
	if (decoded.kind === 'kept') return [{ kind: 'applied', item: decoded.item }];
	// A list would leave it out as well: what is known must not depend on how it was heard.
	return [{ kind: 'problem', problem: decoded.problem }, gone];
}

function selectAll({
	resource: { group, plural },
	namespace,
	labelSelector,
}: Collection<unknown>): Selection {
	return {
		group,
		plural,
		...(namespace === undefined ? {} : { namespace }),
		...(labelSelector === undefined ? {} : { labelSelector }),
	};
}
