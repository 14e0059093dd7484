import { isDeepStrictEqual } from 'node:util';
import { createGitHubAppTokens } from '../forge/github-app.ts';
import type { TokenSource } from '../forge/http/token-source.ts';
import { createProxiedFetch } from '../forge/proxied-fetch.ts';
import { type CredentialSource, type Credentials, credentialsError } from '../git/access/credentials.ts';
import { findServer, isLoopback } from '../git/repository-url.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { Terminal } from './terminal.ts';

export interface GitHubAppSourceOptions {
	readonly source: CredentialSource;
	/** The repository that tokens are for. */
	readonly url: string;
	readonly clock: Pick<Clock, 'now'>;
	/** Where proxies are looked up. */
	readonly environment: Terminal['env'];
}

/** The name that GitHub wants beside an App's token. */
const username = 'x-access-token';

const publicApi = 'https://api.github.com';

/** Puts a token in the place of the keys of a GitHub App; other credentials pass as they are. */
export function exchangeAppKeys(options: GitHubAppSourceOptions): CredentialSource {
	const { source } = options;
	let asked: Credentials | undefined;
	let tokens: TokenSource | undefined;
	let last: string | undefined;
	return {
		async read(effort, signal) {
			const credentials = await source.read(effort, signal);
			if (credentials.values.githubAppID === undefined) return credentials;
			if (tokens === undefined || !isDeepStrictEqual(asked, credentials)) {
				tokens = openTokens(options, credentials);
				asked = credentials;
				last = undefined;
			}
			last = await tokens.token(effort === 'renew' ? last : undefined, signal);
			return putToken(credentials, last);
		},
	};
}

function putToken({ place, values }: Credentials, token: string): Credentials {
	const authority = values['ca.crt'];
	const trust = authority === undefined ? {} : { 'ca.crt': authority };
	return { place, values: { ...trust, username, password: token } };
}

function openTokens(
	{ url, clock, environment }: GitHubAppSourceOptions,
	{ place, values }: Credentials,
): TokenSource {
	const {
		githubAppID: appId,
		githubAppInstallationID: installationId,
		githubAppPrivateKey: privateKey,
	} = values;
	if (appId === undefined || installationId === undefined || privateKey === undefined) {
		const message = 'a GitHub App needs githubAppID, githubAppInstallationID and githubAppPrivateKey';
		throw credentialsError(place, message, 'add what is missing');
	}
	if (!/^https?:/.test(url)) {
		throw credentialsError(place, 'a GitHub App is for https, but the URL is for ssh', 'use the https URL');
	}
	const repository =
		new URL(url).pathname
			.replace(/\/$/, '')
			.replace(/\.git$/, '')
			.split('/')
			.at(-1) ?? '';
	const baseUrl = readBaseUrl(values.githubAppBaseURL ?? publicApi, place);
	const fetch = createProxiedFetch({ environment, ca: values['ca.crt'] });
	const app = { appId, installationId, privateKey };
	return createGitHubAppTokens({ app, baseUrl, repository, fetch, clock, place });
}

/** A server of GitHub Enterprise may be named with or without the path of its API. */
function readBaseUrl(text: string, place: string): string {
	const server = URL.canParse(text) ? findServer(text) : undefined;
	const isSafe = text.startsWith('https://') || (text.startsWith('http://') && server && isLoopback(server));
	if (!isSafe) throw credentialsError(place, 'githubAppBaseURL is not an https URL');
	const { origin, pathname } = new URL(text);
	const path = pathname.replace(/\/+$/, '');
	return path === '' && origin !== publicApi ? `${origin}/api/v3` : `${origin}${path}`;
}
