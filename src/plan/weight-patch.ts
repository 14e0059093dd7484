import {
	annotationPointer,
	annotationsPointer,
	heldOffAnnotation,
	reconcileAnnotation,
} from '../model/hold-off.ts';
import type { LiveBackend, LiveTarget } from '../model/live-target.ts';
import type { PolicyKey } from '../model/names.ts';
import type { PatchOperation } from '../model/ports/cluster.ts';
import { rulesNaming } from '../model/target-rules.ts';
import type { Weights } from '../model/weights.ts';

/**
 * A JSON Patch that touches weights only, and only of the target that was read: `test` holds it to the uid and to
 * each backend's place, and replacing the resourceVersion by the one read turns a stale write into a 409 Conflict
 * (a `test` on it would be a 422 that cannot be told from the others). Rules that lack a backend are left alone.
 */
export function patchWeights(target: LiveTarget, weights: Weights): readonly PatchOperation[] {
	const name = target.kind === 'TrafficSplit' ? 'service' : 'name';
	const changed = rulesNaming(target, weights.keys()).flatMap(({ pointer, backends }) =>
		backends
			.map((backend) => ({
				backend,
				pointer: `${pointer}/${backend.index}`,
				weight: weights.get(backend.service) ?? backend.weight,
			}))
			.filter(({ backend, weight }) => weight !== backend.weight),
	);
	return [
		...preconditions(target),
		...changed.flatMap(({ backend, pointer, weight }): PatchOperation[] => [
			{ op: 'test', path: `${pointer}/${name}`, value: backend.service },
			setWeight(backend, `${pointer}/weight`, weight),
		]),
	];
}

/** A JSON Patch that gives an owned TrafficSplit other backends; they are one list, so all of it is set. */
export function patchBackends(target: LiveTarget, weights: Weights): readonly PatchOperation[] {
	const value = [...weights].map(([service, weight]) => ({ service, weight }));
	return [
		...preconditions(target),
		...target.rules.map(({ pointer }): PatchOperation => ({ op: 'replace', path: pointer, value })),
	];
}

/**
 * Holds Flux off the target, for this policy's escalation. Where it is held off already, whoever did it, nothing is
 * added: what others set is theirs to take off.
 */
export function patchHoldOff(
	{ heldOff, leftAloneBy, annotated }: LiveTarget,
	policy: PolicyKey,
): readonly PatchOperation[] {
	if (heldOff === 'spillway' || leftAloneBy === `${reconcileAnnotation}: disabled`) return [];
	const marks = { [reconcileAnnotation]: 'disabled', [heldOffAnnotation]: policy };
	if (!annotated) return [{ op: 'add', path: annotationsPointer, value: marks }];
	return Object.entries(marks).map(([key, value]) => ({ op: 'add', path: annotationPointer(key), value }));
}

function preconditions({ uid, resourceVersion }: LiveTarget): readonly PatchOperation[] {
	return [
		{ op: 'test', path: '/metadata/uid', value: uid },
		{ op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
	];
}

function setWeight({ form }: LiveBackend, path: string, weight: number): PatchOperation {
	if (form === 'absent') return { op: 'add', path, value: weight };
	return { op: 'replace', path, value: form === 'string' ? String(weight) : weight };
}
