import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the workshop's story turns on. */
export const workshop = {
	namespace: 'emojivoto',
	deployment: 'emoji',
	split: 'emoji-svc',
} as const;

/** The top of the checkout or of the installed package: as far above `src/cli/demo` as above `dist/cli/demo`. */
export const packageRoot: URL = new URL('../../../', import.meta.url);

/** The files of examples/workshop, which is a config repository, by path. */
export async function readWorkshop(): Promise<ReadonlyMap<string, string>> {
	const folder = fileURLToPath(new URL('examples/workshop/', packageRoot));
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
	const texts = paths.sort().map(async (path) => {
		return [relative(folder, path).replaceAll(sep, '/'), await readFile(path, 'utf8')] as const;
	});
	return new Map(await Promise.all(texts));
}

/** The same repository for a team that lets Spillway write to its clusters. */
export function deliverDirectly(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
	return new Map([...files].map(([path, text]) => [path, text.replaceAll('via: Commit', 'via: Direct')]));
}
