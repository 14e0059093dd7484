// Replaces weight tokens in a manifest and nothing else: comments, quotes, line ends and order survive byte for byte.
import {
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	type Node,
	Scalar,
	type YAMLMap,
	type YAMLSeq,
} from 'yaml';
import { identifies } from '../model/manifest-identity.ts';
import type { ServiceName } from '../model/names.ts';
import type { EditOutcome, EditResult, WeightEdit } from '../model/ports/manifest-editor.ts';
import { type Problem, problem, showValue } from '../model/problem.ts';
import { undeliverable } from '../model/weights.ts';
import { findSplits, parseManifest, type SplitManifest, textAt, valueAt } from './split-manifest.ts';

/** A weight's scalar and what it is to become. */
interface WeightToken {
	readonly scalar: Scalar;
	readonly range: readonly [number, number];
	readonly weight: number;
}

type Found<T> =
	| { readonly kind: 'found'; readonly value: T }
	| { readonly kind: 'refused'; readonly at: number; readonly message: string; readonly got?: string };

/**
 * Sets the weights of TrafficSplits in `text`; refuses whatever is not a plain integer in plain sight. However many
 * there are, the text is parsed twice: to find the tokens, and to see that nothing else changed.
 */
export function editWeights(path: string, text: string, edits: readonly WeightEdit[]): EditOutcome {
	const documents = parseManifest(text);
	const found = findTokens(documents, edits);
	const tokens = found.flatMap((each) => (each.kind === 'found' ? each.value : []));
	const edited = splice(text, tokens);
	const intact = meaningBesides(tokens, documents) === readMeaning(edited, edits);
	const results = found.map((each): EditResult => {
		if (each.kind === 'refused') return { kind: 'refused', problem: manifestProblem(path, text, each) };
		if (!intact) return { kind: 'refused', problem: manifestProblem(path, text, notInPlace) };
		return { kind: each.value.every(isThere) ? 'same' : 'edited' };
	});
	return { text: intact ? edited : text, results };
}

const notInPlace = { at: 0, message: 'editing the weights in place would change something else' };

function isThere({ scalar, weight }: WeightToken): boolean {
	return scalar.source === String(weight);
}

function findTokens(
	documents: readonly Document.Parsed[],
	edits: readonly WeightEdit[],
): readonly Found<readonly WeightToken[]>[] {
	const splits = Map.groupBy(findSplits(documents), ({ identity }) => identity.name);
	return edits.map((edit) => {
		const split = splits.get(edit.name)?.find(({ identity }) => identifies(identity, edit));
		return findSplitTokens(split, edit);
	});
}

function findSplitTokens(split: SplitManifest | undefined, edit: WeightEdit): Found<readonly WeightToken[]> {
	if (split === undefined)
		return { kind: 'refused', at: 0, message: `no TrafficSplit ${edit.namespace}/${edit.name} here` };
	const broken = undeliverable(edit.weights);
	if (broken !== undefined) return { kind: 'refused', at: 0, message: broken };
	const [error] = split.document.errors;
	if (error !== undefined) return { kind: 'refused', at: error.pos[0], message: error.message };
	const backends = findBackends(split.body);
	if (backends.kind === 'refused') return backends;
	const tokens: WeightToken[] = [];
	for (const [service, weight] of edit.weights) {
		const token = findToken(backends.value, service, weight);
		if (token.kind === 'refused') return token;
		tokens.push(token.value);
	}
	return { kind: 'found', value: tokens };
}

function findBackends(body: YAMLMap): Found<YAMLSeq> {
	const at = body.range?.[0] ?? 0;
	const spec = valueAt(body, 'spec');
	const backends = isMap(spec) ? valueAt(spec, 'backends') : undefined;
	const shared = findAnchor(spec, backends);
	if (shared !== undefined) return shared;
	if (isSeq(backends)) return { kind: 'found', value: backends };
	return {
		kind: 'refused',
		at: start(backends) ?? at,
		message: 'spec.backends is not written as a list here',
	};
}

function findToken(backends: YAMLSeq, service: ServiceName, weight: number): Found<WeightToken> {
	const at = start(backends) ?? 0;
	const named = backends.items.filter(
		(item): item is YAMLMap => isMap(item) && textAt(item, 'service') === service,
	);
	const [backend] = named;
	if (backend === undefined) return { kind: 'refused', at, message: `spec.backends has no ${service}` };
	if (named.length > 1) return { kind: 'refused', at, message: `spec.backends names ${service} twice` };
	const shared = findAnchor(backend);
	if (shared !== undefined) return shared;
	const scalar = valueAt(backend, 'weight');
	if (isPlainInteger(scalar) && scalar.range) {
		return { kind: 'found', value: { scalar, range: [scalar.range[0], scalar.range[1]], weight } };
	}
	const message = `the weight of ${service} is not a plain integer`;
	const got = isScalar(scalar) ? showValue(scalar.source ?? scalar.value) : undefined;
	return {
		kind: 'refused',
		at: start(scalar) ?? start(backend) ?? at,
		message,
		...(got === undefined ? {} : { got }),
	};
}

/** What carries an anchor may stand in other places too, which must not change with it. */
function findAnchor(
	...nodes: readonly (Node | undefined)[]
): Extract<Found<never>, { kind: 'refused' }> | undefined {
	const anchored = nodes.find((node) => node !== undefined && !isAlias(node) && node.anchor !== undefined);
	if (anchored === undefined) return undefined;
	return {
		kind: 'refused',
		at: start(anchored) ?? 0,
		message: 'an anchor may share these weights with another place',
	};
}

function isPlainInteger(node: Node | undefined): node is Scalar {
	if (!isScalar(node) || node.type !== Scalar.PLAIN) return false;
	return node.tag === undefined && node.anchor === undefined && /^(0|[1-9][0-9]*)$/.test(node.source ?? '');
}

function splice(text: string, tokens: readonly WeightToken[]): string {
	const pieces: string[] = [];
	let end = 0;
	for (const { range, weight } of tokens.toSorted((a, b) => a.range[0] - b.range[0])) {
		pieces.push(text.slice(end, range[0]), String(weight));
		end = range[1];
	}
	return pieces.join('') + text.slice(end);
}

/** What the manifest says apart from these weights: the same before and after, or the edit is refused. */
function meaningBesides(tokens: readonly WeightToken[], documents: readonly Document.Parsed[]): string {
	for (const { scalar } of tokens) scalar.value = 0;
	return JSON.stringify(documents.map((document) => document.errors.length || toValue(document)));
}

function readMeaning(text: string, edits: readonly WeightEdit[]): string {
	const documents = parseManifest(text);
	const found = findTokens(documents, edits);
	return meaningBesides(
		found.flatMap((each) => (each.kind === 'found' ? each.value : [])),
		documents,
	);
}

function toValue(document: Document.Parsed): unknown {
	try {
		return document.toJS({ maxAliasCount: 100 });
	} catch (error) {
		if (error instanceof ReferenceError) return error.message;
		throw error;
	}
}

function start(node: Node | undefined): number | undefined {
	return node?.range?.[0];
}

function manifestProblem(
	file: string,
	text: string,
	{ at, message, got }: { readonly at: number; readonly message: string; readonly got?: string },
): Problem {
	const before = text.slice(0, at).split('\n');
	const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
	return problem('E_MANIFEST_WEIGHT', { where: { kind: 'text', file, line, column }, message, got });
}
