import type { ClusterName } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Collection } from '../model/ports/cluster.ts';
import type { ApiCall } from './api-problem.ts';
import type { ApiClient } from './client.ts';
import type { ClusterPace } from './cluster-pace.ts';

/** A collection, and where to get it. */
export interface CollectionSource<T> {
	readonly api: ApiClient;
	readonly cluster: ClusterName;
	readonly collection: Collection<T>;
}

/** What it takes to reflect one. */
export interface ReflectorSource<T> extends CollectionSource<T> {
	readonly clock: Clock;
	readonly random: Random;
	/** Shared by all that watch this cluster. */
	readonly pace: ClusterPace;
}

export function describeCall(
	{ cluster, collection: { resource, namespace } }: CollectionSource<unknown>,
	verb: 'list' | 'watch',
): ApiCall {
	return { cluster, verb, resource, ...(namespace === undefined ? {} : { namespace }) };
}
