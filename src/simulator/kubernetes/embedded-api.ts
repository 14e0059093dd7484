import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { stringify } from 'yaml';
import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';
import { issueServerCertificate } from './certificates.ts';
import { createFaultGate, type Faults } from './faults.ts';
import { createListPages } from './list-pages.ts';
import { createObjectStore } from './memory-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { createRequestHandler } from './request-handler.ts';
import { createWatchStreams, type WatchStreams } from './watch-streams.ts';

export interface EmbeddedApiOptions {
	readonly clock: Clock;
	/** Names the cluster in kubeconfigs. */
	readonly name: string;
	/** Default: an empty one. */
	readonly store?: ObjectStore;
	/** Between two bookmarks on a watch. Default: 60 s, as kube-apiserver. */
	readonly bookmarkInterval?: Milliseconds;
}

/**
 * A Kubernetes API over HTTPS on loopback, for demonstrations and tests: enough of one for Spillway and kubectl.
 * It has no owner references, admission, roles, tables, protobuf or dry runs, takes every list for one field with
 * one owner, and has no controllers: what a Deployment or a Service would bring about, somebody has to write.
 */
export interface EmbeddedApi {
	readonly store: ObjectStore;
	readonly url: string;
	readonly faults: Faults;
	/** Of the open watches; sends them a bookmark out of turn. */
	readonly watches: Pick<WatchStreams, 'bookmark' | 'count'>;
	/** A kubeconfig (YAML) with one context of this name, its CA and credentials inside. */
	kubeconfig(context: string): string;
	/** Cuts every connection and stops listening. */
	close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function createEmbeddedApi(options: EmbeddedApiOptions): Promise<EmbeddedApi> {
	const { clock, name, store = createObjectStore(clock), bookmarkInterval = 60_000 } = options;
	const certificate = await issueServerCertificate(`${name} authority`);
	// A credential, not behaviour: it must not be guessable, so no seeded randomness.
	const token = randomUUID();
	const closing = new AbortController();
	const watches = createWatchStreams(store, clock);
	const sockets = new Set<Socket>();
	const disconnect = () => {
		for (const socket of sockets) socket.destroy();
	};
	const gate = createFaultGate({ strikeWatches: watches.strike, disconnect });
	const lists = createListPages(store);
	const handler = createRequestHandler({ clock, store, lists, watches, gate, token, signal: closing.signal });
	const server = createServer(certificate, handler);
	server.on('connection', (socket: Socket) => {
		if (gate.refusesConnections()) socket.destroy();
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	const url = await listen(server);
	void sendBookmarks(watches, { clock, interval: bookmarkInterval, signal: closing.signal });

	return {
		store,
		url,
		faults: gate,
		watches,
		kubeconfig: (context) => formatKubeconfig({ context, name, url, ca: certificate.ca, token }),
		close() {
			closing.abort();
			disconnect();
			return new Promise((resolve) => {
				server.close(() => resolve());
			});
		},
	};
}

async function listen(server: Server): Promise<string> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	return `https://127.0.0.1:${port}`;
}

interface BookmarkSchedule {
	readonly clock: Clock;
	readonly interval: Milliseconds;
	readonly signal: AbortSignal;
}

async function sendBookmarks(
	watches: WatchStreams,
	{ clock, interval, signal }: BookmarkSchedule,
): Promise<void> {
	while (!signal.aborted) {
		await clock.sleep(interval, signal).catch(() => undefined);
		if (!signal.aborted) watches.bookmark();
	}
}

interface Access {
	readonly context: string;
	readonly name: string;
	readonly url: string;
	readonly ca: string;
	readonly token: string;
}

function formatKubeconfig({ context, name, url, ca, token }: Access): string {
	const authority = Buffer.from(ca).toString('base64');
	return stringify({
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{ name, cluster: { server: url, 'certificate-authority-data': authority } }],
		users: [{ name: `${name}-admin`, user: { token } }],
		contexts: [{ name: context, context: { cluster: name, user: `${name}-admin` } }],
		'current-context': context,
	});
}
