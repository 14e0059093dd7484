// Replaces weight tokens in a manifest and nothing else: comments, quotes, line ends and order survive byte for byte.
import { isLfsPointer } from '../model/lfs-pointer.ts';
import { describeManifest } from '../model/manifest-identity.ts';
import type { EditOutcome, EditResult, WeightEdit } from '../model/ports/manifest-editor.ts';
import { type Problem, problem } from '../model/problem.ts';
import { undeliverable } from '../model/weights.ts';
import type { BackendWeight } from './document-weights.ts';
import { lookUp, type ManifestText, parseManifest, splitMark } from './manifest-text.ts';
import { readTargetWeights } from './target-weights.ts';
import { type Found, type Refusal, refuse, type WrittenWeight } from './weight-token.ts';

/** A weight's scalar and what it is to become. */
interface WeightToken extends WrittenWeight {
	readonly weight: number;
}

type FoundTokens = Found<readonly WeightToken[]>;

/**
 * Sets the weights of targets in `text`; refuses whatever is not a plain integer in plain sight. However many
 * there are, the text is parsed twice: to find the tokens, and to see that nothing else changed.
 */
export function editWeights(path: string, text: string, edits: readonly WeightEdit[]): EditOutcome {
	const { mark, body } = splitMark(text);
	const manifest = parseManifest(body);
	const found = isLfsPointer(body) ? edits.map(() => pointer) : findTokens(manifest, edits);
	const tokens = tokensOf(found);
	const edited = splice(body, tokens);
	const intact = edited === body || isIntact({ body, manifest, tokens }, edited, edits);
	const locate = lineFinder(body);
	const results = found.map((each): EditResult => {
		if (each.kind === 'refused') return { kind: 'refused', problem: manifestProblem(path, each, locate) };
		if (!intact) return { kind: 'refused', problem: manifestProblem(path, notInPlace, locate) };
		return { kind: each.value.every(isThere) ? 'same' : 'edited' };
	});
	return { text: intact ? mark + edited : text, results };
}

const notInPlace = refuse(0, 'editing the weights in place would change something else');

const pointer: Refusal = {
	...refuse(0, 'a pointer of Git LFS, not the manifest itself'),
	code: 'E_GIT_LFS',
};

function isThere({ scalar, weight }: WeightToken): boolean {
	return scalar.source === String(weight);
}

function findTokens(manifest: ManifestText, edits: readonly WeightEdit[]): readonly FoundTokens[] {
	const lookup = lookUp(manifest);
	const found = edits.map((edit): FoundTokens => {
		const broken = undeliverable(edit.weights);
		if (broken !== undefined) return refuse(0, broken, 'give the policy’s backends other weights');
		const weights = readTargetWeights(manifest, lookup, edit, [...edit.weights.keys()]);
		return weights.kind === 'refused' ? weights : setWeights(weights.value, edit);
	});
	return refuseContested(found, edits);
}

function setWeights(backends: readonly BackendWeight[], { weights }: WeightEdit): FoundTokens {
	const tokens: WeightToken[] = [];
	for (const { service, at, written } of backends) {
		const weight = weights.get(service);
		if (weight === undefined) continue;
		if (written !== undefined) tokens.push({ ...written, weight });
		else if (weight !== 1) {
			const message = `the weight of ${service} is left out, which means 1`;
			return refuse(at, message, 'write the weight out: weight: 1');
		}
	}
	return { kind: 'found', value: tokens };
}

/** A manifest without a namespace may be meant by two targets, which want different weights. */
function refuseContested(
	found: readonly FoundTokens[],
	edits: readonly WeightEdit[],
): readonly FoundTokens[] {
	const claims = new Map<number, Set<number>>();
	for (const { range, weight } of tokensOf(found)) {
		claims.set(range[0], (claims.get(range[0]) ?? new Set()).add(weight));
	}
	return found.map((each, index) => {
		const contested =
			each.kind === 'found' && each.value.find(({ range }) => (claims.get(range[0])?.size ?? 0) > 1);
		const edit = edits[index];
		if (!contested || edit === undefined) return each;
		const message = `another target than ${describeManifest(edit)} is edited here too, to other weights`;
		return {
			...refuse(contested.range[0], message, 'write metadata.namespace'),
			code: 'E_MANIFEST_AMBIGUOUS',
		};
	});
}

function tokensOf(found: readonly FoundTokens[]): readonly WeightToken[] {
	return found.flatMap((each) => (each.kind === 'found' ? each.value : []));
}

function splice(text: string, tokens: readonly WeightToken[]): string {
	const pieces: string[] = [];
	let end = 0;
	for (const { range, weight } of tokens.toSorted((a, b) => a.range[0] - b.range[0])) {
		if (range[0] < end) continue;
		pieces.push(text.slice(end, range[0]), String(weight));
		end = range[1];
	}
	return pieces.join('') + text.slice(end);
}

interface Before {
	readonly body: string;
	readonly manifest: ManifestText;
	readonly tokens: readonly WeightToken[];
}

/** Whether an edited text says the same as before apart from these weights, and says the weights. */
function isIntact({ body, manifest, tokens }: Before, edited: string, edits: readonly WeightEdit[]): boolean {
	const changed = new Set(tokens.filter((token) => !isThere(token)).map(({ range }) => range[0]));
	if (countChangedLines(body, edited) > changed.size) return false;
	const after = parseManifest(edited);
	const reached = tokensOf(findTokens(after, edits));
	if (reached.length !== tokens.length || !reached.every(isThere)) return false;
	return meaningBesides(tokens, manifest) === meaningBesides(reached, after);
}

function countChangedLines(before: string, after: string): number {
	const lines = after.split('\n');
	const old = before.split('\n');
	return old.length === lines.length ? lines.filter((line, index) => line !== old[index]).length : Infinity;
}

/** What a manifest says apart from these weights. */
function meaningBesides(tokens: readonly WeightToken[], { documents, embedded }: ManifestText): string {
	for (const { scalar } of tokens) scalar.value = 0;
	for (const { holder, documents: inner } of embedded) holder.value = inner.map(meaningOf).join();
	return documents.map(meaningOf).join();
}

/** Of a document that cannot be read, all that is compared is why. */
function meaningOf(document: ManifestText['documents'][number]): string {
	if (document.errors.length > 0) return String(document.errors.length);
	try {
		return String(JSON.stringify(document.toJS({ maxAliasCount: 100 })));
	} catch (error) {
		// Too many aliases, or too deep.
		if (error instanceof ReferenceError || error instanceof RangeError) return error.message;
		throw error;
	}
}

interface Position {
	readonly line: number;
	readonly column: number;
}

/** Tells line and column of an offset; the lines are counted once. */
function lineFinder(text: string): (at: number) => Position {
	let starts: readonly number[] | undefined;
	return (at) => {
		starts ??= [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
		const line = starts.findLastIndex((start) => start <= at);
		return { line: line + 1, column: at - (starts[line] ?? 0) + 1 };
	};
}

function manifestProblem(file: string, refusal: Refusal, locate: (at: number) => Position): Problem {
	const { code = 'E_MANIFEST_WEIGHT', at, message, remedy, got } = refusal;
	return problem(code, { where: { kind: 'text', file, ...locate(at) }, message, got, remedy });
}
