import { formatApiVersion, type ResourceType } from './resource-types.ts';

/**
 * The OpenAPI v3 document at a path, `undefined` where there is none: as little as kubectl needs to see that the
 * server validates fields itself. It describes no schema.
 */
export function describeOpenApi(path: string, types: readonly ResourceType[]): object | undefined {
	if (path === '/openapi/v3')
		return { paths: Object.fromEntries(listGroupVersions(types).map(describeIndexEntry)) };
	const groupVersion = listGroupVersions(types).find(({ root }) => path === `/openapi/v3/${root}`);
	return groupVersion && describeGroupVersion(groupVersion, types);
}

interface GroupVersion {
	readonly group: string;
	readonly version: string;
	/** `api/v1`, or `apis/apps/v1`. */
	readonly root: string;
}

function listGroupVersions(types: readonly ResourceType[]): GroupVersion[] {
	const all = types.flatMap(({ group, versions }) =>
		versions.map((version) => ({ group, version, root: nameRoot(group, version) })),
	);
	return [...new Map(all.map((groupVersion) => [groupVersion.root, groupVersion])).values()];
}

function nameRoot(group: string, version: string): string {
	return `${group === '' ? 'api' : 'apis'}/${formatApiVersion(group, version)}`;
}

function describeIndexEntry({ root }: GroupVersion): [string, object] {
	return [root, { serverRelativeURL: `/openapi/v3/${root}` }];
}

function describeGroupVersion(
	{ group, version, root }: GroupVersion,
	types: readonly ResourceType[],
): object {
	const served = types.filter((type) => type.group === group && type.versions.includes(version));
	return {
		openapi: '3.0.0',
		info: { title: 'Kubernetes', version: 'v1.36.3' },
		paths: Object.fromEntries(served.map((type) => describeObjectPath(type, version, root))),
		components: { schemas: {} },
	};
}

function describeObjectPath(
	{ group, kind, plural, namespaced }: ResourceType,
	version: string,
	root: string,
): [string, object] {
	const patch = {
		parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
		responses: { 200: { description: 'OK' } },
		'x-kubernetes-action': 'patch',
		'x-kubernetes-group-version-kind': { group, version, kind },
	};
	return [`/${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`, { patch }];
}
