// One watched collection, as far as it was observed.
import type { CollectionChange, Item } from '../model/ports/cluster.ts';
import { isOlderVersion, newerVersion } from '../model/resource-version.ts';
import type { Instant } from '../model/time.ts';

/** One object, as it was last seen. */
export type Known<T> = Pick<Item<T>, 'resourceVersion' | 'value'>;

/** A collection's newest state, and when it last gave a sign of life. */
export interface Source<T> {
	/** When watching began. */
	readonly since: Instant;
	readonly indexBy: ((value: T) => string | undefined) | undefined;
	/** By name. */
	items: Map<string, Known<T>>;
	/** Names of the objects that `indexBy` gives the same key. */
	index: Map<string, string[]>;
	synced: boolean;
	aliveAt: Instant;
	/** The newest version that an object was gone by. */
	deletedBy?: string;
}

export function openSource<T>(at: Instant, indexBy?: (value: T) => string | undefined): Source<T> {
	return { since: at, indexBy, items: new Map(), index: new Map(), synced: false, aliveAt: at };
}

/** The objects with this key of the source's index. */
export function lookUp<T>(source: Source<T> | undefined, key: string): readonly T[] {
	const found: T[] = [];
	for (const name of source?.index.get(key) ?? []) {
		const known = source?.items.get(name);
		if (known !== undefined) found.push(known.value);
	}
	return found;
}

/** One object's value before and after a change; absent where there was or is none. */
export interface Replacement<T> {
	readonly name: string;
	readonly before?: T | undefined;
	readonly after?: T | undefined;
}

export interface SourceChange<T> {
	/** The one object that changed; of a whole new list nobody asks. */
	readonly replaced?: Replacement<T> | undefined;
	/** A whole new list, or life after silence: everything resting on this source deserves another look. */
	readonly renewed: boolean;
}

/** Whoever was silent for this long, longer than a quiet watch of 8 s ever is, is worth another look when it speaks again. */
export const silence = 12_000;

/** Folds one change into the source. */
export function applyChange<T>(source: Source<T>, change: CollectionChange<T>, at: Instant): SourceChange<T> {
	if (change.kind === 'problem') return { renewed: false };
	const renewed = at - source.aliveAt >= silence || change.kind === 'reset';
	source.aliveAt = at;
	if (change.kind === 'reset') resetItems(source, change.items);
	return { replaced: replaceItem(source, change), renewed };
}

/**
 * Whether the source knows already that this object is gone: it knows none of that name, and one was gone by a
 * later version. A watch tells changes in order, so it has nothing older to say any more.
 */
export function isGone<T>({ items, deletedBy }: Source<T>, name: string, resourceVersion: string): boolean {
	if (items.has(name) || deletedBy === undefined) return false;
	return resourceVersion === deletedBy || isOlderVersion(resourceVersion, deletedBy);
}

function replaceItem<T>(source: Source<T>, change: CollectionChange<T>): Replacement<T> | undefined {
	switch (change.kind) {
		case 'alive':
		case 'problem':
		case 'reset':
			return undefined;
		case 'applied': {
			const { name, value, resourceVersion } = change.item;
			const known = source.items.get(name);
			// What a write was answered with comes once more from the watch.
			if (known?.resourceVersion === resourceVersion) return undefined;
			if (known !== undefined && isOlderVersion(resourceVersion, known.resourceVersion)) return undefined;
			source.items.set(name, { resourceVersion, value });
			return reindex(source, { name, before: known?.value, after: value });
		}
		case 'deleted': {
			const { name, resourceVersion } = change;
			const known = source.items.get(name);
			if (known !== undefined && isOlderVersion(resourceVersion, known.resourceVersion)) return undefined;
			source.deletedBy = newerVersion(source.deletedBy, resourceVersion);
			if (known === undefined) return undefined;
			source.items.delete(name);
			return reindex(source, { name, before: known.value });
		}
	}
}

function resetItems<T>(source: Source<T>, items: readonly Item<T>[]): void {
	const before = source.items;
	source.items = new Map();
	source.index = new Map();
	source.synced = true;
	for (const { name, resourceVersion, value } of items) {
		source.items.set(name, { resourceVersion, value });
		addToIndex(source, name, value);
	}
	for (const [name, { resourceVersion }] of before) {
		if (!source.items.has(name)) source.deletedBy = newerVersion(source.deletedBy, resourceVersion);
	}
}

/** The key may change as well: a slice may be given to another Service. */
function reindex<T>(source: Source<T>, replaced: Replacement<T>): Replacement<T> {
	const { name, before, after } = replaced;
	const { indexBy, index } = source;
	const [from, to] = [before, after].map((value) => (value === undefined ? undefined : indexBy?.(value)));
	if (from === to) return replaced;
	const left = from === undefined ? [] : (index.get(from) ?? []).filter((other) => other !== name);
	if (from !== undefined && left.length > 0) index.set(from, left);
	else if (from !== undefined) index.delete(from);
	if (after !== undefined) addToIndex(source, name, after);
	return replaced;
}

function addToIndex<T>({ indexBy, index }: Source<T>, name: string, value: T): void {
	const key = indexBy?.(value);
	if (key === undefined) return;
	const names = index.get(key);
	if (names === undefined) index.set(key, [name]);
	else names.push(name);
}
