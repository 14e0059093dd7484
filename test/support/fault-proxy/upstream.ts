import { Agent, type Dispatcher } from 'undici';
import type { Connection } from '../../../src/kubernetes/connection.ts';
import type { ProxiedRequest } from './fault.ts';

/** An API server behind the proxy. */
export interface Upstream {
	/** Passes a request on as it came, but with the credentials that this server takes. */
	send(request: ProxiedRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
	close(): Promise<void>;
}

/** What belongs to one connection and is never passed on. */
const hopByHop: ReadonlySet<string> = new Set([
	'connection',
	'content-length',
	'host',
	'keep-alive',
	'transfer-encoding',
]);

export function createUpstream({ server, tls, authorize }: Connection): Upstream {
	const { origin, pathname } = new URL(server);
	const base = pathname.replace(/\/$/, '');
	const agent = new Agent({ connect: { ...tls }, allowH2: false, bodyTimeout: 0, headersTimeout: 0 });
	return {
		send: async ({ method, url, headers, body }, signal) =>
			agent.request({
				origin,
				path: `${base}${url.pathname}${url.search}`,
				method: method as Dispatcher.HttpMethod,
				headers: { ...passedOn(headers), ...(await authorize()) },
				body: body === '' ? null : body,
				signal,
			}),
		close: () => agent.destroy(),
	};
}

/** The headers that are for the other end. */
export function passedOn(headers: ProxiedRequest['headers']): Record<string, string | string[]> {
	const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !hopByHop.has(name));
	return Object.fromEntries(kept) as Record<string, string | string[]>;
}
