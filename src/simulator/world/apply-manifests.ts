import { reconcileAnnotation } from '../../model/hold-off.ts';
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import { applyObject, findObject } from './apply.ts';
import type { Manifest } from './manifests.ts';

/** Whose fields they become, as with Flux. */
const manager = 'kustomize-controller';

/** What was created or changed, and what could not be, one sentence each. */
export interface AppliedManifests {
	readonly applied: readonly string[];
	readonly problems: readonly string[];
}

/** Applies each with force, but those whose live objects say that they are to be left alone. */
export function applyManifests(store: ObjectStore, manifests: readonly Manifest[]): AppliedManifests {
	const applied: string[] = [];
	const problems: string[] = [];
	// A namespace must exist before what lives in it.
	const ordered = manifests.toSorted((a, b) => rank(a) - rank(b));
	for (const { path, kind, key, object, version } of ordered) {
		const name = `${kind} ${key.namespace === '' ? '' : `${key.namespace}/`}${key.name}`;
		try {
			if (isHeldOff(findObject(store, key))) continue;
			if (applyObject(store, key, object, { version, manager }).changed) applied.push(name);
		} catch (error) {
			problems.push(`${path}: ${name}: ${describeError(error)}`);
		}
	}
	return { applied, problems };
}

function rank({ kind }: Manifest): number {
	return kind === 'Namespace' ? 0 : 1;
}

/** Flux leaves an object alone that says so, and still reports the round as fine. */
function isHeldOff(live: KubernetesObject | undefined): boolean {
	return live?.metadata.annotations?.[reconcileAnnotation] === 'disabled';
}

export function describeError(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
