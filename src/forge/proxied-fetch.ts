import { EnvHttpProxyAgent, fetch } from 'undici';
import type { HttpFetch } from './http/fetch.ts';

export interface ProxiedFetchOptions {
	/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Trusted in place of the usual authorities; PEM. */
	readonly ca?: string | undefined;
}

/** fetch through the proxies that the environment names. Connections are closed once they are idle. */
export function createProxiedFetch({ environment, ca }: ProxiedFetchOptions): HttpFetch {
	const read = (name: string): string => environment[name] || environment[name.toLowerCase()] || '';
	const tls = ca === undefined ? {} : { connect: { ca }, requestTls: { ca } };
	const dispatcher = new EnvHttpProxyAgent({
		httpProxy: read('HTTP_PROXY'),
		httpsProxy: read('HTTPS_PROXY'),
		noProxy: read('NO_PROXY'),
		...tls,
	});
	return async (url, request) => await fetch(url, { ...request, dispatcher });
}
