import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { constants, deflate } from 'node:zlib';
import type { ObjectType } from './object-type.ts';

const compress = promisify(deflate);

/** An object's name: the SHA-1 of `<type> <size>\0<content>`. */
export function nameObject(type: string, content: Uint8Array): string {
	return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/** Writes objects into one repository, each to a file of its own; returns the object's name. */
export type WriteLooseObject = (type: ObjectType, content: Uint8Array) => Promise<string>;

/**
 * An object that is there is written again: that mends it, and tells git's housekeeping that it is in use. Nothing
 * waits for the disk, since a commit that is lost with the power can be computed again.
 */
export function createLooseObjects(gitdir: string): WriteLooseObject {
	let count = 0;
	return async (type, content) => {
		const id = nameObject(type, content);
		const head = Buffer.from(`${type} ${content.length}\0`);
		const bytes = await compress(Buffer.concat([head, content]), { level: constants.Z_BEST_SPEED });
		count += 1;
		await writeWhole(join(gitdir, 'objects', id.slice(0, 2), id.slice(2)), count, bytes);
		return id;
	};
}

/** Writes beside the file and renames: a process that is killed leaves no half object under an object's name. */
async function writeWhole(path: string, count: number, bytes: Uint8Array): Promise<void> {
	const folder = dirname(path);
	// The prefix by which git knows what to sweep.
	const beside = join(folder, `tmp_obj_${count}`);
	const place = async () => {
		await writeFile(beside, bytes, { mode: 0o444 });
		await rename(beside, path);
	};
	try {
		await place();
	} catch {
		// The folder is new, or somebody who was killed left such a file.
		await rm(beside, { force: true });
		await mkdir(folder, { recursive: true });
		await place().catch(async (error) => {
			await rm(beside, { force: true });
			throw error;
		});
	}
}
