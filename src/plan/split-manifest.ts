// Finds TrafficSplits in manifest text. Helm templates and other near-YAML are read as far as they parse.
import {
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	type Node,
	parseAllDocuments,
	type YAMLMap,
} from 'yaml';
import type { ManifestIdentity } from '../model/manifest-identity.ts';

/** A TrafficSplit document; `body` is its top mapping. */
export interface SplitManifest {
	readonly identity: ManifestIdentity;
	readonly document: Document.Parsed;
	readonly body: YAMLMap;
}

/** Parses every document of a manifest; none of a text that cannot hold a TrafficSplit. */
export function parseManifest(text: string): readonly Document.Parsed[] {
	if (!text.includes('TrafficSplit')) return [];
	const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
	return 'empty' in documents ? [] : documents;
}

/** The TrafficSplits among a manifest's documents. */
export function findSplits(documents: readonly Document.Parsed[]): readonly SplitManifest[] {
	return documents.flatMap((document) => {
		const body = document.contents;
		if (!isMap(body) || !isTrafficSplit(body)) return [];
		const name = textAt(body, 'metadata', 'name');
		if (name === undefined) return [];
		const namespace = textAt(body, 'metadata', 'namespace');
		return [{ identity: namespace === undefined ? { name } : { name, namespace }, document, body }];
	});
}

/** The node under a key, whatever it is; `undefined` when the key is absent or stands twice. */
export function valueAt(map: YAMLMap, key: string): Node | undefined {
	const found = map.items.filter((pair) => isScalar(pair.key) && pair.key.value === key);
	const value = found.length === 1 ? found[0]?.value : undefined;
	return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined;
}

/** The string under a path of mappings, `undefined` when there is none. */
export function textAt(map: YAMLMap, ...path: readonly string[]): string | undefined {
	const [key, ...rest] = path;
	const value = key === undefined ? undefined : valueAt(map, key);
	if (rest.length > 0) return isMap(value) ? textAt(value, ...rest) : undefined;
	return isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
}

function isTrafficSplit(body: YAMLMap): boolean {
	const group = textAt(body, 'apiVersion')?.split('/')[0];
	return textAt(body, 'kind') === 'TrafficSplit' && group === 'split.smi-spec.io';
}
