import type { StoredObject } from './stored-object.ts';

/** The objects of one type, by namespace and name. */
export interface ObjectShelf {
	get(namespace: string, name: string): StoredObject | undefined;
	put(object: StoredObject): void;
	remove(object: StoredObject): void;
	/** In the order of namespace/name, as a real server lists them. Not to be changed by who gets it. */
	list(): readonly StoredObject[];
}

export function createObjectShelf(): ObjectShelf {
	const objects = new Map<string, StoredObject>();
	let sorted: readonly StoredObject[] | undefined;

	return {
		get: (namespace, name) => objects.get(`${namespace}/${name}`),
		put(object) {
			objects.set(nameObject(object), object);
			sorted = undefined;
		},
		remove(object) {
			objects.delete(nameObject(object));
			sorted = undefined;
		},
		list() {
			sorted ??= [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
			return sorted;
		},
	};
}

function nameObject({ metadata }: StoredObject): string {
	return `${metadata.namespace ?? ''}/${metadata.name}`;
}
