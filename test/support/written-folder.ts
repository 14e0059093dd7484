import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, type Owner } from './temporary-folder.ts';

/** A folder of its own with these files in it, by their paths. */
export async function writeFolder(t: Owner, files: Readonly<Record<string, string>>): Promise<string> {
	const folder = await makeFolder(t);
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), text);
	}
	return folder;
}
