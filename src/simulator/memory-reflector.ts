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
import { formatApiVersion } from './kubernetes/resource-types.ts';
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

/** The type is not served, which has been told. */
const absent: unique symbol = Symbol('absent');

/** The version to go on from, where there is one. */
type Seen = string | typeof absent | undefined;

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
	const stops = [api.faults.onChange(alarm.nudge), api.store.onServed(alarm.nudge)];
	let seen: Seen;
	try {
		// As over a network, nothing is told before the call has returned.
		await Promise.resolve();
		while (!signal.aborted) seen = await reflectOnce(reflection, seen, signal);
	} finally {
		for (const stop of stops) stop();
	}
}

/** Watches as long as that goes well, or waits for the time when it may. */
async function reflectOnce<T>(reflection: Reflection<T>, seen: Seen, signal: AbortSignal): Promise<Seen> {
	const { api, collection, sink, alarm } = reflection;
	const obstacle = findObstacle(api, collection);
	if (obstacle !== undefined) {
		sink(obstacle.kind === 'reset' && seen === absent ? { kind: 'alive' } : obstacle);
		await alarm.wait(period, signal);
		return obstacle.kind === 'reset' ? absent : seen;
	}
	const isKnown = seen !== undefined && seen !== absent && !api.store.isCompacted(seen);
	return followObjects(reflection, isKnown ? seen : listObjects(reflection), signal);
}

/** The problem of a request that finds no server. */
export function describeUnreachable(call: ApiCall): Problem {
	return describeFailure(call, new NoAnswerError('connection refused', { maybeActedOn: false }));
}

/** An object as the API serves it: in the first version that both sides know. */
export function presentObject(
	store: ObjectStore,
	object: KubernetesObject,
	resource: Resource,
): KubernetesObject {
	const version = findServedVersion(store, resource);
	return version === undefined
		? object
		: { ...object, apiVersion: formatApiVersion(resource.group, version) };
}

function findServedVersion(store: ObjectStore, resource: Resource): string | undefined {
	const served = store.served(resource);
	return resource.versions.find((version) => served.includes(version));
}

/** What there is to tell in the place of a list, where there can be none. */
function findObstacle(
	{ cluster, faults, store }: MemoryApi,
	{ resource, namespace, optional = false }: Collection<unknown>,
): Extract<CollectionChange<never>, { readonly kind: 'problem' | 'reset' }> | undefined {
	const call: ApiCall = {
		cluster,
		verb: 'list',
		resource,
		...(namespace === undefined ? {} : { namespace }),
	};
	if (faults.isUnreachable()) return { kind: 'problem', problem: describeUnreachable(call) };
	if (findServedVersion(store, resource) !== undefined) return undefined;
	return optional ? { kind: 'reset', items: [] } : { kind: 'problem', problem: describeUnserved(call) };
}

/** Returns the version to watch from. */
function listObjects<T>({ api, collection, sink }: Reflection<T>): string {
	const list = api.store.list(selectAll(collection));
	const items: Item<T>[] = [];
	const problems: Problem[] = [];
	for (const object of list.items) {
		const decoded = decodeItem(
			api.cluster,
			collection,
			presentObject(api.store, object, collection.resource),
		);
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
	const version = findServedVersion(api.store, collection.resource);
	const events: StoreEvent[] = [];
	const stop = api.store.watch(selectAll(collection), since, (event) => {
		events.push(event);
		alarm.nudge();
	});
	let seen = since;
	let frozen = false;
	const isOutdated = () =>
		findServedVersion(api.store, collection.resource) !== version ||
		(frozen && !api.faults.areWatchesFrozen());
	try {
		for (;;) {
			await alarm.wait(period, signal);
			if (signal.aborted || api.faults.countCuts() !== cuts) return seen;
			if (isOutdated()) return undefined;
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
	for (const change of events.flatMap((event) => describeEvent(api, collection, event))) sink(change);
	return events.at(-1)?.resourceVersion;
}

function describeEvent<T>(
	{ cluster, store }: MemoryApi,
	collection: Collection<T>,
	{ type, object, resourceVersion }: StoreEvent,
): readonly CollectionChange<T>[] {
	const { namespace = '', name } = object.metadata;
	const gone = { kind: 'deleted', namespace, name, resourceVersion } as const;
	if (type === 'DELETED') return [gone];
	const decoded = decodeItem(cluster, collection, presentObject(store, object, collection.resource));
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
