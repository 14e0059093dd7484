import { formatApiVersion, type ResourceType } from './resource-types.ts';

/** The document at a discovery path, `undefined` where there is none. */
export function describeDiscovery(path: string, types: readonly ResourceType[]): object | undefined {
	switch (path) {
		case '/version':
			return { major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'linux/amd64' };
		case '/api':
			return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
		case '/apis':
			return {
				kind: 'APIGroupList',
				apiVersion: 'v1',
				groups: groupNames(types).map((group) => describeGroup(group, types)),
			};
		default:
			return describeGroupPath(path, types);
	}
}

function describeGroupPath(path: string, types: readonly ResourceType[]): object | undefined {
	const [, group = '', version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
	if (version === undefined && groupNames(types).includes(group)) {
		return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group, types) };
	}
	return describeResources(group, path === '/api/v1' ? 'v1' : (version ?? ''), types);
}

function groupNames(types: readonly ResourceType[]): string[] {
	return [...new Set(types.map(({ group }) => group))].filter((group) => group !== '');
}

function describeGroup(name: string, types: readonly ResourceType[]): object {
	const versions = new Set(types.filter(({ group }) => group === name).flatMap((type) => type.versions));
	const served = [...versions].map((version) => ({ groupVersion: formatApiVersion(name, version), version }));
	return { name, versions: served, preferredVersion: served[0] };
}

function describeResources(
	group: string,
	version: string,
	types: readonly ResourceType[],
): object | undefined {
	const served = types.filter((type) => type.group === group && type.versions.includes(version));
	if (served.length === 0) return undefined;
	return {
		kind: 'APIResourceList',
		apiVersion: 'v1',
		groupVersion: formatApiVersion(group, version),
		resources: served.flatMap((type) => [describeResource(type), ...describeSubresources(type)]),
	};
}

function describeResource({ plural, singular, namespaced, kind, shortNames }: ResourceType): object {
	const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
	return { name: plural, singularName: singular, namespaced, kind, verbs, shortNames };
}

function describeSubresources({ plural, kind, namespaced, subresources }: ResourceType): object[] {
	return subresources.map((subresource) => ({
		name: `${plural}/${subresource}`,
		singularName: '',
		namespaced,
		verbs: ['get', 'patch', 'update'],
		...(subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { kind }),
	}));
}
