import type { ObjectType } from './object-type.ts';

/** Trees and commits that were read or written lately. */
export interface ObjectCache {
	get(type: ObjectType, id: string): Uint8Array | undefined;
	add(type: ObjectType, id: string, content: Uint8Array): void;
	clear(): void;
}

/** What an entry takes beside its content: name, map and buffer, roughly. */
const overhead = 256;

/** Holds at most `room` bytes; what was not used for longest goes first. Blobs are never kept. */
export function createObjectCache(room: number): ObjectCache {
	const kept = new Map<string, Uint8Array>();
	let used = 0;

	const forget = (key: string, content: Uint8Array) => {
		kept.delete(key);
		used -= content.length + overhead;
	};

	return {
		get(type, id) {
			const key = `${type} ${id}`;
			const content = kept.get(key);
			if (content === undefined) return undefined;
			kept.delete(key);
			kept.set(key, content);
			return content;
		},
		add(type, id, content) {
			const key = `${type} ${id}`;
			if (type === 'blob' || kept.has(key) || content.length > room / 2) return;
			kept.set(key, content);
			used += content.length + overhead;
			for (const [oldest, bytes] of kept) {
				if (used <= room) break;
				forget(oldest, bytes);
			}
		},
		clear() {
			kept.clear();
			used = 0;
		},
	};
}
