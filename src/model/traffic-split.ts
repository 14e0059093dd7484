import type { LiveBackend, TargetFacts, WeightForm } from './live-target.ts';
import type { KubernetesObject, Resource } from './ports/cluster.ts';
import { showValue } from './problem.ts';
import { parseQuantity } from './quantity.ts';
import { readTargetMetadata } from './target-metadata.ts';
import { isRecord } from './unstructured.ts';

/** SMI TrafficSplits; v1alpha2 is preferred, v1alpha1 is what the CRD stores. */
export const trafficSplits: Resource = {
	group: 'split.smi-spec.io',
	versions: ['v1alpha2', 'v1alpha1'],
	plural: 'trafficsplits',
};

/** Reads a TrafficSplit of either version; never throws, so one odd split never hides the others. */
export function readSplit(object: KubernetesObject): TargetFacts {
	const spec = isRecord(object['spec']) ? object['spec'] : {};
	const written = spec['backends'];
	if (!Array.isArray(written) || written.length === 0) {
		return { kind: 'invalid', message: 'it has no spec.backends' };
	}
	const backends: LiveBackend[] = [];
	for (const [index, entry] of written.entries()) {
		const backend = readBackend(entry, index);
		if (typeof backend === 'string') return { kind: 'invalid', message: backend };
		if (backends.some(({ service }) => service === backend.service)) {
			return { kind: 'invalid', message: `it names backend ${backend.service} twice` };
		}
		backends.push(backend);
	}
	const apexes = [String(spec['service'] ?? '')];
	const rules = [{ pointer: '/spec/backends', backends }];
	const metadata = readTargetMetadata(object, 'backends');
	return { kind: 'target', target: { kind: 'TrafficSplit', ...metadata, apexes, rules } };
}

function readBackend(entry: unknown, index: number): LiveBackend | string {
	const service = isRecord(entry) ? entry['service'] : undefined;
	if (!isRecord(entry) || typeof service !== 'string') return 'a backend has no service';
	const written = entry['weight'];
	const form: WeightForm = typeof written === 'string' ? 'string' : 'number';
	const weight = typeof written === 'string' ? parseQuantity(written) : written;
	if (weight === undefined || weight === null) {
		return written === undefined
			? `backend ${service} has no weight`
			: `backend ${service} has weight ${showValue(written)}`;
	}
	if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) {
		return `backend ${service} has weight ${showValue(written)}`;
	}
	return { service, weight, form, index };
}
