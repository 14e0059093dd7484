import { describeManifest, identifies } from '../model/manifest-identity.ts';
import type { TargetRef } from '../model/names.ts';
import type { ManifestEditor, ManifestPlace } from '../model/ports/manifest-editor.ts';
import type { BlobId, CommitId, Repository, TreeFile } from '../model/ports/repository.ts';
import { type Problem, problem } from '../model/problem.ts';
import {
	type Content,
	isRegular,
	maxManifestBytes,
	readContent,
	type Unreadable,
} from './manifest-content.ts';
import type { YieldTurn } from './yield-turn.ts';

/** A manifest file as it stands at a commit. */
export interface ManifestFile {
	readonly path: string;
	readonly text: string;
}

export type ManifestSearch =
	| { readonly kind: 'found'; readonly file: ManifestFile }
	/** Nowhere in the folder, as far as it can be read. */
	| { readonly kind: 'missing' | 'ambiguous'; readonly problem: Problem };

/** Finds targets among a folder's manifests at one commit. */
export interface ManifestIndex {
	find(target: TargetRef): ManifestSearch;
	/** What is in the way of a new file at this path: that path, or one of its folders. */
	obstacle(path: string): string | undefined;
}

/** Where a file says the weights of which targets. A file without any keeps no text. */
interface Manifest extends ManifestFile {
	readonly places: readonly ManifestPlace[];
	readonly unreadable?: Unreadable;
}

type ParsedManifest = Omit<Manifest, 'path'>;

/** A folder's manifests by blob, so that an unchanged file is parsed once, whatever the tip. */
export type ManifestCache = Map<string, ReadonlyMap<BlobId, ParsedManifest>>;

export interface ManifestSource {
	readonly repository: Repository;
	readonly editor: ManifestEditor;
	readonly cache: ManifestCache;
	/** Called between two files, as there may be thousands. */
	readonly yieldTurn?: YieldTurn;
}

/** Reads a folder's YAML files. Blobs that left the folder leave the cache. */
export async function indexManifests(
	source: ManifestSource,
	commit: CommitId,
	folder: string,
	signal: AbortSignal,
): Promise<ManifestIndex> {
	const { repository, cache } = source;
	const files = await repository.files(commit, folder, signal);
	const entries = files ?? (await findOnPath(repository, commit, folder, signal));
	const known = cache.get(folder);
	const parsed = new Map<BlobId, ParsedManifest>();
	const manifests: Manifest[] = [];
	for (const { path, blob } of entries.filter(isManifest)) {
		await source.yieldTurn?.(signal);
		const manifest = known?.get(blob) ?? parse(await readContent(repository, blob, signal), source.editor);
		parsed.set(blob, manifest);
		manifests.push({ path, ...manifest });
	}
	cache.set(folder, parsed);
	const byName = Map.groupBy(
		manifests.flatMap((file) => file.places.map((place) => ({ file, place }))),
		({ place }) => place.identity.name,
	);
	const paths = new Set(entries.map(({ path }) => path));
	const opaque = [...entries.flatMap(describeLink), ...manifests.flatMap(describeUnreadable)];
	return {
		find: (target) => search(byName.get(target.name) ?? [], { target, folder, opaque }),
		obstacle: (path) => ancestors(path).find((each) => paths.has(each)),
	};
}

/** Where there is no such folder, its path may lead through something that is none. */
async function findOnPath(
	repository: Repository,
	commit: CommitId,
	folder: string,
	signal: AbortSignal,
): Promise<readonly TreeFile[]> {
	for (const path of ancestors(folder)) {
		const file = await repository.file(commit, path, signal);
		if (file !== undefined) return [file];
	}
	return [];
}

/** `a`, `a/b`, `a/b/c` of `a/b/c`. */
function ancestors(path: string): readonly string[] {
	const names = path.split('/');
	return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Git's own folders and workflows are nothing that a failover writes, whatever stands in them. */
const reserved = /(^|\/)\.git\/|^\.github\/workflows\//i;

function isManifest({ path, mode }: TreeFile): boolean {
	return isRegular({ mode }) && /\.ya?ml$/i.test(path) && !reserved.test(path);
}

function parse(content: Content, editor: ManifestEditor): ParsedManifest {
	if (content.kind !== 'text') return { text: '', places: [], unreadable: content.kind };
	const places = editor.locate(content.text);
	return { text: places.length > 0 ? content.text : '', places };
}

function describeLink({ path, mode }: TreeFile): readonly string[] {
	if (mode === 'submodule') return [`the submodule ${path}`];
	return mode === 'symlink' && /(^|\/)[^.]*(\.ya?ml)?$/i.test(path) ? [`the symlink ${path}`] : [];
}

function describeUnreadable({ path, unreadable }: Manifest): readonly string[] {
	return unreadable === undefined ? [] : [`${path}, ${because[unreadable]}`];
}

const because: Readonly<Record<Unreadable, string>> = {
	large: `which is over ${maxManifestBytes / 2 ** 20} MiB`,
	binary: 'which is no UTF-8',
	lfs: 'whose content is in Git LFS',
};

interface Declaration {
	readonly file: ManifestFile;
	readonly place: ManifestPlace;
}

interface Wanted {
	readonly target: TargetRef;
	readonly folder: string;
	/** What cannot be looked into. */
	readonly opaque: readonly string[];
}

function search(declarations: readonly Declaration[], { target, folder, opaque }: Wanted): ManifestSearch {
	const found = declarations.filter(({ place }) => identifies(place.identity, target));
	const name = describeManifest(target);
	const where = { kind: 'named', name: folder === '' ? 'the root of the repository' : folder } as const;
	const [first] = found;
	if (first === undefined) {
		const message = `no manifest of ${name} below this folder${maybeBehind(opaque)}`;
		return { kind: 'missing', problem: problem('E_MANIFEST_MISSING', { where, message }) };
	}
	const places = listPlaces(found);
	if (places.length > 1) {
		const message = `${name} stands in ${places.join(' and ')}`;
		return { kind: 'ambiguous', problem: problem('E_MANIFEST_AMBIGUOUS', { where, message }) };
	}
	return { kind: 'found', file: first.file };
}

/** The markers of one file are one place, however many they are. */
function listPlaces(found: readonly Declaration[]): readonly string[] {
	const pathsBy = (by: ManifestPlace['by']): readonly string[] =>
		found.filter(({ place }) => place.by === by).map(({ file }) => file.path);
	return [...pathsBy('document'), ...[...new Set(pathsBy('marker'))].map((path) => `the markers of ${path}`)];
}

/** Things that are named, before the rest is left out. */
const named = 3;

function maybeBehind(opaque: readonly string[]): string {
	if (opaque.length === 0) return '';
	const rest = opaque.length > named ? ` or ${opaque.length - named} more` : '';
	return `; it may be in ${opaque.slice(0, named).join(' or ')}${rest}, where it is not looked for`;
}
