import { isMap, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { SourceText, TextPlace } from './source-text.ts';
import { readKey } from './yaml-structure.ts';

/** Field names and list indexes from a document's root. */
export type Path = readonly PropertyKey[];

/** Finds where the fields of one document are written. */
export interface DocumentPlaces {
	readonly start: TextPlace;
	/** A field's name, or the item itself in a list. */
	ofName(path: Path): TextPlace;
	ofValue(path: Path): TextPlace;
}

/** For a path that is not written it tells the deepest part that is. An alias is not looked into. */
export function placeDocument(source: SourceText, root: ParsedNode): DocumentPlaces {
	const fields: FieldIndex = new Map();
	return {
		start: source.at(root.range[0]),
		ofName: (path) => source.at(findPlace(fields, root, path).name),
		ofValue: (path) => source.at(findPlace(fields, root, path).value),
	};
}

type Field = Pair<ParsedNode, ParsedNode | null>;

/** The fields of the mappings passed so far: a mapping may hold thousands, each with a problem. */
type FieldIndex = Map<YAMLMap.Parsed, ReadonlyMap<string, Field>>;

/** Offsets of a field and, unless nothing is written, the node of its value. */
interface Place {
	readonly name: number;
	readonly value: number;
	readonly node: ParsedNode | null;
}

function findPlace(fields: FieldIndex, root: ParsedNode, path: Path): Place {
	let place: Place = { name: root.range[0], value: root.range[0], node: root };
	for (const step of path) {
		const next = stepInto(fields, place.node, step);
		if (next === undefined) break;
		place = next;
	}
	return place;
}

function stepInto(fields: FieldIndex, node: ParsedNode | null, step: PropertyKey): Place | undefined {
	if (isMap(node)) {
		const field = indexFields(fields, node).get(String(step));
		if (field === undefined) return undefined;
		const name = field.key.range[0];
		return { name, value: startOf(field.value) ?? name, node: field.value };
	}
	const item = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
	return item && { name: item.range[0], value: item.range[0], node: item };
}

/** Of a repeated name the last one counts, as in the document's value. */
function indexFields(fields: FieldIndex, map: YAMLMap.Parsed): ReadonlyMap<string, Field> {
	const known = fields.get(map);
	if (known !== undefined) return known;
	const index = new Map(map.items.map((field) => [readKey(field.key), field]));
	fields.set(map, index);
	return index;
}

/** Nothing after the colon has no place of its own. */
function startOf(node: ParsedNode | null): number | undefined {
	return node === null || node.range[0] === node.range[1] ? undefined : node.range[0];
}
