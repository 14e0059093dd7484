import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap } from 'yaml';
import { type Problem, problem, showText, showValue } from '../model/problem.ts';
import type { SourceText } from './source-text.ts';
import { checkScalar } from './yaml-scalar.ts';

/** What each alias stands for: the nearest anchor of its name before it. */
export type AliasTargets = ReadonlyMap<Alias, ParsedNode>;

export interface CheckedStructure {
	readonly problems: readonly Problem[];
	readonly aliases: AliasTargets;
}

interface Walk {
	readonly source: SourceText;
	readonly anchors: Map<string, ParsedNode>;
	readonly aliases: Map<Alias, ParsedNode>;
}

/** Checks what may not stand in any document of ours: tags, merge keys, repeated keys, ambiguous scalars. */
export function checkStructure(source: SourceText, root: ParsedNode): CheckedStructure {
	const walk: Walk = { source, anchors: new Map(), aliases: new Map() };
	return { problems: [...checkNode(walk, root)], aliases: walk.aliases };
}

/** The text of a mapping's key; a missing one is the empty text. */
export function readKey(key: ParsedNode): string {
	return isScalar(key) ? String(key.value ?? '') : '';
}

function* checkNode(walk: Walk, node: ParsedNode): Generator<Problem> {
	if (isAlias(node)) return yield* checkAlias(walk, node);
	if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
	if (node.tag !== undefined) yield refuseTag(walk.source, node, node.tag);
	if (isScalar(node)) {
		const fault = checkScalar(walk.source, node);
		if (fault !== undefined) yield fault;
	}
	if (isMap(node)) yield* checkKeys(walk, node);
	for (const child of childrenOf(node)) yield* checkNode(walk, child);
}

function childrenOf(node: ParsedNode): readonly ParsedNode[] {
	if (isSeq(node)) return node.items;
	if (!isMap(node)) return [];
	return node.items.flatMap(({ key, value }) => (value === null ? [key] : [key, value]));
}

function refuseTag(source: SourceText, { range }: ParsedNode, tag: string): Problem {
	const message = `the tag ${showText(tag)} is not supported`;
	return problem('E_YAML_TAG', { where: source.at(range[0]), message });
}

function* checkAlias({ source, anchors, aliases }: Walk, alias: Alias.Parsed): Generator<Problem> {
	const target = anchors.get(alias.source);
	if (target !== undefined) {
		aliases.set(alias, target);
		return;
	}
	yield problem('E_YAML_SYNTAX', {
		where: source.at(alias.range[0]),
		message: `the alias *${showText(alias.source)} has no anchor before it`,
		remedy: 'write the value out',
	});
}

function* checkKeys({ source }: Walk, { items }: YAMLMap.Parsed): Generator<Problem> {
	const seen = new Map<string, number>();
	for (const { key } of items) {
		const name = readKey(key);
		const where = source.at(key.range[0]);
		if (name === '<<' && isScalar(key) && key.type === Scalar.PLAIN) {
			yield problem('E_YAML_MERGE', { where, message: 'merge keys are not supported' });
			continue;
		}
		// zod passes over this name in maps, so it would be ignored.
		if (name === '__proto__') {
			yield problem('E_UNKNOWN_FIELD', { where, message: `unknown field ${showValue(name)}` });
		}
		const first = seen.get(name);
		if (first === undefined) seen.set(name, key.range[0]);
		else {
			const { line } = source.at(first);
			yield problem('E_DUPLICATE_KEY', {
				where,
				message: `the key ${showValue(name)} stands in line ${line} already`,
			});
		}
	}
}
