import type { ForgeKind } from '../model/ports/forge.ts';
import type { ForgeLocation, RepositoryPlace } from './location.ts';

/** Services that are known by their names. */
const services: Readonly<Record<string, ForgeKind>> = {
	'github.com': 'GitHub',
	'gitlab.com': 'GitLab',
	'codeberg.org': 'Gitea',
	'gitea.com': 'Gitea',
	'bitbucket.org': 'Bitbucket',
	'dev.azure.com': 'AzureDevOps',
};

/** The forge of a host whose name tells which it is. */
export function findService(host: string): ForgeKind | undefined {
	if (Object.hasOwn(services, host)) return services[host];
	// GitHub Enterprise Cloud with data residency.
	if (/^[a-z0-9-]+\.ghe\.com$/.test(host)) return 'GitHub';
	return /^[a-z0-9-]+\.visualstudio\.com$/.test(host) ? 'AzureDevOps' : undefined;
}

/** A place where a forge is; `root` is where its pages begin. */
export interface ForgePages {
	readonly kind: ForgeKind;
	readonly root: string;
}

/** The repository at a forge of this kind; `undefined` where its path is none of such a forge's. */
export function locate({ kind, root }: ForgePages, place: RepositoryPlace): ForgeLocation | undefined {
	const names = namesWithin(kind, root, place);
	const name = names?.at(-1);
	if (names === undefined || name === undefined) return undefined;
	return {
		kind,
		apiUrl: apiOf(kind, root, names),
		webUrl: kind === 'AzureDevOps' ? azurePage(names) : `${root}/${names.map(encodeURIComponent).join('/')}`,
		path: names.join('/'),
		owner: names.slice(0, -1).join('/'),
		name,
		isShared: findService(place.host) !== undefined,
	};
}

function namesWithin(
	kind: ForgeKind,
	root: string,
	{ segments, host }: RepositoryPlace,
): readonly string[] | undefined {
	const below = new URL(root).pathname.split('/').filter((each) => each !== '');
	const isBelow = below.every((each, index) => segments[index] === decodeURIComponent(each));
	const names = isBelow ? segments.slice(below.length) : segments;
	switch (kind) {
		case 'GitLab':
			return names.length >= 2 ? names : undefined;
		case 'AzureDevOps':
			return azureNames(host, names);
		default:
			return names.length === 2 ? names : undefined;
	}
}

/** `org/project/_git/name`, over ssh `v3/org/project/name`, and formerly `project/_git/name` on the org's own host. */
function azureNames(host: string, segments: readonly string[]): readonly string[] | undefined {
	const [, org] = /^([a-z0-9-]+)\.visualstudio\.com$/.exec(host) ?? [];
	const rest = segments.filter((each) => each !== '_git' && each !== 'v3' && each !== 'DefaultCollection');
	const names = org === undefined ? rest : [org, ...rest];
	// A project's own repository may be named once.
	const [first = '', second = ''] = names;
	if (names.length === 2) return [first, second, second];
	return names.length === 3 ? names : undefined;
}

function azurePage([org = '', project = '', name = '']: readonly string[]): string {
	const [a, b, c] = [org, project, name].map(encodeURIComponent);
	return `https://dev.azure.com/${a}/${b}/_git/${c}`;
}

function apiOf(kind: ForgeKind, root: string, [owner = '', project = '']: readonly string[]): string {
	const { protocol, host } = new URL(root);
	switch (kind) {
		case 'GitHub':
			return findService(host) === 'GitHub' ? `${protocol}//api.${host}` : `${root}/api/v3`;
		case 'GitLab':
			return `${root}/api/v4`;
		case 'Gitea':
			return `${root}/api/v1`;
		case 'Bitbucket':
			return host === 'bitbucket.org' ? 'https://api.bitbucket.org/2.0' : `${root}/rest/api/1.0`;
		case 'AzureDevOps':
			return `https://dev.azure.com/${encodeURIComponent(owner)}/${encodeURIComponent(project)}/_apis`;
	}
}
