// A manifest's text, parsed as far as it holds weights.
import { type Document, parseAllDocuments } from 'yaml';
import { describeManifest, identifies } from '../model/manifest-identity.ts';
import type { ManifestPlace, ManifestTarget } from '../model/ports/manifest-editor.ts';
import { mayHoldMarker } from './marker-name.ts';
import { findMarkers, type Marker, type Markers } from './markers.ts';
import { findTargets, mayHoldTarget, type TargetDocument } from './target-document.ts';

export interface ManifestText extends Markers {
	readonly documents: readonly Document.Parsed[];
	readonly targets: readonly TargetDocument[];
}

/** A byte-order mark, which would count as an indentation of the first line, and what follows it. */
export function splitMark(text: string): { readonly mark: string; readonly body: string } {
	return text.startsWith('\ufeff') ? { mark: '\ufeff', body: text.slice(1) } : { mark: '', body: text };
}

/** Parses a text without a byte-order mark, once; nothing of one that can hold no weights. Never throws. */
export function parseManifest(text: string): ManifestText {
	const worth = mayHoldTarget(text) || mayHoldMarker(text);
	const documents = worth ? parseDocuments(text) : [];
	return { documents, targets: findTargets(documents), ...findMarkers(text, documents, parseDocuments) };
}

/** Keys may stand twice: where that matters it is refused by name, and asking for each key is quadratic. */
function parseDocuments(text: string): readonly Document.Parsed[] {
	const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent', prettyErrors: false });
	return 'empty' in documents ? [] : documents;
}

/** Targets of a text by their own documents, and otherwise by markers, each target once for all its markers. */
export function listPlaces({ targets, markers }: ManifestText): readonly ManifestPlace[] {
	const documents = targets.map(({ identity }): ManifestPlace => ({ identity, by: 'document' }));
	const byName = Map.groupBy(targets, ({ identity }) => identity.name);
	const marked = new Map(markers.map(({ identity }) => [describeManifest(identity), identity]));
	const others = [...marked.values()].filter(
		(target) => !byName.get(target.name)?.some(({ identity }) => identifies(identity, target)),
	);
	return [...documents, ...others.map((identity): ManifestPlace => ({ identity, by: 'marker' }))];
}

/** A parsed text by target, so that a thousand targets are looked up in one go. */
export interface ManifestLookup {
	readonly targets: (target: ManifestTarget) => readonly TargetDocument[];
	readonly markers: (target: ManifestTarget) => readonly Marker[];
}

export function lookUp({ targets, markers }: ManifestText): ManifestLookup {
	const byName = Map.groupBy(targets, ({ identity }) => identity.name);
	const byTarget = Map.groupBy(markers, ({ identity }) => describeManifest(identity));
	return {
		targets: (target) =>
			byName.get(target.name)?.filter(({ identity }) => identifies(identity, target)) ?? [],
		markers: (target) => byTarget.get(describeManifest(target)) ?? [],
	};
}
