import type { Instant } from '../model/time.ts';

export interface Timed<Key> {
	readonly key: Key;
	readonly at: Instant;
}

/** A binary heap: the earliest entry first. */
export interface TimeHeap<Key> {
	push(entry: Timed<Key>): void;
	peek(): Timed<Key> | undefined;
	pop(): Timed<Key> | undefined;
}

export function createTimeHeap<Key>(): TimeHeap<Key> {
	const entries: Timed<Key>[] = [];
	return {
		push(entry) {
			entries.push(entry);
			rise(entries, entries.length - 1);
		},
		peek: () => entries[0],
		pop() {
			const [first] = entries;
			const last = entries.pop();
			if (last !== undefined && entries.length > 0) {
				entries[0] = last;
				sink(entries);
			}
			return first;
		},
	};
}

function rise<Key>(entries: Timed<Key>[], from: number): void {
	let place = from;
	while (place > 0) {
		const parent = (place - 1) >> 1;
		if (!isBefore(entries, place, parent)) return;
		swap(entries, place, parent);
		place = parent;
	}
}

function sink<Key>(entries: Timed<Key>[]): void {
	let place = 0;
	for (;;) {
		const left = 2 * place + 1;
		const child = isBefore(entries, left + 1, left) ? left + 1 : left;
		if (!isBefore(entries, child, place)) return;
		swap(entries, place, child);
		place = child;
	}
}

/** False where there is no such place. */
function isBefore<Key>(entries: readonly Timed<Key>[], a: number, b: number): boolean {
	const [first, second] = [entries[a], entries[b]];
	return first !== undefined && second !== undefined && first.at < second.at;
}

function swap<Key>(entries: Timed<Key>[], a: number, b: number): void {
	const [first, second] = [entries[a], entries[b]];
	if (first === undefined || second === undefined) return;
	entries[a] = second;
	entries[b] = first;
}
