import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../../model/names.ts';
import type { Via } from '../../model/policy.ts';
import type { Weights } from '../../model/weights.ts';
import { configFile } from '../../observe/policy-reader.ts';

interface Workshop {
	readonly namespace: Namespace;
	/** Of the one policy. */
	readonly policy: string;
	/** Its pods are behind `emoji-svc`. */
	readonly deployment: string;
	/** The split's weights while all is well. */
	readonly baseline: Weights;
	/** Its weights while the deployment is down in east. */
	readonly failedOver: Weights;
}

/** What the story turns on. */
export const workshop: Workshop = {
	namespace: 'emojivoto',
	policy: 'emoji',
	deployment: 'emoji',
	baseline: new Map(Object.entries({ 'emoji-svc': 1, 'emoji-svc-west': 0 })),
	failedOver: new Map(Object.entries({ 'emoji-svc': 0, 'emoji-svc-west': 1 })),
};

/** The top of the checkout or of the installed package: as far above `src/cli/demo` as above `dist/cli/demo`. */
export const packageRoot: URL = new URL('../../../', import.meta.url);

/** The files of examples/workshop, which is a config repository, by path. */
export async function readWorkshop(): Promise<ReadonlyMap<string, string>> {
	const folder = fileURLToPath(new URL('examples/workshop/', packageRoot));
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const paths = entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name));
	const texts = paths.sort().map(async (path) => {
		return [relative(folder, path).replaceAll(sep, '/'), await readFile(path, 'utf8')] as const;
	});
	return new Map(await Promise.all(texts));
}

/** The same repository for a team whose moves are delivered another way. */
export function deliverBy(files: ReadonlyMap<string, string>, via: Via): ReadonlyMap<string, string> {
	const config = files.get(configFile) ?? '';
	return new Map(files).set(configFile, config.replaceAll('via: Commit', `via: ${via}`));
}

/** The same repository for a team that lets Spillway write to its clusters. */
export function deliverDirectly(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
	return deliverBy(files, 'Direct');
}
