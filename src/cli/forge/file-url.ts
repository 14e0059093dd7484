import type { ForgeLocation } from '../../forge/location.ts';

/** The page of a file at a commit, as each forge has it. */
export function fileUrlAt(
	{ kind, webUrl }: Pick<ForgeLocation, 'kind' | 'webUrl'>,
	path: string,
	commit: string,
): string {
	const file = path.split('/').map(encodeURIComponent).join('/');
	switch (kind) {
		case 'GitHub':
			return `${webUrl}/blob/${commit}/${file}`;
		case 'GitLab':
			return `${webUrl}/-/blob/${commit}/${file}`;
		case 'Gitea':
			return `${webUrl}/src/commit/${commit}/${file}`;
		case 'Bitbucket':
			return `${webUrl}/src/${commit}/${file}`;
		case 'AzureDevOps':
			return `${webUrl}?path=/${file}&version=GC${commit}`;
	}
}
