import { identifies, type ManifestIdentity } from '../model/manifest-identity.ts';
import type { TargetRef } from '../model/names.ts';
import type { ManifestEditor } from '../model/ports/manifest-editor.ts';
import type { BlobId, CommitId, Repository, TreeFile } from '../model/ports/repository.ts';
import { type Problem, problem } from '../model/problem.ts';

/** Larger files hold no manifests: nothing people write by hand is over 1 MiB, and parsing blocks the process. */
export const maxManifestBytes = 1_048_576;

/** A manifest file as it stands at a commit. */
export interface ManifestFile {
	readonly path: string;
	readonly text: string;
}

export type ManifestSearch =
	| { readonly kind: 'found'; readonly file: ManifestFile }
	| { readonly kind: 'refused'; readonly problem: Problem };

/** Finds targets among a folder's manifests at one commit. */
export interface ManifestIndex {
	find(target: TargetRef): ManifestSearch;
}

interface Manifest extends ManifestFile {
	readonly splits: readonly ManifestIdentity[];
}

type ParsedManifest = Omit<Manifest, 'path'>;

/** A folder's manifests by blob, so that an unchanged file is parsed once, whatever the tip. */
export type ManifestCache = Map<string, ReadonlyMap<BlobId, ParsedManifest>>;

/** Reads a folder's YAML files. Blobs that left the folder leave the cache. */
export async function indexManifests(
	source: { readonly repository: Repository; readonly editor: ManifestEditor; readonly cache: ManifestCache },
	commit: CommitId,
	folder: string,
	signal: AbortSignal,
): Promise<ManifestIndex> {
	const { repository, editor, cache } = source;
	const files = (await repository.files(commit, folder, signal))?.filter(isManifest) ?? [];
	const known = cache.get(folder);
	const parsed = new Map<BlobId, ParsedManifest>();
	const manifests: Manifest[] = [];
	for (const { path, blob } of files) {
		const manifest = known?.get(blob) ?? readManifest(await repository.read(blob, signal), editor);
		parsed.set(blob, manifest);
		if (manifest.splits.length > 0) manifests.push({ path, ...manifest });
	}
	cache.set(folder, parsed);
	const byName = Map.groupBy(
		manifests.flatMap((file) => file.splits.map((identity) => ({ file, identity }))),
		({ identity }) => identity.name,
	);
	return { find: (target) => search(byName.get(target.name) ?? [], target, folder) };
}

function isManifest({ path, mode }: TreeFile): boolean {
	return /\.ya?ml$/i.test(path) && (mode === 'file' || mode === 'executable');
}

/** What is no UTF-8 holds no manifest. A byte-order mark is kept, since the file is written back. */
function readManifest(bytes: Uint8Array, editor: ManifestEditor): ParsedManifest {
	if (bytes.length > maxManifestBytes) return { text: '', splits: [] };
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
		const splits = editor.locate(text);
		return splits.length > 0 ? { text, splits } : { text: '', splits };
	} catch (error) {
		if (error instanceof TypeError) return { text: '', splits: [] };
		throw error;
	}
}

interface Declaration {
	readonly file: ManifestFile;
	readonly identity: ManifestIdentity;
}

function search(declarations: readonly Declaration[], target: TargetRef, folder: string): ManifestSearch {
	const name = `TrafficSplit ${target.namespace}/${target.name}`;
	const found = declarations.filter(({ identity }) => identifies(identity, target)).map(({ file }) => file);
	const [file] = found;
	const where = { kind: 'named', name: folder } as const;
	if (file === undefined) {
		const message = `no manifest of ${name} below this folder, in files up to 1 MiB`;
		return { kind: 'refused', problem: problem('E_MANIFEST_MISSING', { where, message }) };
	}
	if (found.length > 1) {
		const message = `${name} stands in ${found.map(({ path }) => path).join(' and ')}`;
		return { kind: 'refused', problem: problem('E_MANIFEST_AMBIGUOUS', { where, message }) };
	}
	return { kind: 'found', file };
}
