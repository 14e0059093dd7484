// What a parsed mapping says under a key, without resolving anything: an alias stays an alias.
import {
	isAlias,
	isMap,
	isScalar,
	isSeq,
	type Pair,
	type Scalar,
	type Alias as YAMLAlias,
	type YAMLMap,
	type YAMLSeq,
} from 'yaml';

export type YamlNode = Scalar | YAMLMap | YAMLSeq | YAMLAlias;

/** What stands under a key. */
export type Field =
	| { readonly kind: 'one'; readonly node: YamlNode }
	/** `merge`: where a merge key (`<<`) may supply it. */
	| { readonly kind: 'none'; readonly merge?: number }
	/** `at`: the second of them. */
	| { readonly kind: 'twice'; readonly at: number };

/** What a mapping has under a key. */
export function fieldOf(map: YAMLMap, key: string): Field {
	const [first, second] = map.items.filter((pair) => isScalar(pair.key) && pair.key.value === key);
	if (second !== undefined) return { kind: 'twice', at: keyStart(second) ?? startOf(map) };
	const node = first === undefined ? undefined : nodeOf(first);
	if (node !== undefined) return { kind: 'one', node };
	const merge = mergeOf(map);
	return merge === undefined ? { kind: 'none' } : { kind: 'none', merge };
}

/** Where a mapping has a merge key (`<<`), which may supply whatever it lacks. */
export function mergeOf(map: YAMLMap): number | undefined {
	const merge = map.items.find(isMerge);
	return merge === undefined ? undefined : (keyStart(merge) ?? startOf(map));
}

/** The last node under a key, which is what most parsers take when the key stands twice. */
export function lastAt(map: YAMLMap, key: string): YamlNode | undefined {
	const last = map.items.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
	return last === undefined ? undefined : nodeOf(last);
}

/** The string under a path of mappings, `undefined` when there is none. */
export function textAt(map: YAMLMap, ...path: readonly string[]): string | undefined {
	const [key, ...rest] = path;
	const value = key === undefined ? undefined : lastAt(map, key);
	if (rest.length > 0) return isMap(value) ? textAt(value, ...rest) : undefined;
	return isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
}

/** Offset of a node in its text. */
export function startOf(node: YamlNode): number {
	return node.range?.[0] ?? 0;
}

/** Whether a value is what a Helm template looks like to YAML: a mapping whose key is a mapping. */
export function isTemplate(node: YamlNode): boolean {
	if (isScalar(node)) return typeof node.value === 'string' && node.value.includes('{{');
	return isMap(node) && node.flow === true && isMap(node.items[0]?.key);
}

function nodeOf({ value }: Pair): YamlNode | undefined {
	return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : undefined;
}

/** YAML 1.1 reads the key of a merge as a symbol. */
function isMerge({ key }: Pair): boolean {
	return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}

function keyStart({ key }: Pair): number | undefined {
	return isScalar(key) ? key.range?.[0] : undefined;
}
