// The TrafficSplits and Services that manifests hold, with the lines on which their fields stand.
import type { ParsedNode } from 'yaml';
import type { Namespace } from '../model/names.ts';
import type { Problem, Where } from '../model/problem.ts';
import { decodeText } from './decode-text.ts';
import { findMisplacedFields } from './misplaced-fields.ts';
import { openSource, type SourceText } from './source-text.ts';
import { readSplitFacts } from './split-facts.ts';
import type { ServiceType } from './split-lint.ts';
import type { PlacedSplit } from './split-set-lint.ts';
import { readYamlDocuments } from './yaml-documents.ts';
import { type Path, placeDocument } from './yaml-place.ts';
import { checkStructure } from './yaml-structure.ts';
import { readYamlValue } from './yaml-value.ts';

/** The most bytes of a file of manifests: room for the lists of a large cluster. */
export const maxManifestBytes = 33_554_432;

export interface ManifestService {
	readonly namespace: Namespace;
	readonly name: string;
	readonly type: ServiceType;
}

export interface SplitManifests {
	readonly splits: readonly PlacedSplit[];
	readonly services: readonly ManifestService[];
	/** What keeps the file or a split from being read at all. */
	readonly problems: readonly Problem[];
}

/** Reads a file of manifests, lists as `kubectl get -o yaml` prints them included. Never throws. */
export function readSplitManifests(file: string, bytes: Uint8Array): SplitManifests {
	const decoded = decodeText(file, bytes, maxManifestBytes);
	if (decoded.kind === 'refused') return { splits: [], services: [], problems: [decoded.problem] };
	const source = openSource(file, decoded.text);
	const { roots, problems } = readYamlDocuments(source);
	const read = roots.map((root) => readRoot(source, root));
	return {
		splits: read.flatMap(({ splits }) => splits),
		services: read.flatMap(({ services }) => services),
		problems: [...problems, ...read.flatMap((each) => each.problems)],
	};
}

const none: SplitManifests = { splits: [], services: [], problems: [] };

function readRoot(source: SourceText, root: ParsedNode): SplitManifests {
	const read = readYamlValue(root, checkStructure(source, root).aliases);
	if (read.kind !== 'value') return none;
	const { apiVersion, kind, items } = header(read.value);
	if (isSplit(apiVersion, kind)) {
		const misplaced = findMisplacedFields(source, root);
		if (misplaced !== undefined) return { ...none, problems: [misplaced] };
	}
	const places = placeDocument(source, root);
	const place = (path: Path): Where => places.ofValue(path);
	if (!Array.isArray(items)) return collect([{ value: read.value, place }]);
	const within = (index: number) => (path: Path) => place(['items', index, ...path]);
	return collect(items.map((value: unknown, index) => ({ value, place: within(index) })));
}

interface ManifestObject {
	readonly value: unknown;
	readonly place: (path: Path) => Where;
}

function collect(objects: readonly ManifestObject[]): SplitManifests {
	const of = (wanted: (apiVersion: unknown, kind: unknown) => boolean): readonly ManifestObject[] =>
		objects.filter(({ value }) => wanted(header(value).apiVersion, header(value).kind));
	return {
		splits: of(isSplit).map(({ value, place }) => ({ facts: readSplitFacts(value), place })),
		services: of((version, kind) => version === 'v1' && kind === 'Service').map(({ value }) =>
			readService(value),
		),
		problems: [],
	};
}

interface Header {
	readonly apiVersion?: unknown;
	readonly kind?: unknown;
	readonly items?: unknown;
}

function header(value: unknown): Header {
	return typeof value === 'object' && value !== null ? value : {};
}

function isSplit(apiVersion: unknown, kind: unknown): boolean {
	return kind === 'TrafficSplit' && String(apiVersion).startsWith('split.smi-spec.io/');
}

function readService(value: unknown): ManifestService {
	const { metadata, spec } = value as { readonly metadata?: unknown; readonly spec?: unknown };
	const { namespace = '', name = '' } = (metadata ?? {}) as Partial<Record<string, unknown>>;
	return { namespace: String(namespace), name: String(name), type: serviceTypeOf(spec) };
}

/** What a Service's `spec` makes of it as a backend. */
export function serviceTypeOf(spec: unknown): ServiceType {
	const { type, clusterIP } = (spec ?? {}) as Partial<Record<string, unknown>>;
	if (type === 'ExternalName') return 'external';
	return clusterIP === 'None' ? 'headless' : 'plain';
}
