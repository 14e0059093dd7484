// A weight's scalar: a plain integer in plain sight, or why it cannot be edited in place.
import { isAlias, isScalar, Scalar } from 'yaml';
import type { ProblemCode } from '../model/catalogue.ts';
import { showValue } from '../model/problem.ts';
import { type Field, isTemplate, startOf, type YamlNode } from './yaml-nodes.ts';

/** Why a weight, or all of a target's, cannot be edited. */
export interface Refusal {
	readonly kind: 'refused';
	/** `E_MANIFEST_WEIGHT` unless said. */
	readonly code?: ProblemCode;
	/** Offset in the text. */
	readonly at: number;
	/** What is there. */
	readonly message: string;
	/** What to write. */
	readonly remedy?: string;
	readonly got?: string;
}

export type Found<T> = { readonly kind: 'found'; readonly value: T } | Refusal;

/** A weight that can be edited in place. */
export interface WrittenWeight {
	readonly scalar: Scalar;
	/** Where its digits begin and end in the file. */
	readonly range: readonly [number, number];
}

/** The number a weight is written as. */
export function weightOf({ scalar }: WrittenWeight): number {
	return Number(scalar.source);
}

/** Reads the field of a weight; `subject` names it: `the weight of emoji-svc`. `at`: where it is looked for. */
export function readWeight(field: Field, subject: string, at: number): Found<WrittenWeight> {
	switch (field.kind) {
		case 'one':
			return readToken(field.node, subject);
		case 'twice':
			return refuse(field.at, `${subject} stands twice`, 'keep one of the two keys');
		case 'none':
			return field.merge === undefined
				? refuse(at, `${subject} is missing`, 'write the weight out: weight: 1')
				: refuse(field.merge, `${subject} may come from a merge key (<<)`, 'write the weight out: weight: 1');
	}
}

/** Reads a weight's own node. */
export function readToken(node: YamlNode, subject: string): Found<WrittenWeight> {
	const oddity = findOddity(node);
	if (oddity === undefined && isScalar(node)) {
		const at = startOf(node);
		return { kind: 'found', value: { scalar: node, range: [at, at + (node.source ?? '').length] } };
	}
	const got = isScalar(node) && !isTemplate(node) ? showValue(node.source ?? node.value) : undefined;
	const { is, write } = oddity ?? notANumber;
	return { ...refuse(startOf(node), `${subject} ${is}`, write), ...(got === undefined ? {} : { got }) };
}

/** What carries an anchor may stand in other places too, which must not change with it. */
export function refuseAnchor(...nodes: readonly (YamlNode | undefined)[]): Refusal | undefined {
	for (const node of nodes) {
		const anchor = node === undefined || isAlias(node) ? undefined : node.anchor;
		if (node === undefined || anchor === undefined) continue;
		return refuse(
			startOf(node),
			`the anchor &${anchor} may share these weights with another place`,
			'write the weights outside of what the anchor names',
		);
	}
	return undefined;
}

/** Why a document that is no YAML cannot be edited. */
export function refuseSyntax(error: {
	readonly pos: readonly [number, number];
	readonly message: string;
}): Refusal {
	return refuse(error.pos[0], `this document is not plain YAML: ${error.message}`, syntaxRemedy);
}

const syntaxRemedy =
	'mend the YAML; where a template makes it, mark the weights in the file that the template reads them from';

export function refuse(at: number, message: string, remedy?: string): Refusal {
	return { kind: 'refused', at, message, ...(remedy === undefined ? {} : { remedy }) };
}

interface Oddity {
	readonly is: string;
	readonly write: string;
}

const notANumber: Oddity = { is: 'is not a number', write: 'write a plain integer: weight: 1' };

/** What keeps a node from being a plain integer in plain sight. */
function findOddity(node: YamlNode): Oddity | undefined {
	if (isTemplate(node)) {
		const write = 'write the number here, or mark it where the template reads it from, as in values.yaml';
		return { is: 'is a template', write };
	}
	if (isAlias(node))
		return { is: `is the alias *${node.source}`, write: 'write the number itself: weight: 1' };
	if (node.anchor !== undefined) {
		const is = `carries the anchor &${node.anchor}, so that another place may share it`;
		return { is, write: 'write the number without an anchor' };
	}
	if (node.tag !== undefined) {
		return { is: `carries the tag ${shortTag(node.tag)}`, write: 'write the number without a tag' };
	}
	return isScalar(node) ? findScalarOddity(node) : notANumber;
}

function findScalarOddity({ type, source = '', value }: Scalar): Oddity | undefined {
	if (type === Scalar.QUOTE_SINGLE || type === Scalar.QUOTE_DOUBLE) {
		return { is: 'is quoted, and so no number', write: 'write the number without quotes: weight: 1' };
	}
	if (type !== Scalar.PLAIN) return notANumber;
	if (/^(0|[1-9][0-9]*)$/.test(source)) return undefined;
	if (value === null) return { is: 'is empty', write: 'write a plain integer: weight: 1' };
	if (typeof value !== 'number') return notANumber;
	if (/^-?[0-9]*\.|e/i.test(source) && !source.startsWith('0x')) {
		return { is: 'is a float', write: 'write a whole number without a point or exponent: weight: 1' };
	}
	return { is: 'is not a plain decimal integer', write: 'write digits only, the first not 0: weight: 1' };
}

function shortTag(tag: string): string {
	return tag.replace(/^tag:yaml\.org,2002:/, '!!');
}
