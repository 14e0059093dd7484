import type { Instant } from '../model/time.ts';
import { createTimeHeap } from './time-heap.ts';

/** Keys to run: at once in the order they came, or at a time. */
export interface Agenda<Key> {
	add(key: Key): void;
	/** The earliest time that is asked for wins. */
	addAt(key: Key, at: Instant): void;
	remove(key: Key): void;
	/** Takes the next key that is due. */
	take(now: Instant): Key | undefined;
	/** The earliest time a key waits for, if any waits for one. */
	earliest(): Instant | undefined;
}

/** Every step takes about the same time, however many keys there are. */
export function createAgenda<Key>(): Agenda<Key> {
	const ready = new Set<Key>();
	const line = createLine<Key>();
	const later = new Map<Key, Instant>();
	const times = createTimeHeap<Key>();

	const isCurrent = ({ key, at }: { readonly key: Key; readonly at: Instant }): boolean =>
		later.get(key) === at;

	/** The first key that still waits for its time. */
	const first = (): { readonly key: Key; readonly at: Instant } | undefined => {
		for (let next = times.peek(); next !== undefined; next = times.peek()) {
			if (isCurrent(next)) return next;
			times.pop();
		}
		return undefined;
	};

	const add = (key: Key): void => {
		later.delete(key);
		if (ready.has(key)) return;
		ready.add(key);
		line.push(key);
	};

	return {
		add,
		addAt(key, at) {
			if (ready.has(key) || (later.get(key) ?? Number.POSITIVE_INFINITY) <= at) return;
			later.set(key, at);
			times.push({ key, at });
		},
		remove(key) {
			ready.delete(key);
			later.delete(key);
		},
		take(now) {
			for (let due = first(); due !== undefined && due.at <= now; due = first()) add(due.key);
			for (let key = line.shift(); key !== undefined; key = line.shift()) {
				if (ready.delete(key)) return key;
			}
			return undefined;
		},
		earliest: () => first()?.at,
	};
}

interface Line<Key> {
	push(key: Key): void;
	shift(): Key | undefined;
}

/** First come, first served. Keys that are given up stay in it until their turn. */
function createLine<Key>(): Line<Key> {
	let keys: Key[] = [];
	let head = 0;
	return {
		push(key) {
			keys.push(key);
		},
		shift() {
			const key = keys[head];
			head += 1;
			if (head >= keys.length) {
				keys = [];
				head = 0;
			}
			return key;
		},
	};
}
