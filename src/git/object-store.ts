import * as files from 'node:fs/promises';
import { dirname, join } from 'node:path';
import git from 'isomorphic-git';

export type ObjectType = 'blob' | 'tree' | 'commit';

/** Objects by id. */
export interface ObjectStore {
	/** The object's content. Throws when it is missing, damaged or of another type. */
	read(id: string, type: ObjectType): Promise<Uint8Array>;
	/** Writes an object unless it is there, and returns its id. */
	write(type: ObjectType, content: Uint8Array): Promise<string>;
}

/** The objects of a bare repository on disk, which git itself may add to at any time. */
export interface RepositoryObjects extends ObjectStore {
	/** The commit that a full ref name points to. */
	resolve(ref: string): Promise<string>;
	/** To be called after git was at work: forgets what was read of packs that are gone. */
	notePacks(): Promise<void>;
}

/** Reads and writes a bare repository's objects in process. */
export async function openObjectStore(gitdir: string): Promise<RepositoryObjects> {
	const fs = { promises: { ...files, writeFile: createAtomicWrite() } };
	const listPacks = async () => new Set(await files.readdir(join(gitdir, 'objects', 'pack')));
	let packs = await listPacks();
	// isomorphic-git keeps packs, and what it unpacked of them, in here for good. That makes a commit on the next
	// tip cheap; new packs are seen anyway.
	let cache = {};

	const readObject = async (oid: string) => {
		try {
			return await git.readObject({ fs, gitdir, oid, cache, format: 'content' });
		} catch {
			// git may have repacked just now.
			cache = {};
			return await git.readObject({ fs, gitdir, oid, cache, format: 'content' });
		}
	};

	return {
		async read(id, expected) {
			const { type, object } = (await readObject(id)) as { type: string; object: Uint8Array };
			if (type !== expected) throw new TypeError(`object ${id} is a ${type}, not a ${expected}`);
			return object;
		},
		write: (type, content) => git.writeObject({ fs, gitdir, type, object: content, format: 'content' }),
		resolve: (ref) => git.resolveRef({ fs, gitdir, ref }),
		async notePacks() {
			const now = await listPacks();
			if (packs.difference(now).size > 0) cache = {};
			packs = now;
		},
	};
}

/** Writes beside the file and renames: a process that is killed leaves no half object under an object's name. */
function createAtomicWrite(): (path: string, content: Uint8Array) => Promise<void> {
	let count = 0;
	return async (path, content) => {
		count += 1;
		// The prefix by which git knows what to sweep.
		const beside = join(dirname(path), `tmp_obj_${count}`);
		await files.writeFile(beside, content);
		await files.rename(beside, path);
	};
}
