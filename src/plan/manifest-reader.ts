// What texts say of weights, and whether two differ in anything else.
import type { ServiceName } from '../model/names.ts';
import type { ManifestTarget } from '../model/ports/manifest-editor.ts';
import type { Weights } from '../model/weights.ts';
import { listDocumentWeights, sumUp } from './document-weights.ts';
import { lookUp, type ManifestText, parseManifest, splitMark } from './manifest-text.ts';
import { readTargetWeights } from './target-weights.ts';

/** Answers questions about manifests. */
export interface ManifestReader {
	/**
	 * The weights a text gives a target, of `services` or of all its backends; `undefined` where an edit would be
	 * refused, or where the rules of a route disagree.
	 */
	weights(text: string, target: ManifestTarget, services?: Iterable<ServiceName>): Weights | undefined;
	/** Whether every byte outside of the weights is the same. */
	differInWeightsOnly(before: string, after: string): boolean;
}

/** A reader that parses a text once for as long as it is asked about it. */
export function createManifestReader(): ManifestReader {
	const parse = rememberRecent((text) => {
		const { mark, body } = splitMark(text);
		const manifest = parseManifest(body);
		return { mark, body, manifest, lookup: lookUp(manifest) };
	});
	const cut = rememberRecent((text) => cutOutWeights(parse(text)));
	return {
		weights(text, target, services) {
			const { manifest, lookup } = parse(text);
			const found = readTargetWeights(manifest, lookup, target, services && [...services]);
			return found.kind === 'found' ? sumUp(found.value) : undefined;
		},
		differInWeightsOnly(before, after) {
			if (before === after) return true;
			const [old, now] = [cut(before), cut(after)];
			return old.length === now.length && old.every((piece, index) => piece === now[index]);
		},
	};
}

/** The texts that one question is about, and one more. */
const remembered = 3;

/** What was made of the newest texts, unless memory is short: a large text's nodes take far more than the text. */
function rememberRecent<T extends object>(make: (text: string) => T): (text: string) => T {
	const recent = new Map<string, WeakRef<T>>();
	return (text) => {
		const made = recent.get(text)?.deref() ?? make(text);
		recent.delete(text);
		recent.set(text, new WeakRef(made));
		const [oldest] = recent.keys();
		if (recent.size > remembered && oldest !== undefined) recent.delete(oldest);
		return made;
	};
}

interface ReadText {
	readonly mark: string;
	readonly body: string;
	readonly manifest: ManifestText;
}

/** The pieces of a text between its weights. */
function cutOutWeights({ mark, body, manifest: { targets, markers } }: ReadText): readonly string[] {
	const weights = [
		...targets.flatMap((target) => listDocumentWeights(target, target.identity.namespace ?? '')),
		...markers.flatMap(({ weight }) => (weight.kind === 'found' ? [{ written: weight.value }] : [])),
	];
	const ranges = weights.flatMap(({ written }) => (written === undefined ? [] : [written.range]));
	const pieces: string[] = [mark];
	let end = 0;
	for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
		if (from < end) continue;
		pieces.push(body.slice(end, from));
		end = to;
	}
	return [...pieces, body.slice(end)];
}
