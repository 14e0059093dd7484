import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ApiAccess } from '../support/api-access.ts';

/** Of SMI, Linkerd and the Gateway API. */
const routingTypes = new URL('crds/', import.meta.url);
/** Flux's. */
export const fluxTypeFolder: URL = new URL('flux-crds/', import.meta.url);

const definitionSchema = z.looseObject({
	spec: z.looseObject({
		group: z.string(),
		names: z.looseObject({ plural: z.string() }),
		versions: z.array(z.looseObject({ name: z.string() })),
	}),
});

type Definition = z.infer<typeof definitionSchema>;

/** Creates every CRD of a folder. Resolves when all are served, in each of their versions. */
export async function installTypes(access: ApiAccess, folder: URL = routingTypes): Promise<void> {
	const definitions = await readDefinitions(folder);
	await Promise.all(definitions.map((definition) => createDefinition(access, definition)));
	const deadline = Date.now() + 30_000;
	for (const path of definitions.flatMap(listPaths)) {
		while (!(await isServed(access, path))) {
			if (Date.now() > deadline) throw new Error(`${path} is not served`);
			await setTimeout(20);
		}
	}
}

/** The collections of `crds`, in each version, that a server does not serve. */
export async function findMissingTypes(access: ApiAccess): Promise<readonly string[]> {
	const paths = (await readDefinitions(routingTypes)).flatMap(listPaths);
	const served = await Promise.all(paths.map((path) => isServed(access, path)));
	return paths.filter((_, index) => !served[index]);
}

async function readDefinitions(folder: URL): Promise<readonly Definition[]> {
	const files = await readdir(folder);
	const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
	return texts.map((text) => definitionSchema.parse(parse(text)));
}

async function createDefinition(access: ApiAccess, definition: Definition): Promise<void> {
	const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
	const { code, body } = await access.call({ method: 'POST', path, text: JSON.stringify(definition) });
	if (code !== 201) throw new Error(`the CRD was refused: ${JSON.stringify(body)}`);
}

function listPaths({ spec: { group, names, versions } }: Definition): readonly string[] {
	return versions.map(({ name }) => `/apis/${group}/${name}/${names.plural}`);
}

async function isServed(access: ApiAccess, path: string): Promise<boolean> {
	return (await access.call({ method: 'GET', path })).code === 200;
}
