import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { refuseBadRequest, refuseExpired } from './api-status.ts';
import type { StoreEvent } from './object-store.ts';
import type { ResourceType } from './resource-types.ts';
import type { Predicate } from './selectors.ts';

/** One change of one object, with what it was before, so that selectors can see it come and go. */
export interface Change extends StoreEvent {
	readonly resource: ResourceType;
	readonly previous?: KubernetesObject;
}

export interface Subject {
	readonly resource: ResourceType;
	readonly selects: Predicate;
}

export interface EventLog {
	/** Tells the followers at once; changes that they cause in turn are told after this one. */
	append(change: Change): void;
	/** Throws 410 when `since` is older than the log, 400 when it is no version. */
	follow(subject: Subject, since: string, listener: (event: StoreEvent) => void): () => void;
	/** Whether what happened right after this version is forgotten. */
	isCompacted(resourceVersion: string): boolean;
	compact(upTo: string): void;
}

/** How many changes are remembered before the older half is forgotten. */
const capacity = 20_000;

/** The changes of every type in order, and who follows them. */
export function createEventLog(): EventLog {
	let changes: Change[] = [];
	let floor = 0;
	let undelivered: Change[] = [];
	let delivering = false;
	const followers = new Set<(change: Change) => void>();

	const deliver = () => {
		if (delivering) return;
		delivering = true;
		try {
			for (const change of undelivered) for (const tell of followers) tell(change);
		} finally {
			undelivered = [];
			delivering = false;
		}
	};
	const forget = (count: number) => {
		floor = Number(changes[count - 1]?.resourceVersion ?? floor);
		changes = changes.slice(count);
	};
	const isCompacted = (resourceVersion: string) => parseResourceVersion(resourceVersion) < floor;

	return {
		append(change) {
			changes.push(change);
			if (changes.length > capacity) forget(capacity / 2);
			undelivered.push(change);
			deliver();
		},
		follow(subject, since, listener) {
			if (isCompacted(since)) throw refuseExpired(`too old resource version: ${since} (${floor})`);
			let seen = parseResourceVersion(since);
			const tell = (change: Change) => {
				if (change.resource !== subject.resource || Number(change.resourceVersion) <= seen) return;
				seen = Number(change.resourceVersion);
				const event = describeChange(change, subject.selects);
				if (event !== undefined) listener(event);
			};
			for (const change of changes.slice(countUpTo(changes, seen))) tell(change);
			followers.add(tell);
			return () => followers.delete(tell);
		},
		isCompacted,
		compact(upTo) {
			changes = [];
			floor = parseResourceVersion(upTo);
		},
	};
}

/** Throws 400 for what is no version. */
export function parseResourceVersion(text: string): number {
	if (!/^\d{1,15}$/.test(text)) throw refuseBadRequest(`invalid resource version: ${describeGarbled(text)}`);
	return Number(text);
}

/** What a server's number parser says of what is no version. */
export function describeGarbled(text: string): string {
	const quoted = JSON.stringify(text);
	return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
}

/** The object as it was, at the version of the change that took it away. */
export function buryObject(object: KubernetesObject, resourceVersion: string): KubernetesObject {
	return Object.freeze({ ...object, metadata: Object.freeze({ ...object.metadata, resourceVersion }) });
}

/** A change as one selection sees it: an object that starts to match is ADDED, one that stops is DELETED. */
function describeChange(change: Change, selects: Predicate): StoreEvent | undefined {
	const { type, object, previous, resourceVersion } = change;
	const now = selects(object);
	if (type !== 'MODIFIED' || previous === undefined)
		return now ? { type, object, resourceVersion } : undefined;
	if (!selects(previous)) return now ? { type: 'ADDED', object, resourceVersion } : undefined;
	if (now) return { type, object, resourceVersion };
	return { type: 'DELETED', object: buryObject(previous, resourceVersion), resourceVersion };
}

/** How many changes are no later than this version (binary search: versions only increase). */
function countUpTo(changes: readonly Change[], version: number): number {
	let low = 0;
	let high = changes.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (Number(changes[middle]?.resourceVersion) > version) high = middle;
		else low = middle + 1;
	}
	return low;
}
