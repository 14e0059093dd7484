import { isRecord } from '../../model/unstructured.ts';
/** A field of an object, as FieldsV1 names its steps: `f:spec`, `f:backends`. A list is one field as a whole. */
export type FieldPath = readonly string[];

/** Fields, each by its path in one string. */
export type FieldSet = ReadonlyMap<string, FieldPath>;

export const noFields: FieldSet = new Map();

export function collectPaths(paths: readonly FieldPath[]): FieldSet {
	return new Map(paths.map((path) => [JSON.stringify(path), path]));
}

export function uniteFields(...sets: readonly FieldSet[]): FieldSet {
	return new Map(sets.flatMap((set) => [...set]));
}

export function subtractFields(from: FieldSet, ...sets: readonly FieldSet[]): FieldSet {
	return new Map([...from].filter(([key]) => !sets.some((set) => set.has(key))));
}

export function intersectFields(one: FieldSet, other: FieldSet): FieldSet {
	return new Map([...one].filter(([key]) => other.has(key)));
}

/** As people read it: `.spec.backends`. */
export function formatFieldPath(path: FieldPath): string {
	return path.map((step) => `.${step.slice('f:'.length)}`).join('');
}

interface FieldTree {
	[step: string]: FieldTree;
}

/** A set as `fieldsV1` holds it: a field that has fields of the set below it is itself written as `.`. */
export function formatFields(set: FieldSet): Readonly<Record<string, unknown>> {
	const root: FieldTree = {};
	const members = [...set.values()].map((path) => {
		let node = root;
		for (const step of path) {
			node[step] ??= {};
			node = node[step];
		}
		return node;
	});
	for (const member of members) if (Object.keys(member).length > 0) member['.'] = {};
	return sortTree(root);
}

function sortTree(tree: FieldTree): FieldTree {
	const entries = Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
	return Object.fromEntries(entries.map(([step, below]) => [step, sortTree(below)]));
}

/** The set that a `fieldsV1` holds; what is none is an empty one. */
export function parseFields(fields: unknown): FieldSet {
	return collectPaths(isRecord(fields) ? listMembers(fields, []) : []);
}

function listMembers(tree: Readonly<Record<string, unknown>>, path: FieldPath): readonly FieldPath[] {
	return Object.entries(tree).flatMap(([step, below]) => {
		if (step === '.') return [path];
		const here = [...path, step];
		return isRecord(below) && Object.keys(below).length > 0 ? listMembers(below, here) : [here];
	});
}
