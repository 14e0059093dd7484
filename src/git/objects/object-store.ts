import { createLooseObjects, nameObject } from './loose-object.ts';
import { createObjectCache } from './object-cache.ts';
import { ObjectTooLarge } from './object-error.ts';
import { createObjectReader, type ObjectReaderOptions } from './object-reader.ts';
import type { ObjectType } from './object-type.ts';

/** Objects by id. */
export interface ObjectStore {
	/**
	 * The object's content. Throws ObjectMissing, ObjectTooLarge when it has more than 16 MiB, and others when it is
	 * damaged or of another type.
	 */
	read(id: string, type: ObjectType): Promise<Uint8Array>;
	/** Of a blob that has more than `limit` bytes, the first `limit` + 1. Never ObjectTooLarge. */
	readStart(blob: string, limit: number): Promise<Uint8Array>;
	/** Writes an object, and returns its id. */
	write(type: ObjectType, content: Uint8Array): Promise<string>;
}

/** The objects of a bare repository on disk, which git itself may add to at any time. */
export interface RepositoryObjects extends ObjectStore {
	/** To be called where files of the repository were replaced. */
	renew(): void;
}

/** The largest object that is read whole: a tree of some 300,000 entries. */
export const maxObjectBytes = 16_777_216;

/** Room for the folders of a repository of 100,000 files. */
const maxCachedBytes = 8_388_608;

/**
 * git prints objects, so that no pack has to be held here; they are checked against their names. Trees and commits
 * are kept, as far as there is room: the next tip shares most of them. Writing is done in process.
 */
export function openObjectStore(options: ObjectReaderOptions): RepositoryObjects {
	const reader = createObjectReader(options);
	const write = createLooseObjects(options.gitdir);
	const cache = createObjectCache(maxCachedBytes);

	const readUpTo = async (id: string, expected: ObjectType, most: number) => {
		const { type, size, content } = await reader.read(checkName(id), most);
		if (type !== expected) throw new TypeError(`object ${id} is a ${type}, not a ${expected}`);
		if (size === content.length && nameObject(type, content) !== id)
			throw new Error(`object ${id} is damaged`);
		return { size, content };
	};

	return {
		async read(id, type) {
			const cached = cache.get(type, id);
			if (cached !== undefined) return cached;
			const { size, content } = await readUpTo(id, type, maxObjectBytes);
			if (size > content.length) {
				throw new ObjectTooLarge(`${type} ${id} has ${size} bytes, more than ${maxObjectBytes}`);
			}
			cache.add(type, id, content);
			return content;
		},
		async readStart(blob, limit) {
			return (await readUpTo(blob, 'blob', limit + 1)).content;
		},
		async write(type, content) {
			const id = await write(type, content);
			cache.add(type, id, content);
			return id;
		},
		renew() {
			reader.renew();
			cache.clear();
		},
	};
}

/** Anything else could be a line, an option or a name that git resolves. */
function checkName(id: string): string {
	if (!/^[0-9a-f]{40}$/.test(id)) throw new RangeError('not an object id');
	return id;
}
