import type { CollectionChange } from '../model/ports/cluster.ts';
import type { ReflectorSource } from './collection-source.ts';
import { createKnownItems, type KnownItems } from './known-items.ts';
import { listCollection } from './list-collection.ts';
import {
	afterListing,
	afterWatching,
	initialState,
	type ListingState,
	type ReflectorState,
	type Transition,
} from './reflector-state.ts';
import type { WatchSession } from './watch-session.ts';
import { watchCollection } from './watch-stream.ts';

interface Reflection<T> {
	readonly source: ReflectorSource<T>;
	readonly known: KnownItems;
	readonly sink: (change: CollectionChange<T>) => void;
	/** The watch that a streamed list goes on as. */
	session?: WatchSession | undefined;
}

/** Lists and watches a collection, telling `sink` in order, until `signal` is aborted. Heals itself. */
export async function reflectCollection<T>(
	source: ReflectorSource<T>,
	sink: (change: CollectionChange<T>) => void,
	signal: AbortSignal,
): Promise<void> {
	const known = createKnownItems();
	const tell = (change: CollectionChange<T>): void => {
		known.note(change);
		sink(change);
	};
	const reflection: Reflection<T> = { source, known, sink: tell };
	const leave = source.pace.join();
	let state: ReflectorState = initialState;
	try {
		while (!signal.aborted) state = await advance(reflection, state, signal);
	} catch (error) {
		if (!signal.aborted) throw error;
	} finally {
		reflection.session?.close();
		leave();
	}
}

/** Keeps nothing of what it told: a list would otherwise stay in memory for as long as the watch after it. */
async function advance<T>(
	reflection: Reflection<T>,
	state: ReflectorState,
	signal: AbortSignal,
): Promise<ReflectorState> {
	const { changes, next } = await step(reflection, state, signal);
	for (const change of changes) reflection.sink(change);
	return next;
}

async function step<T>(
	reflection: Reflection<T>,
	state: ReflectorState,
	signal: AbortSignal,
): Promise<Transition<T>> {
	const { source, sink, session } = reflection;
	const { clock, random } = source;
	switch (state.kind) {
		case 'waiting':
			await clock.sleep(state.span, signal);
			return { changes: [], next: state.next };
		case 'listing':
			return list(reflection, state, signal);
		case 'watching': {
			const { version, resourceVersion, resync } = state;
			reflection.session = undefined;
			const watch = { version, resourceVersion, until: resync.at, sink, ...(session && { session }) };
			const result = await watchCollection(source, watch, signal);
			return afterWatching(state, result, { now: clock.now(), random });
		}
	}
}

async function list<T>(
	reflection: Reflection<T>,
	state: ListingState,
	signal: AbortSignal,
): Promise<Transition<T>> {
	const { source, known } = reflection;
	const { clock, random, cluster, collection } = source;
	const expected = known.size();
	const { listing, session } = await listCollection({ ...source, ...(expected > 0 && { expected }) }, signal);
	const where = { kind: 'named', name: [cluster, collection.namespace ?? ''].join(' ').trim() } as const;
	const context = { where, now: clock.now(), random, compare: known.compare };
	const transition = afterListing<T>(state, listing, context);
	const goesOn = listing.kind === 'listed' && isWatchedFrom(transition.next, listing.resourceVersion);
	if (goesOn) reflection.session = session;
	else session?.close();
	return transition;
}

/** Whether the list was accepted, so that its own stream is the watch to go on with. */
function isWatchedFrom(next: ReflectorState, resourceVersion: string): boolean {
	return next.kind === 'watching' && next.resourceVersion === resourceVersion;
}
