import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Connection } from '../../src/kubernetes/connection.ts';
import { watchFor } from './canaries.ts';

export interface ApiReply {
	readonly code: number;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: unknown;
}

export interface ApiCall {
	readonly method: string;
	/** With its query; spaces and the like may stand as they are. */
	readonly path: string;
	readonly mediaType?: string | undefined;
	readonly text?: string | undefined;
	/** The `Accept` header; none without it. */
	readonly accept?: string | undefined;
	/** A bearer token in place of all other credentials. */
	readonly token?: string | undefined;
}

/** A plain HTTP client of one API server. */
export interface ApiAccess {
	call(call: ApiCall): Promise<ApiReply>;
	/** Resolves once the watch is open; its lines follow. */
	watch(path: string): Promise<AsyncIterator<string>>;
	close(): Promise<void>;
}

/** A watch that says nothing for so long has failed its test. */
const longestWatch = 20_000;

const kubeconfigSchema = z.object({
	clusters: z.tuple([
		z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.base64() }) }),
	]),
	users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

/** Access by a kubeconfig with one cluster, one CA and one bearer token. */
export function openApiAccess(kubeconfig: string): ApiAccess {
	return openConnection(readConnection(kubeconfig));
}

/** What such a kubeconfig says. */
export function readConnection(kubeconfig: string): Connection {
	const { clusters, users } = kubeconfigSchema.parse(parse(kubeconfig));
	const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
	const headers = { authorization: `Bearer ${watchFor('cluster-token', users[0].user.token)}` };
	return {
		server,
		tls: { ca: Buffer.from(authority, 'base64'), rejectUnauthorized: true },
		authorize: () => Promise.resolve(headers),
	};
}

export function openConnection({ server, tls, authorize }: Connection): ApiAccess {
	const { cert: _cert, key: _key, ...nobody } = tls;
	const identified = new Agent({ connect: tls, bodyTimeout: 0 });
	// A server may hang up on whoever it does not know, so no connection is used again.
	const unidentified = new Agent({ connect: nobody, pipelining: 0 });
	const closing = new AbortController();

	return {
		async call({ method, path, mediaType, text, accept, token }) {
			const auth = token === undefined ? await authorize() : { authorization: `Bearer ${token}` };
			const { statusCode, headers, body } = await request(new URL(path, server), {
				method,
				dispatcher: token === undefined ? identified : unidentified,
				headers: {
					...auth,
					...(accept === undefined ? {} : { accept }),
					...(text === undefined ? {} : { 'content-type': mediaType ?? 'application/json' }),
				},
				body: text ?? null,
			});
			return { code: statusCode, headers, body: readBody(await body.text()) };
		},
		async watch(path) {
			const url = new URL(path, server);
			url.searchParams.set('watch', 'true');
			const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(longestWatch)]);
			const { body } = await request(url, { dispatcher: identified, headers: await authorize(), signal });
			return readLines(body);
		},
		async close() {
			closing.abort();
			await Promise.all([identified.destroy(), unidentified.destroy()]);
		},
	};
}

function readBody(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
	let rest = '';
	for await (const chunk of body) {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		yield* lines;
	}
	if (rest !== '') yield rest;
}
