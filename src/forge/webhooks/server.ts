import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProblemError, problem } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { WebhookReceiver } from './receiver.ts';

export interface WebhookServerOptions {
	readonly receiver: WebhookReceiver;
	readonly host: string;
	/** 0 = any that is free. */
	readonly port: number;
}

export interface WebhookServer {
	readonly port: number;
	/** Ends every connection. */
	close(): Promise<void>;
}

/** Connections at once: those beyond are closed unheard. */
const maxConnections = 128;

/** For the headers, for the request as a whole, and between two of them. */
const headersTimeout: Milliseconds = 5_000;
const requestTimeout: Milliseconds = 15_000;
const keepAliveTimeout: Milliseconds = 5_000;

/**
 * A server for webhooks alone, so that whoever floods it reaches nothing else. Throws ProblemError (E_WEBHOOK) where it
 * cannot listen.
 */
export async function startWebhookServer({
	receiver,
	host,
	port,
}: WebhookServerOptions): Promise<WebhookServer> {
	const limits = { headersTimeout, requestTimeout, keepAliveTimeout, connectionsCheckingInterval: 1_000 };
	const server = createServer({ ...limits, maxHeaderSize: 16 * 1024 }, receiver);
	server.maxConnections = maxConnections;
	await listen(server, host, port);
	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

async function listen(server: Server, host: string, port: number): Promise<void> {
	server.listen({ host, port });
	try {
		await once(server, 'listening');
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : String(cause);
		const where = { kind: 'named', name: `${host}:${port}` } as const;
		throw new ProblemError(problem('E_WEBHOOK', { where, message: `it cannot be listened on: ${why}` }), {
			cause,
		});
	}
}
