// The weights in a target's own document.
import { isMap, type YAMLMap } from 'yaml';
import type { ServiceName } from '../model/names.ts';
import type { Weights } from '../model/weights.ts';
import { type BackendList, findLists, type ListedBackend } from './backend-lists.ts';
import type { TargetDocument } from './target-document.ts';
import {
	type Found,
	type Refusal,
	readWeight,
	refuse,
	refuseAnchor,
	refuseSyntax,
	type WrittenWeight,
	weightOf,
} from './weight-token.ts';
import { fieldOf, lastAt, startOf } from './yaml-nodes.ts';

/** A weight of a document, and whose it is. Without `written` a route leaves it out, which means 1. */
export interface BackendWeight {
	readonly service: ServiceName;
	/** Offset of the backend's entry. */
	readonly at: number;
	readonly written?: WrittenWeight;
}

/**
 * The weights of these backends wherever the document gives them: in a TrafficSplit's one list, or in every rule of a
 * route that names them all. Without `services`, those of a TrafficSplit, or of the rules that name whatever the
 * widest rule does.
 */
export function readDocumentWeights(
	target: TargetDocument,
	namespace: string,
	services?: readonly ServiceName[],
): Found<readonly BackendWeight[]> {
	const [error] = target.document.errors;
	if (error !== undefined) return refuseSyntax(error);
	const twice = findTwice(target);
	if (twice !== undefined) return twice;
	const lists = findLists(target, namespace);
	if (lists.kind === 'refused') return lists;
	const wanted = services ?? namesOf(widest(lists.value));
	const chosen = chooseLists(target, lists.value, wanted);
	if (chosen.kind === 'refused') return chosen;
	const weights: BackendWeight[] = [];
	for (const list of chosen.value) {
		for (const service of wanted) {
			const found = readBackend(target, list, service);
			if (found.kind === 'refused') return found;
			weights.push(found.value);
		}
	}
	return { kind: 'found', value: weights };
}

/** Every weight of the document that is a plain integer, whosoever it is. */
export function listDocumentWeights(target: TargetDocument, namespace: string): readonly BackendWeight[] {
	const lists = target.document.errors.length > 0 ? undefined : findLists(target, namespace);
	if (lists?.kind !== 'found') return [];
	return lists.value.flatMap(({ backends }) =>
		backends.flatMap(({ service, entry }) => {
			const weight = readWeight(fieldOf(entry, 'weight'), service, startOf(entry));
			return weight.kind === 'found' ? [{ service, at: startOf(entry), written: weight.value }] : [];
		}),
	);
}

/** A key on the way to the weights that stands twice: which of the two holds depends on who reads it. */
function findTwice({ body }: TargetDocument): Refusal | undefined {
	const metadata = lastAt(body, 'metadata');
	const places = [
		...['apiVersion', 'kind', 'metadata'].map((key) => ({ map: body, key, label: key })),
		...['name', 'namespace'].map((key) => ({ map: metadata, key, label: `metadata.${key}` })),
	];
	for (const { map, key, label } of places) {
		const twice = isMap(map) ? refuseTwice(map, key, label) : undefined;
		if (twice !== undefined) return twice;
	}
	return undefined;
}

function refuseTwice(map: YAMLMap, key: string, label: string = key): Refusal | undefined {
	const field = fieldOf(map, key);
	return field.kind === 'twice'
		? refuse(field.at, `${label} stands twice`, 'keep one of the two keys')
		: undefined;
}

function widest(lists: readonly BackendList[]): BackendList | undefined {
	return lists.toSorted((a, b) => b.backends.length - a.backends.length)[0];
}

function namesOf(list: BackendList | undefined): readonly ServiceName[] {
	return [...new Set(list?.backends.map(({ service }) => service))];
}

/** The lists that name all of these services; a TrafficSplit has but one, so what it lacks is named. */
function chooseLists(
	{ identity, body }: TargetDocument,
	lists: readonly BackendList[],
	services: readonly ServiceName[],
): Found<readonly BackendList[]> {
	const naming = lists.filter(({ backends }) =>
		services.every((name) => backends.some(({ service }) => service === name)),
	);
	if (naming.length > 0 && services.length > 0) return { kind: 'found', value: naming };
	const [only] = lists;
	if (identity.kind === 'TrafficSplit' && only !== undefined) {
		const known = new Set(namesOf(only));
		const missing = services.filter((service) => !known.has(service)).join(', ');
		const remedy = `add ${missing || 'the backends'} to ${only.label}, with a weight`;
		return only.hidden ?? refuse(only.at, `${only.label} has no ${missing || 'backends'}`, remedy);
	}
	const names = services.join(', ') || 'a Service';
	const remedy = 'name them all in the backendRefs of one rule, each with a weight';
	return refuse(lists[0]?.at ?? startOf(body), `no rule’s backendRefs name ${names}`, remedy);
}

function readBackend(target: TargetDocument, list: BackendList, service: ServiceName): Found<BackendWeight> {
	const [backend, second] = list.backends.filter((each) => each.service === service);
	if (backend === undefined) return refuse(list.at, `${list.label} has no ${service}`);
	if (second !== undefined) {
		const at = startOf(second.entry);
		return refuse(at, `${list.label} names ${service} twice`, 'keep one of the two entries');
	}
	const named = target.identity.kind === 'TrafficSplit' ? 'service' : 'name';
	const broken = list.shared ?? refuseAnchor(backend.entry) ?? refuseTwice(backend.entry, named);
	return broken ?? readListed(target, backend);
}

function readListed({ identity }: TargetDocument, { service, entry }: ListedBackend): Found<BackendWeight> {
	const field = fieldOf(entry, 'weight');
	const at = startOf(entry);
	const omitted = field.kind === 'none' && field.merge === undefined;
	if (omitted && identity.kind !== 'TrafficSplit') return { kind: 'found', value: { service, at } };
	const found = readWeight(field, `the weight of ${service}`, at);
	return found.kind === 'found' ? { kind: 'found', value: { service, at, written: found.value } } : found;
}

/** What these weights come to; `undefined` where two rules say different things of one backend. */
export function sumUp(weights: readonly BackendWeight[]): Weights | undefined {
	const seen = new Map<ServiceName, number>();
	for (const { service, written } of weights) {
		const weight = written === undefined ? 1 : weightOf(written);
		if (seen.has(service) && seen.get(service) !== weight) return undefined;
		seen.set(service, weight);
	}
	return seen;
}
