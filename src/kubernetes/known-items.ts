import type { Namespace } from '../model/names.ts';
import type { CollectionChange, Item } from '../model/ports/cluster.ts';

/** Which objects a consumer has been told of, in which version. */
export interface KnownItems {
	/** How many there are. */
	size(): number;
	/** Takes note of what is told. */
	note(change: CollectionChange<unknown>): void;
	/** What of a newer list the consumer does not know yet. */
	compare<T>(items: readonly Item<T>[], resourceVersion: string): readonly CollectionChange<T>[];
}

export function createKnownItems(): KnownItems {
	const versions = new Map<string, string>();
	return {
		size: () => versions.size,
		note(change) {
			switch (change.kind) {
				case 'reset':
					versions.clear();
					for (const item of change.items) versions.set(itemKey(item), item.resourceVersion);
					return;
				case 'applied':
					versions.set(itemKey(change.item), change.item.resourceVersion);
					return;
				case 'deleted':
					versions.delete(itemKey(change));
					return;
				case 'alive':
				case 'problem':
			}
		},
		compare(items, resourceVersion) {
			const listed = new Set(items.map(itemKey));
			const changed = items.filter((item) => versions.get(itemKey(item)) !== item.resourceVersion);
			const gone = [...versions.keys()].filter((key) => !listed.has(key));
			return [
				...changed.map((item) => ({ kind: 'applied', item }) as const),
				...gone.map((key) => ({ kind: 'deleted', ...splitKey(key), resourceVersion }) as const),
			];
		},
	};
}

/** One object of a collection; Kubernetes names hold no slash. */
export function itemKey({
	namespace,
	name,
}: {
	readonly namespace: Namespace;
	readonly name: string;
}): string {
	return `${namespace}/${name}`;
}

function splitKey(key: string): { readonly namespace: Namespace; readonly name: string } {
	const slash = key.indexOf('/');
	return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
