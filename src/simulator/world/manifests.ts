import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { CommitId, Repository } from '../../model/ports/repository.ts';
import type { ObjectKey } from '../kubernetes/object-store.ts';
import { resourceTypes } from '../kubernetes/resource-types.ts';

/** An object of a type that the embedded API serves, as one file declares it. */
export interface Manifest {
	readonly path: string;
	readonly key: ObjectKey;
	readonly kind: string;
	/** The version it is written in: `v1alpha2`. */
	readonly version: string;
	readonly object: object;
}

/** What a folder or a file declares, and what of it cannot be read, one sentence each. */
export interface Manifests {
	readonly manifests: readonly Manifest[];
	readonly problems: readonly string[];
}

const manifestSchema = z.looseObject({
	apiVersion: z.string(),
	kind: z.string(),
	metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** Reads every YAML file below a folder. Throws what the repository throws. */
export async function readManifests(
	repository: Repository,
	commit: CommitId,
	folder: string,
	signal: AbortSignal,
): Promise<Manifests> {
	const files = await repository.files(commit, folder, signal);
	if (files === undefined) return { manifests: [], problems: [`${folder}: no such folder`] };
	const parsed: Manifests[] = [];
	for (const { path, blob, mode } of files) {
		if (!/\.ya?ml$/.test(path) || (mode !== 'file' && mode !== 'executable')) continue;
		const text = new TextDecoder().decode(await repository.read(blob, signal));
		parsed.push(...parseManifests(path, text));
	}
	return {
		manifests: parsed.flatMap(({ manifests }) => manifests),
		problems: parsed.flatMap(({ problems }) => problems),
	};
}

/** One entry per document, so that a broken one does not take the others with it. */
function parseManifests(path: string, text: string): Manifests[] {
	return [...parseAllDocuments(text)].map((document) => {
		const [error] = document.errors;
		if (error !== undefined) return broken(path, error.message.split(':\n', 1).join());
		const content: unknown = document.toJS();
		return content === null ? nothing : decodeManifest(path, content);
	});
}

/** Kinds that this world does not know, those of spillway.dev among them, are left out. */
function decodeManifest(path: string, content: unknown): Manifests {
	const decoded = manifestSchema.safeParse(content);
	if (!decoded.success) return broken(path, 'not a Kubernetes object');
	const { apiVersion, kind, metadata } = decoded.data;
	const [version = '', group = ''] = apiVersion.split('/').reverse();
	const type = resourceTypes.find((served) => served.group === group && served.kind === kind);
	if (type === undefined) return nothing;
	const namespace = type.namespaced ? (metadata.namespace ?? 'default') : '';
	const key = { group, plural: type.plural, namespace, name: metadata.name };
	return { manifests: [{ path, key, kind, version, object: decoded.data }], problems: [] };
}

const nothing: Manifests = { manifests: [], problems: [] };

function broken(path: string, why: string): Manifests {
	return { manifests: [], problems: [`${path}: ${why}`] };
}
