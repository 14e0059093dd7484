import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Milliseconds } from '../model/time.ts';
import type { Connection, TlsSettings } from './connection.ts';

/** Most of a request's deadline is left to the server once it is connected. */
const connectTimeout: Milliseconds = 5_000;

/** Below the idle time after which load balancers (60 s) and API servers (90 s) drop a connection unasked. */
const idleTimeout: Milliseconds = 30_000;

/** Connections to one server that stay open. `deadline` is for a response's head. */
export function createDispatcher(
	{ proxy }: Pick<Connection, 'proxy'>,
	tls: TlsSettings,
	deadline: Milliseconds,
): Dispatcher {
	const options = {
		// HTTP/2 is no faster here (measured), and one broken connection would take every watch with it.
		allowH2: false,
		keepAliveTimeout: idleTimeout,
		headersTimeout: deadline,
		bodyTimeout: 0,
	};
	const sockets = { timeout: connectTimeout, keepAlive: true, keepAliveInitialDelay: idleTimeout };
	if (proxy === undefined) return new Agent({ ...options, connect: { ...tls, ...sockets } });
	// Plain HTTP goes through a tunnel as well, so that the proxy sees no request.
	return new ProxyAgent({
		...options,
		uri: proxy,
		proxyTunnel: true,
		connectTimeout,
		requestTls: { ...tls, ...sockets },
	});
}
