// Where a target's document lists its weighted backends: once in a TrafficSplit, once for each rule of a route.
import { isAlias, isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ServiceName } from '../model/names.ts';
import type { TargetDocument } from './target-document.ts';
import { type Found, type Refusal, refuse, refuseAnchor } from './weight-token.ts';
import { fieldOf, mergeOf, startOf, textAt, type YamlNode } from './yaml-nodes.ts';

/** A backend as a list names it. */
export interface ListedBackend {
	readonly service: ServiceName;
	readonly entry: YAMLMap;
}

export interface BackendList {
	/** As problems name it: `spec.backends`, `spec.rules[0].backendRefs`. */
	readonly label: string;
	readonly at: number;
	readonly backends: readonly ListedBackend[];
	/** An entry that names its backend out of sight: an alias, or one with a merge key. */
	readonly hidden?: Refusal;
	/** What may share these weights with another place. */
	readonly shared?: Refusal;
}

/** The lists of a target's document, which is applied in `namespace` unless it names one. */
export function findLists(
	{ identity, body }: TargetDocument,
	namespace: string,
): Found<readonly BackendList[]> {
	const spec = collectionAt(body, 'spec', 'spec', mapping);
	if (spec.kind === 'refused') return spec;
	return identity.kind === 'TrafficSplit'
		? findSplitList(spec.value)
		: findRouteLists(spec.value, identity.namespace ?? namespace);
}

function findSplitList(spec: YAMLMap): Found<readonly BackendList[]> {
	const found = collectionAt(spec, 'backends', 'spec.backends', sequence);
	if (found.kind === 'refused') return found;
	const list = readList('spec.backends', found.value, (entry) => textAt(entry, 'service'));
	return { kind: 'found', value: [withShared(list, refuseAnchor(spec, found.value))] };
}

function findRouteLists(spec: YAMLMap, namespace: string): Found<readonly BackendList[]> {
	const rules = collectionAt(spec, 'rules', 'spec.rules', sequence);
	if (rules.kind === 'refused') return rules;
	const shared = refuseAnchor(spec, rules.value);
	const lists: BackendList[] = [];
	for (const [index, rule] of nodesOf(rules.value).entries()) {
		const found = findRuleList(rule, `spec.rules[${index}]`, namespace);
		if (found?.kind === 'refused') return found;
		if (found !== undefined) lists.push(withShared(found.value, shared ?? found.value.shared));
	}
	return { kind: 'found', value: lists };
}

/** `undefined` for a rule without backends, which redirects. */
function findRuleList(rule: YamlNode, label: string, namespace: string): Found<BackendList> | undefined {
	if (!isMap(rule)) return refuseHidden(rule, label);
	const field = fieldOf(rule, 'backendRefs');
	if (field.kind === 'none' && field.merge === undefined) return undefined;
	const refs = collectionAt(rule, 'backendRefs', `${label}.backendRefs`, sequence);
	if (refs.kind === 'refused') return refs;
	const list = readList(`${label}.backendRefs`, refs.value, (ref) => readService(ref, namespace));
	return list.hidden ?? { kind: 'found', value: withShared(list, refuseAnchor(rule, refs.value)) };
}

function readList(label: string, list: YAMLSeq, nameOf: (entry: YAMLMap) => string | undefined): BackendList {
	const backends: ListedBackend[] = [];
	let hidden: Refusal | undefined;
	for (const [index, entry] of nodesOf(list).entries()) {
		const service = isMap(entry) ? nameOf(entry) : undefined;
		if (isMap(entry) && service !== undefined) backends.push({ service, entry });
		else if (isAlias(entry) || (isMap(entry) && mergeOf(entry) !== undefined)) {
			hidden ??= refuseHidden(entry, `${label}[${index}]`);
		}
	}
	return { label, at: startOf(list), backends, ...(hidden && { hidden }) };
}

/** The name of the Service of the route's own namespace that a backendRef is to. */
function readService(ref: YAMLMap, namespace: string): string | undefined {
	const own =
		scalarAt(ref, 'kind', 'Service') === 'Service' &&
		['', 'core'].includes(scalarAt(ref, 'group', '')) &&
		scalarAt(ref, 'namespace', namespace) === namespace;
	return own ? textAt(ref, 'name') : undefined;
}

function scalarAt(map: YAMLMap, key: string, absent: string): string {
	const field = fieldOf(map, key);
	const value = field.kind === 'one' && isScalar(field.node) ? field.node.value : undefined;
	return field.kind === 'none' || value === null ? absent : String(value);
}

function refuseHidden(node: YamlNode, label: string): Refusal {
	const is = isAlias(node) ? `is the alias *${node.source}` : 'is not written out';
	return refuse(startOf(node), `${label} ${is}`, 'write it out in place');
}

interface CollectionKind<T> {
	readonly name: string;
	readonly is: (node: unknown) => node is T;
}

const mapping: CollectionKind<YAMLMap> = { name: 'a mapping', is: isMap };
const sequence: CollectionKind<YAMLSeq> = { name: 'a list', is: isSeq };

/** The collection under a key, where it is written in place and once. */
function collectionAt<T>(
	map: YAMLMap,
	key: string,
	label: string,
	{ name, is }: CollectionKind<T>,
): Found<T> {
	const field = fieldOf(map, key);
	const remedy = `write ${label} as ${name}, in place`;
	switch (field.kind) {
		case 'twice':
			return refuse(field.at, `${label} stands twice`, 'keep one of the two keys');
		case 'none':
			return field.merge === undefined
				? refuse(startOf(map), `${label} is missing`, remedy)
				: refuse(field.merge, `${label} may come from a merge key (<<)`, remedy);
		case 'one': {
			if (is(field.node)) return { kind: 'found', value: field.node };
			const found = isAlias(field.node) ? `is the alias *${field.node.source}` : `is not ${name}`;
			return refuse(startOf(field.node), `${label} ${found}`, remedy);
		}
	}
}

function nodesOf(list: YAMLSeq): readonly YamlNode[] {
	return list.items as readonly YamlNode[];
}

function withShared(list: BackendList, shared: Refusal | undefined): BackendList {
	return shared === undefined ? list : { ...list, shared };
}
