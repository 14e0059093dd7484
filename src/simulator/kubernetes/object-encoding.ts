import type { KubernetesObject } from '../../model/ports/cluster.ts';

const encodings = new WeakMap<KubernetesObject, Map<string, string>>();

/**
 * A stored object as JSON in the version asked for (conversion "None": only apiVersion differs); without one, as
 * the lists of built-in types hold it: apiVersion and kind left out. Each is made once per object, however many
 * watch it.
 */
export function encodeObject(object: KubernetesObject, apiVersion?: string): string {
	const known = encodings.get(object) ?? new Map<string, string>();
	encodings.set(object, known);
	const form = apiVersion ?? '';
	const json = known.get(form) ?? JSON.stringify(presentObject(object, apiVersion));
	known.set(form, json);
	return json;
}

function presentObject(object: KubernetesObject, apiVersion: string | undefined): object {
	if (apiVersion !== undefined) return { ...object, apiVersion };
	const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
	return rest;
}
