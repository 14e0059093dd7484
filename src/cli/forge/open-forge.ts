// The forge of the config repository: which one it is, and how it is let in at its API.
import { detectForge } from '../../forge/detect.ts';
import { findService } from '../../forge/known-hosts.ts';
import {
	type ForgeLocation,
	forgeKindNames,
	parseForgeKind,
	readRepositoryPlace,
} from '../../forge/location.ts';
import { createProxiedFetch } from '../../forge/proxied-fetch.ts';
import { openCredentialFolder } from '../../git/access/credential-folder.ts';
import type { CredentialSource } from '../../git/access/credentials.ts';
import type { Clock, Random } from '../../model/ports/clock.ts';
import type { Forge, ForgeKind } from '../../model/ports/forge.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import { usageError } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { fileUrlAt } from './file-url.ts';
import { readForgeToken } from './forge-token.ts';
import { createLazyForge } from './lazy-forge.ts';
import { readNamedToken } from './named-token.ts';

/** What flags say about the forge. */
export interface ForgeFlags {
	/** Which it is, where its host does not tell. */
	readonly forge?: string | undefined;
	/** Where its pages or its API begin, where that is not at the root of the repository's host. */
	readonly forgeUrl?: string | undefined;
	/** A folder with a token for its API, where that is not the one that git uses. */
	readonly forgeCredentials?: string | undefined;
}

export interface ForgeParts {
	/** The repository's URL. */
	readonly url: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly environment: Terminal['env'];
	readonly allowInsecure: boolean;
	/** What git uses. */
	readonly credentials: CredentialSource | undefined;
}

/** A forge, and what else follows from where it is. */
export interface OpenForge {
	readonly forge: Forge;
	/** As webhooks name it: `owner/name`. Throws as the forge's calls do, until it is known. */
	locate(signal: AbortSignal): Promise<ForgeLocation>;
	/** The page of a file at a commit; absent while the forge is not known. */
	fileUrl(path: string, commit: string): string | undefined;
}

/**
 * The forge that a repository's URL tells of; `undefined` where that tells of none, such as a folder's, or where there is
 * no token. It is asked nothing before it is needed. Throws ProblemError (E_FLAG) for flags that are wrong.
 */
export function openForge(flags: ForgeFlags, parts: ForgeParts): OpenForge | undefined {
	const kind = readKind(flags.forge);
	const place = readRepositoryPlace(parts.url);
	const source =
		flags.forgeCredentials === undefined ? parts.credentials : openCredentialFolder(flags.forgeCredentials);
	if (place === undefined || source === undefined) {
		if (kind === undefined && flags.forgeUrl === undefined) return undefined;
		const missing =
			place === undefined ? 'the repository’s URL names no repository of a forge' : 'there is no token';
		throw usageError('--forge', missing, 'give --repo an https URL, and a token by --git-credentials');
	}
	let located: ForgeLocation | undefined;
	const locate = async (signal: AbortSignal): Promise<ForgeLocation> => {
		const { url, clock, environment, allowInsecure } = parts;
		const fetch = createProxiedFetch({ environment, ca: await readAuthority(source, signal) });
		located ??= await detectForge(
			{ url, kind, forgeUrl: flags.forgeUrl, allowInsecure, fetch, clock },
			signal,
		);
		return located;
	};
	const guess = {
		kind: kind ?? findService(place.host) ?? 'Gitea',
		url: `${place.origin}/${place.segments.join('/')}`,
	};
	const forge = createLazyForge(guess, async (signal) => {
		const location = await locate(signal);
		return await createForge(location, parts, source, await readAuthority(source, signal));
	});
	return {
		forge,
		locate,
		fileUrl: (path, commit) => located && fileUrlAt(located, path, commit),
	};
}

function readKind(text: string | undefined): ForgeKind | undefined {
	if (text === undefined) return undefined;
	const kind = parseForgeKind(text);
	if (kind === undefined)
		throw usageError('--forge', 'there is no such forge', `name ${forgeKindNames.join(', ')}`);
	return kind;
}

async function readAuthority(source: CredentialSource, signal: AbortSignal): Promise<string | undefined> {
	return (await source.read('look', signal)).values['ca.crt'];
}

/** Only the one that is needed is loaded. */
async function createForge(
	location: ForgeLocation,
	{ clock, random, environment }: ForgeParts,
	source: CredentialSource,
	ca: string | undefined,
): Promise<Forge> {
	const { kind, apiUrl, webUrl, owner, name, path, isShared } = location;
	const fetch = createProxiedFetch({ environment, ca });
	const exchange = { apiUrl, webUrl, tokens: readForgeToken(source), fetch, clock, random };
	// A forge of one's own knows no limits, and an outage is when haste counts.
	const paced = isShared ? exchange : { ...exchange, pacing: 0 };
	switch (kind) {
		case 'GitHub':
			return (await import('../../forge/github/github-forge.ts')).createGitHubForge({
				...paced,
				owner,
				name,
			});
		case 'GitLab':
			return (await import('../../forge/gitlab/gitlab-forge.ts')).createGitLabForge({
				...paced,
				projectPath: path,
			});
		case 'Gitea':
			return (await import('../../forge/gitea/gitea-forge.ts')).createGiteaForge({ ...paced, owner, name });
		case 'Bitbucket': {
			if (findService(new URL(webUrl).hostname) !== 'Bitbucket') throw refuseDataCenter(webUrl);
			const { createBitbucketForge } = await import('../../forge/bitbucket/bitbucket-forge.ts');
			return createBitbucketForge({ ...paced, tokens: readNamedToken(source), workspace: owner, name });
		}
		case 'AzureDevOps': {
			const [organization = '', project = ''] = owner.split('/');
			const { createAzureForge } = await import('../../forge/azure/azure-forge.ts');
			const urls = { serviceUrl: new URL(apiUrl).origin, peopleUrl: 'https://vssps.dev.azure.com', webUrl };
			return createAzureForge({ ...paced, ...urls, organization, project, name });
		}
	}
}

function refuseDataCenter(webUrl: string): ProblemError {
	return new ProblemError(
		problem('E_FORGE', {
			where: { kind: 'named', name: webUrl },
			message: 'pull requests at Bitbucket Data Center are not supported yet, only those at bitbucket.org',
			remedy: 'use via: Commit or via: Direct with this repository',
		}),
	);
}
