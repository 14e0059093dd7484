// A target's weights in one text: in its own document, or in the scalars that markers name.
import { describeManifest } from '../model/manifest-identity.ts';
import type { ServiceName } from '../model/names.ts';
import type { ManifestTarget } from '../model/ports/manifest-editor.ts';
import { type BackendWeight, listDocumentWeights, readDocumentWeights } from './document-weights.ts';
import type { ManifestLookup, ManifestText } from './manifest-text.ts';
import { formatMarker } from './marker-name.ts';
import type { Marker } from './markers.ts';
import type { TargetDocument } from './target-document.ts';
import { type Found, type Refusal, refuse } from './weight-token.ts';
import { startOf } from './yaml-nodes.ts';

/** The weights of these backends; without `services`, of all that the text gives the target. */
export function readTargetWeights(
	{ strays }: Pick<ManifestText, 'strays'>,
	lookup: ManifestLookup,
	target: ManifestTarget,
	services?: readonly ServiceName[],
): Found<readonly BackendWeight[]> {
	const [own, second] = lookup.targets(target);
	const markers = lookup.markers(target);
	if (second !== undefined) {
		return {
			...refuse(startOf(second.body), `${describeManifest(target)} stands twice in this file`),
			...ambiguous,
		};
	}
	if (own !== undefined) {
		const elsewhere = findElsewhere(own, target, markers);
		return elsewhere ?? readDocumentWeights(own, target.namespace, services);
	}
	if (markers.length > 0) return readMarkedWeights(target, markers, strays, services);
	return (
		strays[0] ?? refuse(0, `no ${describeManifest(target)} here`, 'write its manifest, or mark its weights')
	);
}

const ambiguous = { code: 'E_MANIFEST_AMBIGUOUS', remedy: 'keep one of the two' } as const;

/** A marker beside a target's own document must mean the weight that the document gives that backend. */
function findElsewhere(
	own: TargetDocument,
	target: ManifestTarget,
	markers: readonly Marker[],
): Refusal | undefined {
	if (markers.length === 0) return undefined;
	const weights = listDocumentWeights(own, target.namespace);
	for (const { service, at, weight } of markers) {
		if (weight.kind === 'refused') return weight;
		const { scalar } = weight.value;
		if (weights.some((each) => each.service === service && each.written?.scalar === scalar)) continue;
		const name = describeManifest(target);
		const message = `this marks another weight of ${service} than ${name} has, which stands in this file too`;
		return {
			...refuse(at, message, 'remove the marker, or mark the weight of that backend'),
			code: ambiguous.code,
		};
	}
	return undefined;
}

function readMarkedWeights(
	target: ManifestTarget,
	markers: readonly Marker[],
	strays: readonly Refusal[],
	services: readonly ServiceName[] = [...new Set(markers.map(({ service }) => service))],
): Found<readonly BackendWeight[]> {
	const byService = Map.groupBy(markers, ({ service }) => service);
	const weights: BackendWeight[] = [];
	for (const service of services) {
		const [marker, second] = byService.get(service) ?? [];
		if (marker === undefined) return refuseUnmarked(target, service, markers, strays);
		if (second !== undefined) {
			return refuse(second.at, `${service} is marked twice in this file`, 'keep one of the two markers');
		}
		if (marker.weight.kind === 'refused') return marker.weight;
		weights.push({ service, at: marker.at, written: marker.weight.value });
	}
	return { kind: 'found', value: weights };
}

function refuseUnmarked(
	target: ManifestTarget,
	service: ServiceName,
	markers: readonly Marker[],
	strays: readonly Refusal[],
): Refusal {
	const message = `no marker names ${service}, but others of ${describeManifest(target)} do`;
	const remedy = `write ${formatMarker(target, service)} behind its weight`;
	return strays[0] ?? refuse(markers[0]?.at ?? 0, message, remedy);
}
