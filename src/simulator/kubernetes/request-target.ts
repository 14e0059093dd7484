import { refuseUnknownPath } from './api-status.ts';
import type { ObjectStore, Selection } from './object-store.ts';
import { findResourceType, type ResourceType, type Subresource } from './resource-types.ts';

/** What a path under /api or /apis addresses: a collection, or with `name` an object. */
export interface RequestTarget {
	readonly type: ResourceType;
	readonly version: string;
	/** `undefined` for cluster-scoped types, and for a collection over all namespaces. */
	readonly namespace: string | undefined;
	readonly name: string | undefined;
	readonly subresource: Subresource | undefined;
}

const root = /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))\/(?<rest>.+)$/;

/** Throws 404 for a path that nothing is served at. */
export function readTarget(path: string, store: Pick<ObjectStore, 'served'>): RequestTarget {
	const { core, group = '', version = core ?? '', rest = '' } = root.exec(path)?.groups ?? {};
	const [first = '', second, third, ...others] = rest.split('/');
	const scoped =
		first === 'namespaces' && third !== undefined && findResourceType(group, third) !== undefined;
	const [plural, name, subresource, ...excess] = scoped
		? [third, ...others]
		: [first, second, third, ...others];
	const type = findResourceType(group, plural);
	const target = { version, namespace: scoped ? second : undefined, name };
	if (type === undefined || excess.length > 0 || !store.served(type).includes(version)) {
		throw refuseUnknownPath();
	}
	if (!isInScope(type, target)) throw refuseUnknownPath();
	return { type, ...target, subresource: readSubresource(type, subresource) };
}

function isInScope(
	{ namespaced }: ResourceType,
	{ namespace, name }: Pick<RequestTarget, 'namespace' | 'name'>,
): boolean {
	return namespaced ? namespace !== undefined || name === undefined : namespace === undefined;
}

function readSubresource(type: ResourceType, segment: string | undefined): Subresource | undefined {
	if (segment === undefined) return undefined;
	const subresource = type.subresources.find((candidate) => candidate === segment);
	if (subresource === undefined) throw refuseUnknownPath();
	return subresource;
}

/** What a list or watch request selects. */
export function readSelection({ type, namespace }: RequestTarget, query: URLSearchParams): Selection {
	return {
		group: type.group,
		plural: type.plural,
		...(namespace === undefined ? {} : { namespace }),
		labelSelector: query.get('labelSelector') ?? '',
		fieldSelector: query.get('fieldSelector') ?? '',
	};
}
