import type { Namespace } from '../model/names.ts';
import type { Resource } from '../model/ports/cluster.ts';

/** Query parameters; those `undefined` are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of a namespace's objects of one type, or of all namespaces', below the server's address. */
export function collectionPath(
	resource: Resource,
	version: string,
	namespace: Namespace | undefined,
): string {
	const root = resource.group === '' ? ['api', version] : ['apis', resource.group, version];
	const place = namespace === undefined ? [] : ['namespaces', namespace];
	return [...root, ...place, resource.plural].map(encodeSegment).join('');
}

/** The path of one object, below the server's address. */
export function objectPath(
	resource: Resource,
	version: string,
	{ namespace, name }: { readonly namespace: Namespace; readonly name: string },
): string {
	return collectionPath(resource, version, namespace) + encodeSegment(name);
}

export function withQuery(path: string, query: Query): string {
	const given = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value !== undefined) given.set(name, String(value));
	}
	return `${path}?${given}`;
}

/** How people and RBAC rules name the type: `trafficsplits.split.smi-spec.io`, `services`. */
export function formatResource({ plural, group }: Resource): string {
	return group === '' ? plural : `${plural}.${group}`;
}

function encodeSegment(segment: string): string {
	// Proxies fold these away, so that the request would address another object.
	if (segment === '' || segment === '.' || segment === '..') {
		throw new RangeError(`"${segment}" cannot be part of a path`);
	}
	return `/${encodeURIComponent(segment)}`;
}
