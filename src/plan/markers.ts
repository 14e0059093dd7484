// Scalars whose weight a marker comment names: in Helm values, Kustomize patches, and text inside of a manifest.
import { type Alias, type Document, isMap, isSeq, Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ServiceName } from '../model/names.ts';
import { findMarkerComments, type MarkerComment } from './marker-comments.ts';
import { type MarkerName, mayHoldMarker } from './marker-name.ts';
import {
	type Found,
	type Refusal,
	readToken,
	refuse,
	refuseAnchor,
	refuseSyntax,
	type WrittenWeight,
} from './weight-token.ts';
import { startOf, type YamlNode } from './yaml-nodes.ts';

/** A marker that names a target's backend. */
export interface Marker {
	readonly identity: NonNullable<MarkerName['identity']>;
	readonly service: ServiceName;
	readonly at: number;
	readonly weight: Found<WrittenWeight>;
}

export interface Markers {
	readonly markers: readonly Marker[];
	/** Markers that do not tell whom they mean. */
	readonly strays: readonly Refusal[];
	/** Literal block scalars that hold YAML with markers, as a ConfigMap or Argo CD's `helm.values` does. */
	readonly embedded: readonly Embedded[];
}

export interface Embedded {
	readonly holder: Scalar;
	readonly documents: readonly Document.Parsed[];
}

type Parse = (text: string) => readonly Document.Parsed[];

const none: Markers = { markers: [], strays: [], embedded: [] };

/** The markers of a text and of the literal block scalars in it. */
export function findMarkers(text: string, documents: readonly Document.Parsed[], parse: Parse): Markers {
	if (!mayHoldMarker(text)) return none;
	const own = findOwnMarkers(text, documents);
	const inner = findHolders(documents).map((holder) => findEmbedded(text, holder, parse));
	return {
		markers: [...own.markers, ...inner.flatMap(({ markers }) => markers)],
		strays: [...own.strays, ...inner.flatMap(({ strays }) => strays)],
		embedded: inner.flatMap(({ embedded }) => embedded),
	};
}

function findOwnMarkers(text: string, documents: readonly Document.Parsed[]): Markers {
	const comments = findMarkerComments(text);
	if (comments.length === 0) return none;
	const values = mapValues(documents);
	const markers: Marker[] = [];
	const strays: Refusal[] = [];
	for (const comment of comments) {
		const { at, name } = comment;
		const { identity, service, fault } = name;
		const weight = fault ? { kind: 'refused' as const, at, ...fault } : readMarked(text, comment, values);
		if (identity !== undefined && service !== undefined) markers.push({ identity, service, at, weight });
		else if (weight.kind === 'refused') strays.push(weight);
	}
	return { markers, strays, embedded: [] };
}

/** A value of a document, and the collections around it. */
interface Value {
	readonly node: Scalar | Alias;
	readonly around: readonly YamlNode[];
	readonly document: Document.Parsed;
}

/** Values by their offset; keys are none. */
function mapValues(documents: readonly Document.Parsed[]): ReadonlyMap<number, Value> {
	const values = new Map<number, Value>();
	for (const document of documents) {
		const see = (key: unknown, node: Scalar | Alias, path: readonly unknown[]): void => {
			if (key === 'key') return;
			values.set(startOf(node), { node, around: path.filter(isCollection), document });
		};
		visit(document, { Scalar: see, Alias: see });
	}
	return values;
}

function isCollection(node: unknown): node is YAMLMap | YAMLSeq {
	return isMap(node) || isSeq(node);
}

function readMarked(
	text: string,
	{ at, name, behind }: MarkerComment,
	values: ReadonlyMap<number, Value>,
): Found<WrittenWeight> {
	const value = behind === undefined ? undefined : values.get(behind);
	if (value === undefined) return refuseNothing(text, at, name);
	const [error] = value.document.errors;
	if (error !== undefined) return refuseSyntax(error);
	return (
		refuseAnchor(...value.around) ?? readToken(value.node, `what is marked as the weight of ${name.service}`)
	);
}

function refuseNothing(text: string, at: number, { service }: MarkerName): Refusal {
	const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trimEnd();
	return before.endsWith('}}')
		? refuse(
				at,
				`a template is marked as the weight of ${service}`,
				'mark the number that the template reads',
			)
		: refuse(
				at,
				`no value stands right before the marker of ${service}`,
				'write the marker behind the number, on the same line',
			);
}

/** A literal block scalar with markers in it; `broken`: why none of its text can be edited. */
interface Holder {
	readonly scalar: Scalar;
	readonly broken?: Refusal;
}

function findHolders(documents: readonly Document.Parsed[]): readonly Holder[] {
	const holders: Holder[] = [];
	for (const document of documents) {
		const [error] = document.errors;
		const syntax = error && refuseSyntax(error);
		visit(document, {
			Scalar: (key, scalar, path) => {
				if (key === 'key' || scalar.type !== Scalar.BLOCK_LITERAL) return;
				if (!mayHoldMarker(scalar.source ?? '')) return;
				const broken = syntax ?? refuseAnchor(...path.filter(isCollection), scalar);
				holders.push({ scalar, ...(broken && { broken }) });
			},
		});
	}
	return holders;
}

/** The markers of a block scalar's text, with the offsets they have in the file. */
function findEmbedded(text: string, { scalar: holder, broken }: Holder, parse: Parse): Markers {
	const inner = holder.source ?? '';
	const documents = parse(inner);
	const { markers, strays } = findOwnMarkers(inner, documents);
	const toOuter = mapOffsets(text, holder);
	const outward = (refusal: Refusal): Refusal => ({ ...refusal, at: toOuter(refusal.at) });
	const moveOut = (weight: Found<WrittenWeight>): Found<WrittenWeight> =>
		weight.kind === 'refused' ? outward(weight) : shift(weight.value, toOuter);
	return {
		markers: markers.map(({ at, weight, ...marker }) => ({
			...marker,
			at: toOuter(at),
			weight: broken ?? moveOut(weight),
		})),
		strays: strays.map(outward),
		embedded: [{ holder, documents }],
	};
}

function shift({ scalar, range }: WrittenWeight, toOuter: (at: number) => number): Found<WrittenWeight> {
	return { kind: 'found', value: { scalar, range: [toOuter(range[0]), toOuter(range[1])] } };
}

/** A block scalar's text is its lines without their indentation and carriage returns. */
function mapOffsets(text: string, { range, source = '' }: Scalar): (at: number) => number {
	const starts: { readonly inner: number; readonly outer: number }[] = [];
	let outer = text.indexOf('\n', range?.[0]) + 1;
	let inner = 0;
	for (const line of source.split('\n')) {
		const end = text.indexOf('\n', outer);
		const raw = text.slice(outer, end === -1 ? text.length : end).replace(/\r$/, '');
		starts.push({ inner, outer: outer + Math.max(0, raw.length - line.length) });
		outer = end === -1 ? text.length : end + 1;
		inner += line.length + 1;
	}
	return (at) => {
		const line = starts.findLast((each) => each.inner <= at) ?? { inner: 0, outer: 0 };
		return line.outer + at - line.inner;
	};
}
