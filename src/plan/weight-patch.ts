import type { LiveBackend, LiveTarget } from '../model/live-target.ts';
import type { PatchOperation } from '../model/ports/cluster.ts';
import type { Weights } from '../model/weights.ts';

/**
 * A JSON Patch that touches weights only, and only of the split that was read: `test` holds it to the uid and to
 * each backend's place, and replacing the resourceVersion by the one read turns a stale write into a 409 Conflict
 * (a `test` on it would be a 422 that cannot be told from the others).
 */
export function patchWeights(split: LiveTarget, weights: Weights): readonly PatchOperation[] {
	const changed = split.rules.flatMap(({ pointer, backends }) =>
		backends
			.map((backend) => ({
				backend,
				pointer: `${pointer}/${backend.index}`,
				weight: weights.get(backend.service),
			}))
			.filter(({ backend, weight }) => weight !== undefined && weight !== backend.weight),
	);
	return [
		{ op: 'test', path: '/metadata/uid', value: split.uid },
		{ op: 'replace', path: '/metadata/resourceVersion', value: split.resourceVersion },
		...changed.flatMap(({ backend, pointer, weight }): PatchOperation[] => [
			{ op: 'test', path: `${pointer}/service`, value: backend.service },
			{ op: 'replace', path: `${pointer}/weight`, value: inForm(backend, weight ?? 0) },
		]),
	];
}

/** v1alpha2 wants every weight to be a number; v1alpha1 also takes the Quantity strings that some writers use. */
export function versionFor(split: LiveTarget): string {
	return split.rules.flatMap(({ backends }) => backends).some(({ form }) => form === 'string')
		? 'v1alpha1'
		: 'v1alpha2';
}

function inForm({ form }: LiveBackend, weight: number): number | string {
	return form === 'string' ? String(weight) : weight;
}
