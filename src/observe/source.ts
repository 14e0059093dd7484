// One watched collection, as far as it was observed.
import type { CollectionChange, Item } from '../model/ports/cluster.ts';
import { isOlderVersion } from '../model/resource-version.ts';
import type { Instant } from '../model/time.ts';

/** A collection's newest state, and when it last gave a sign of life. */
export interface Source<T> {
	/** When watching began. */
	readonly since: Instant;
	readonly items: Map<string, Item<T>>;
	synced: boolean;
	aliveAt: Instant;
}

export function openSource<T>(at: Instant): Source<T> {
	return { since: at, items: new Map(), synced: false, aliveAt: at };
}

/** One object's value before and after a change; absent where there was or is none. */
export interface Replacement<T> {
	readonly name: string;
	readonly before?: T | undefined;
	readonly after?: T | undefined;
}

export interface SourceChange<T> {
	readonly replaced: readonly Replacement<T>[];
	/** A whole new list, or life after silence: everything resting on this source deserves another look. */
	readonly renewed: boolean;
}

/** A source that was silent for this long is worth another look once it speaks again. */
const silence = 5_000;

/** Folds one change into the source. */
export function applyChange<T>(source: Source<T>, change: CollectionChange<T>, at: Instant): SourceChange<T> {
	if (change.kind === 'problem') return { replaced: [], renewed: false };
	const renewed = at - source.aliveAt >= silence || change.kind === 'reset';
	source.aliveAt = at;
	return { replaced: replaceItems(source, change), renewed };
}

function replaceItems<T>(source: Source<T>, change: CollectionChange<T>): readonly Replacement<T>[] {
	switch (change.kind) {
		case 'alive':
		case 'problem':
			return [];
		case 'reset':
			return resetItems(source, change.items);
		case 'applied': {
			const { name, value, resourceVersion } = change.item;
			const known = source.items.get(name);
			if (known !== undefined && isOlderVersion(resourceVersion, known.resourceVersion)) return [];
			source.items.set(name, change.item);
			return [{ name, before: known?.value, after: value }];
		}
		case 'deleted': {
			const known = source.items.get(change.name);
			if (known === undefined || isOlderVersion(change.resourceVersion, known.resourceVersion)) return [];
			source.items.delete(change.name);
			return [{ name: change.name, before: known.value }];
		}
	}
}

function resetItems<T>(source: Source<T>, items: readonly Item<T>[]): readonly Replacement<T>[] {
	const before = new Map(source.items);
	source.items.clear();
	source.synced = true;
	for (const item of items) source.items.set(item.name, item);
	const gone = [...before].filter(([name]) => !source.items.has(name));
	return [
		...items.map(({ name, value }) => ({ name, before: before.get(name)?.value, after: value })),
		...gone.map(([name, { value }]) => ({ name, before: value })),
	];
}
