import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../model/unstructured.ts';
import { collectPaths, type FieldPath, type FieldSet } from './field-sets.ts';

/** What differs between two states of an object. Lists are compared as a whole. */
export interface FieldComparison {
	readonly added: FieldSet;
	readonly modified: FieldSet;
	readonly removed: FieldSet;
}

type Document = Readonly<Record<string, unknown>>;

/** The fields of `after` that differ from `before`, a field and all above it that came or went with it. */
export function compareFields(before: Document, after: Document): FieldComparison {
	const found = compareBelow(before, after, []);
	const select = (kind: Difference['kind']) =>
		collectPaths(found.filter((each) => each.kind === kind).map(({ path }) => path));
	return { added: select('added'), modified: select('modified'), removed: select('removed') };
}

interface Difference {
	readonly kind: 'added' | 'modified' | 'removed';
	readonly path: FieldPath;
}

function compareBelow(before: Document, after: Document, path: FieldPath): readonly Difference[] {
	const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	return keys.flatMap((key) => compareValues(before[key], after[key], [...path, `f:${key}`]));
}

function compareValues(one: unknown, other: unknown, path: FieldPath): readonly Difference[] {
	if (isDeepStrictEqual(one, other)) return [];
	if (one === undefined) {
		return [...(isRecord(other) ? compareBelow({}, other, path) : []), { kind: 'added', path }];
	}
	if (other === undefined) {
		return [...(isRecord(one) ? compareBelow(one, {}, path) : []), { kind: 'removed', path }];
	}
	return isRecord(one) && isRecord(other) ? compareBelow(one, other, path) : [{ kind: 'modified', path }];
}

/** The fields that a manifest sets, which its applying makes its manager's: without those above them. */
export function collectFields(document: Document): FieldSet {
	const visit = (value: unknown, path: FieldPath): readonly FieldPath[] =>
		isRecord(value) && Object.keys(value).length > 0
			? Object.entries(value).flatMap(([key, below]) => visit(below, [...path, `f:${key}`]))
			: [path];
	return collectPaths(Object.entries(document).flatMap(([key, value]) => visit(value, [`f:${key}`])));
}
