import { requestedAtAnnotation } from '../../deliver/syncer/flux-objects.ts';
import type { KubernetesObject } from '../../model/ports/cluster.ts';

/** Reads each state of a GitRepository: the request for a look at Git that came with it, if one did. */
export function readRequests(): (object: KubernetesObject) => string | undefined {
	let known: string | undefined;
	return ({ metadata: { annotations } }) => {
		const request = annotations?.[requestedAtAnnotation];
		const isNew = request !== known;
		known = request;
		return isNew ? request : undefined;
	};
}
