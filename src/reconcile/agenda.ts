import type { Instant } from '../model/time.ts';

/** Keys to run: at once in the order they came, or at a time. */
export interface Agenda<Key> {
	add(key: Key): void;
	addAt(key: Key, at: Instant): void;
	remove(key: Key): void;
	/** Takes the next key that is due and not in `busy`. */
	take(now: Instant, busy: ReadonlySet<Key>): Key | undefined;
	/** The earliest time a key waits for, if any waits for one. */
	earliest(): Instant | undefined;
}

export function createAgenda<Key>(): Agenda<Key> {
	const ready = new Set<Key>();
	const later = new Map<Key, Instant>();
	let earliest = Number.POSITIVE_INFINITY;

	/** Scans the waiting keys only when one of them is due. */
	const collectDue = (now: Instant): void => {
		if (earliest > now) return;
		earliest = Number.POSITIVE_INFINITY;
		for (const [key, at] of later) {
			if (at > now) {
				earliest = Math.min(earliest, at);
				continue;
			}
			later.delete(key);
			ready.add(key);
		}
	};

	return {
		add(key) {
			later.delete(key);
			ready.add(key);
		},
		addAt(key, at) {
			if (ready.has(key) || (later.get(key) ?? Number.POSITIVE_INFINITY) <= at) return;
			later.set(key, at);
			earliest = Math.min(earliest, at);
		},
		remove(key) {
			ready.delete(key);
			later.delete(key);
		},
		take(now, busy) {
			collectDue(now);
			for (const key of ready) {
				if (busy.has(key)) continue;
				ready.delete(key);
				return key;
			}
			return undefined;
		},
		earliest: () => (later.size === 0 ? undefined : earliest),
	};
}
