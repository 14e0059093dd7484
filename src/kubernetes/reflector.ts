import type { Clock, Random } from '../model/ports/clock.ts';
import type { CollectionChange } from '../model/ports/cluster.ts';
import type { CollectionSource } from './collection-source.ts';
import { listCollection } from './list-pages.ts';
import {
	afterListing,
	afterWatching,
	initialState,
	type ReflectorState,
	type Transition,
	type TransitionContext,
} from './reflector-state.ts';
import { watchCollection } from './watch-stream.ts';

export interface ReflectorSource<T> extends CollectionSource<T> {
	readonly clock: Clock;
	readonly random: Random;
}

/** Lists and watches a collection, telling `sink` in order, until `signal` is aborted. Heals itself. */
export async function reflectCollection<T>(
	source: ReflectorSource<T>,
	sink: (change: CollectionChange<T>) => void,
	signal: AbortSignal,
): Promise<void> {
	let state: ReflectorState = initialState;
	try {
		while (!signal.aborted) {
			const { changes, next }: Transition<T> = await step(source, state, sink, signal);
			for (const change of changes) sink(change);
			state = next;
		}
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}

async function step<T>(
	source: ReflectorSource<T>,
	state: ReflectorState,
	sink: (change: CollectionChange<T>) => void,
	signal: AbortSignal,
): Promise<Transition<T>> {
	const { clock, random, cluster, collection } = source;
	switch (state.kind) {
		case 'waiting':
			await clock.sleep(state.span, signal);
			return { changes: [], next: state.next };
		case 'listing': {
			const where = { kind: 'named', name: [cluster, collection.namespace ?? ''].join(' ').trim() } as const;
			const context: TransitionContext = { where, random };
			return afterListing(state, await listCollection(source, signal), context);
		}
		case 'watching': {
			const { version, resourceVersion } = state;
			const watch = { clock, version, resourceVersion, sink };
			return afterWatching(state, await watchCollection(source, watch, signal), random);
		}
	}
}
