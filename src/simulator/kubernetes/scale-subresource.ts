import { z } from 'zod';
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { refuseBadRequest } from './api-status.ts';
import type { ObjectKey, ObjectStore, PatchType } from './object-store.ts';
import { patchDocument } from './patching.ts';

const workload = z.object({
	metadata: z.object({
		name: z.string(),
		namespace: z.string(),
		uid: z.string(),
		resourceVersion: z.string(),
		creationTimestamp: z.string(),
	}),
	spec: z.object({
		replicas: z.int(),
		selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).partial(),
	}),
	status: z.object({ replicas: z.int().default(0) }).default({ replicas: 0 }),
});

const scale = z.object({
	metadata: z.object({ resourceVersion: z.string().optional() }).default({}),
	spec: z.object({ replicas: z.int().default(0) }),
});

/** A workload seen as autoscaling/v1 Scale. */
export function presentScale(object: KubernetesObject): object {
	const { metadata, spec, status } = workload.parse(object);
	const selector = Object.entries(spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
	return {
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata,
		spec: { replicas: spec.replicas },
		status: { replicas: status.replicas, selector: selector.join(',') },
	};
}

/** Writes the replicas a Scale asks for, on condition of the version it carries. Throws like `ObjectStore.patch`. */
export function writeScale(store: ObjectStore, key: ObjectKey, body: unknown): KubernetesObject {
	const wanted = scale.safeParse(body);
	if (!wanted.success) throw refuseBadRequest('Scale in version "v1" cannot be handled as a Scale');
	const { metadata, spec } = wanted.data;
	return store.patch(key, 'application/merge-patch+json', { metadata, spec: { replicas: spec.replicas } });
}

/** Patches a Scale as if it were an object of its own. */
export function patchScale(
	store: ObjectStore,
	key: ObjectKey,
	{ patchType, body }: { readonly patchType: PatchType; readonly body: unknown },
): KubernetesObject {
	return writeScale(store, key, patchDocument(presentScale(store.get(key)), patchType, body));
}
