import type { KubernetesObject } from '../model/ports/cluster.ts';

/** The value a server sent, `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export function isKubernetesObject(value: unknown): value is KubernetesObject {
	const { metadata } = (value ?? {}) as { readonly metadata?: Partial<KubernetesObject['metadata']> };
	return [metadata?.name, metadata?.uid, metadata?.resourceVersion].every(
		(field) => typeof field === 'string' && field !== '',
	);
}
