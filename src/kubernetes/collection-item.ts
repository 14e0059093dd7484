import type { ClusterName } from '../model/names.ts';
import type { Collection, Item } from '../model/ports/cluster.ts';
import { type Problem, problem, showText } from '../model/problem.ts';
import { isKubernetesObject } from './json.ts';
import { formatResource } from './urls.ts';

/** One object of a collection after decoding: kept, or put aside with the reason. */
export type Decoded<T> =
	| { readonly kind: 'kept'; readonly item: Item<T> }
	| { readonly kind: 'put-aside'; readonly problem: Problem };

/** Prunes an object to what the collection keeps. Whatever is wrong with it concerns no other object. */
export function decodeItem<T>(cluster: ClusterName, collection: Collection<T>, object: unknown): Decoded<T> {
	const type = formatResource(collection.resource);
	const putAside = (namespace: string, name: string, reason: string): Decoded<T> => {
		const where = { kind: 'named', name: `${cluster} ${namespace}/${name}` } as const;
		const message = `an object of ${type} cannot be read: ${reason}`;
		return { kind: 'put-aside', problem: problem('E_OBJECT_INVALID', { where, message }) };
	};
	if (!isKubernetesObject(object))
		return putAside(collection.namespace ?? '?', '?', 'it has no name, uid and resourceVersion');
	const { namespace = '', name, resourceVersion } = object.metadata;
	try {
		return { kind: 'kept', item: { namespace, name, resourceVersion, value: collection.decode(object) } };
	} catch (error) {
		return putAside(namespace, name, showText(error instanceof Error ? error.message : String(error), 200));
	}
}
