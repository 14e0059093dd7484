import type { ClusterName } from '../model/names.ts';
import type { Collection } from '../model/ports/cluster.ts';
import type { ApiCall } from './api-problem.ts';
import type { ApiClient } from './client.ts';

/** A collection, and where to get it. */
export interface CollectionSource<T> {
	readonly api: ApiClient;
	readonly cluster: ClusterName;
	readonly collection: Collection<T>;
}

export function describeCall(
	{ cluster, collection: { resource, namespace } }: CollectionSource<unknown>,
	verb: 'list' | 'watch',
): ApiCall {
	return { cluster, verb, resource, ...(namespace === undefined ? {} : { namespace }) };
}
