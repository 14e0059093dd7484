// What a syncer sees of its tool on one cluster, and tells of it, whichever tool that is.
import { createPulse, type Pulse } from './chase.ts';
import type { SyncerContext } from './cluster-syncer.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { type Watched, type WatchOrder, watchObjects } from './watched.ts';

export interface ToolWatches {
	/** Rings when an object that is watched has changed. */
	readonly pulse: Pulse;
	readonly refusals: Refusals;
	/** Watches one more type of the tool's objects. */
	watch<T>(collection: WatchOrder<T>['collection']): Watched<T>;
}

/** Until `life` ends. */
export function openWatches(context: SyncerContext, life: AbortSignal): ToolWatches {
	const { cluster } = context;
	const pulse = createPulse();
	const onChange = (): void => {
		pulse.ring();
		context.onNews();
	};
	return {
		pulse,
		refusals: createRefusals(context),
		watch: (collection) => watchObjects(context, { cluster, collection, onChange }, life),
	};
}
