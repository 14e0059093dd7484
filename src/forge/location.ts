import type { ForgeKind } from '../model/ports/forge.ts';

/** Where a repository is at a forge. */
export interface ForgeLocation {
	readonly kind: ForgeKind;
	/** Of the REST API, without a slash at its end. */
	readonly apiUrl: string;
	/** The repository's page. */
	readonly webUrl: string;
	/** Of the repository, as the forge calls it: `owner/name`, GitLab: `group/subgroup/name`, Azure: `org/project/name`. */
	readonly path: string;
	/** All of the path but the name. */
	readonly owner: string;
	readonly name: string;
	/** A service for everybody, whose limits are others' too, not a server of one's own. */
	readonly isShared: boolean;
}

/** What a repository's URL says of a forge. */
export interface RepositoryPlace {
	/** Where its pages are: for ssh, https on the same host. */
	readonly origin: string;
	/** Without a port. */
	readonly host: string;
	/** The parts of the repository's path, decoded. */
	readonly segments: readonly string[];
}

/** The forges' names on the command line. */
const kinds: Readonly<Record<string, ForgeKind>> = {
	github: 'GitHub',
	gitlab: 'GitLab',
	gitea: 'Gitea',
	forgejo: 'Gitea',
	bitbucket: 'Bitbucket',
	azure: 'AzureDevOps',
	azuredevops: 'AzureDevOps',
};

/** Those that people are told of. */
export const forgeKindNames: readonly string[] = [
	'github',
	'gitlab',
	'gitea',
	'forgejo',
	'bitbucket',
	'azure',
];

/** In whatever case; `undefined` for what is no forge's name. */
export function parseForgeKind(text: string): ForgeKind | undefined {
	return Object.hasOwn(kinds, text.toLowerCase()) ? kinds[text.toLowerCase()] : undefined;
}

/** Hosts for ssh that have no pages of their own. */
const pageHosts: Readonly<Record<string, string>> = {
	'ssh.github.com': 'github.com',
	'altssh.gitlab.com': 'gitlab.com',
	'altssh.bitbucket.org': 'bitbucket.org',
	'ssh.dev.azure.com': 'dev.azure.com',
	'vs-ssh.visualstudio.com': 'dev.azure.com',
};

/**
 * Reads `https://host/owner/name(.git)`, `ssh://git@host/owner/name` and `git@host:owner/name`. `undefined` for what is
 * none of them, and for names that no forge gives.
 */
export function readRepositoryPlace(url: string): RepositoryPlace | undefined {
	const [, scpHost, scpPath] = /^[^@/:]+@([^/:[\]]+):([^:]*)$/.exec(url) ?? [];
	const text = scpHost === undefined ? url : `ssh://${scpHost}/${scpPath}`;
	const parsed = URL.canParse(text) ? new URL(text) : undefined;
	if (parsed === undefined || !/^(https?|ssh):$/.test(parsed.protocol) || parsed.hostname === '')
		return undefined;
	if (parsed.search !== '' || parsed.hash !== '' || hasDots(text)) return undefined;
	const segments = splitPath(parsed.pathname);
	if (segments === undefined || segments.length < 2) return undefined;
	const isSsh = parsed.protocol === 'ssh:';
	const host = pageHosts[parsed.hostname.toLowerCase()] ?? parsed.hostname.toLowerCase();
	return { origin: isSsh ? `https://${host}` : parsed.origin, host, segments };
}

/** URLs are read as if `..` was meant: a path that has it is none. */
function hasDots(text: string): boolean {
	return /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i.test(text);
}

/** Letters, digits, `_`, `-`, `.`, `~` and, at Azure, spaces; not `-` in front. */
const namePattern = /^[\p{L}\p{N}_.~][\p{L}\p{N}_.~ -]{0,254}$/u;

function splitPath(pathname: string): readonly string[] | undefined {
	const plain = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
	try {
		const segments = plain.split('/').map(decodeURIComponent);
		return segments.every((each) => namePattern.test(each) && !/^\.+$/.test(each)) ? segments : undefined;
	} catch {
		return undefined;
	}
}
