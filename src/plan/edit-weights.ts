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
import type { EditOutcome, WeightEdit } from '../model/ports/manifest-editor.ts';
import { type Problem, problem, showValue } from '../model/problem.ts';
import { undeliverable } from '../model/weights.ts';
import { findSplits, parseManifest, textAt, valueAt } from './split-manifest.ts';

/** A weight's scalar and what it is to become. */
interface WeightToken {
	readonly scalar: Scalar;
	readonly range: readonly [number, number];
	readonly weight: number;
}

type Found<T> =
	| { readonly kind: 'found'; readonly value: T }
	| { readonly kind: 'refused'; readonly at: number; readonly message: string; readonly got?: string };

/** Sets the weights of one TrafficSplit in `text`; refuses whatever is not a plain integer in plain sight. */
export function editWeights(path: string, text: string, edit: WeightEdit): EditOutcome {
	const refuse = (at: number, message: string, got?: string): EditOutcome => ({
		kind: 'refused',
		problem: manifestProblem({ path, text, at, message, got }),
	});
	const broken = undeliverable(edit.weights);
	if (broken !== undefined) return refuse(0, broken);
	const tokens = findTokens(parseManifest(text), edit);
	if (tokens.kind === 'refused') return refuse(tokens.at, tokens.message, tokens.got);
	const edited = splice(text, tokens.value);
	return meaningBesidesWeights(text, edit) === meaningBesidesWeights(edited, edit)
		? { kind: 'edited', text: edited }
		: refuse(0, 'editing the weights in place would change something else');
}

function findTokens(documents: readonly Document.Parsed[], edit: WeightEdit): Found<readonly WeightToken[]> {
	const split = findSplits(documents).find(({ identity }) => identifies(identity, edit));
	if (split === undefined)
		return { kind: 'refused', at: 0, message: `no TrafficSplit ${edit.namespace}/${edit.name} here` };
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
	return [...tokens]
		.sort((a, b) => b.range[0] - a.range[0])
		.reduce(
			(edited, { range: [from, to], weight }) => edited.slice(0, from) + weight + edited.slice(to),
			text,
		);
}

/** What the manifest says apart from the target's weights: the same before and after, or the edit is refused. */
function meaningBesidesWeights(text: string, edit: WeightEdit): string | undefined {
	const documents = parseManifest(text);
	const tokens = findTokens(documents, edit);
	if (tokens.kind === 'refused') return undefined;
	for (const { scalar } of tokens.value) scalar.value = 0;
	return JSON.stringify(documents.map((document) => document.errors.length || toValue(document)));
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

function manifestProblem(facts: {
	readonly path: string;
	readonly text: string;
	readonly at: number;
	readonly message: string;
	readonly got: string | undefined;
}): Problem {
	const before = facts.text.slice(0, facts.at).split('\n');
	const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
	return problem('E_MANIFEST_WEIGHT', {
		where: { kind: 'text', file: facts.path, line, column },
		message: facts.message,
		got: facts.got,
	});
}
