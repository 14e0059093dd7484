import { isAlias, isMap, isSeq, type ParsedNode } from 'yaml';
import { type AliasTargets, readKey } from './yaml-structure.ts';

/** How many nodes the aliases of a document may stand for, all together. */
export const maxAliasedNodes = 100;

export type YamlValue =
	| { readonly kind: 'value'; readonly value: unknown }
	/** The aliases stand for too many nodes, perhaps for themselves. */
	| { readonly kind: 'too many aliases' };

/** The plain objects, lists and scalars a tree stands for. Every key is an own property, whatever its name. */
export function readYamlValue(root: ParsedNode, aliases: AliasTargets): YamlValue {
	let aliased = 0;

	function read(node: ParsedNode | null, inAlias: boolean): unknown {
		if (inAlias) aliased += 1;
		if (node === null || aliased > maxAliasedNodes) return null;
		if (isAlias(node)) return read(aliases.get(node) ?? null, true);
		if (isMap(node)) {
			return Object.fromEntries(node.items.map(({ key, value }) => [readKey(key), read(value, inAlias)]));
		}
		if (isSeq(node)) return node.items.map((item) => read(item, inAlias));
		return node.value;
	}

	const value = read(root, false);
	return aliased > maxAliasedNodes ? { kind: 'too many aliases' } : { kind: 'value', value };
}
