import type { CollectionChange, Item } from '../../src/model/ports/cluster.ts';
import type { Problem } from '../../src/model/problem.ts';
import { createNoticeBoard } from './notice-board.ts';

/** Everything a reflection told, in order. */
export interface ChangeLog<T> {
	readonly sink: (change: CollectionChange<T>) => void;
	readonly changes: readonly CollectionChange<T>[];
	/** What a consumer knows by now. */
	known(): ReadonlyMap<string, Item<T>>;
	/** How many changes of a kind there were. */
	count(kind: CollectionChange<T>['kind']): number;
	problems(): readonly Problem[];
	until(holds: () => boolean): Promise<void>;
}

export function createChangeLog<T>(): ChangeLog<T> {
	const changes: CollectionChange<T>[] = [];
	const board = createNoticeBoard();
	return {
		changes,
		sink(change) {
			changes.push(change);
			board.notify();
		},
		known: () => foldChanges(changes),
		count: (kind) => changes.filter((change) => change.kind === kind).length,
		problems: () => changes.flatMap((change) => (change.kind === 'problem' ? [change.problem] : [])),
		until: board.until,
	};
}

function foldChanges<T>(changes: readonly CollectionChange<T>[]): ReadonlyMap<string, Item<T>> {
	let known = new Map<string, Item<T>>();
	for (const change of changes) {
		if (change.kind === 'reset') known = new Map(change.items.map((item) => [item.name, item]));
		else if (change.kind === 'applied') known.set(change.item.name, change.item);
		else if (change.kind === 'deleted') known.delete(change.name);
	}
	return known;
}
