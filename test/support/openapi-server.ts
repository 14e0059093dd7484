// An HTTP server on 127.0.0.1 whose requests and answers are held against a published description.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { ApiRequest } from './openapi-description.ts';

export interface ReceivedRequest extends ApiRequest {
	readonly headers: IncomingMessage['headers'];
	/** Where the server is: `http://127.0.0.1:1234`. */
	readonly origin: string;
	/** Path and query as they were sent. */
	readonly target: string;
}

export interface ApiAnswer {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as JSON, where there is one; a string as it is, as HTML. */
	readonly body?: unknown;
}

/**
 * What befalls a request: an answer in the place of the right one; the connection breaks before or after it is carried
 * out; or nothing is heard of it.
 */
export type ApiFault = ApiAnswer | 'break-before' | 'break-after' | 'hang';

export interface ApiServer {
	/** Without a slash at its end. */
	readonly url: string;
	/** Every request, in order: `POST /repos/a/b/pulls`. */
	readonly requests: readonly string[];
	/** Every request, whole. */
	readonly received: readonly ReceivedRequest[];
	/** What befalls requests from now on. */
	fault: (request: ReceivedRequest) => ApiFault | undefined;
}

/** `serve` throws for what must not be asked or answered: that fails the test at once, and is answered with 500. */
export async function startApiServer(
	t: Pick<ExecutionContext, 'teardown' | 'fail'>,
	{ now, serve }: { readonly now: () => number; readonly serve: (request: ReceivedRequest) => ApiAnswer },
): Promise<ApiServer> {
	const received: ReceivedRequest[] = [];
	const requests: string[] = [];
	const serveOrFail = (request: ReceivedRequest): ApiAnswer => {
		try {
			return serve(request);
		} catch (error) {
			const reason = `${request.method} ${request.target}: ${error instanceof Error ? error.message : error}`;
			failTest(t, reason);
			return { status: 500, body: { message: reason } };
		}
	};
	// A connection is kept for as long as the test lasts: no request meets one that is just closed.
	const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
		const read = await readRequest(request, url);
		received.push(read);
		requests.push(`${read.method} ${read.target}`);
		const fault = api.fault(read);
		if (fault === 'hang') return;
		if (fault === 'break-before') return void response.destroy();
		const answer = typeof fault === 'object' ? fault : serveOrFail(read);
		if (fault === 'break-after') return void response.destroy();
		send(response, answer, now());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		server.close();
		server.closeAllConnections();
	});
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const api: ApiServer = { url, requests, received, fault: () => undefined };
	return api;
}

/** Whatever the code under test makes of it. */
function failTest(t: Pick<ExecutionContext, 'fail'>, reason: string): void {
	try {
		t.fail(reason);
	} catch {
		// The test has noted it; the server goes on.
	}
}

async function readRequest(request: IncomingMessage, origin: string): Promise<ReceivedRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const text = Buffer.concat(chunks).toString();
	const target = request.url ?? '';
	const [path = '', query = ''] = target.split('?');
	return {
		method: request.method ?? '',
		path,
		target,
		origin,
		query: new URLSearchParams(query),
		contentType: request.headers['content-type'],
		headers: request.headers,
		...(text === '' ? {} : { body: JSON.parse(text) }),
	};
}

function send(response: ServerResponse, { status, headers = {}, body }: ApiAnswer, now: number): void {
	const isText = typeof body === 'string';
	const type = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
	const content = body === undefined ? {} : { 'content-type': type };
	response.writeHead(status, { date: new Date(now).toUTCString(), ...content, ...headers });
	response.end(body === undefined || isText ? body : JSON.stringify(body));
}

export interface PageOptions {
	/** Where the query does not say. */
	readonly size: number;
}

/** One page of a list, and the Link header that leads to its neighbours (RFC 8288). */
export function cutPage(
	items: readonly unknown[],
	{ origin, path, query }: ReceivedRequest,
	{ size }: PageOptions,
): { readonly page: readonly unknown[]; readonly headers: Readonly<Record<string, string>> } {
	const number = Math.max(1, Number(query.get('page') ?? 1));
	const span = Math.min(Math.max(1, Number(query.get('per_page') ?? size)), 100);
	const count = Math.max(1, Math.ceil(items.length / span));
	const link = (page: number, relation: string): string => {
		const search = new URLSearchParams(query);
		search.set('page', String(page));
		return `<${origin}${path}?${search}>; rel="${relation}"`;
	};
	const links = [
		...(number > 1 ? [link(number - 1, 'prev')] : []),
		...(number < count ? [link(number + 1, 'next'), link(count, 'last')] : []),
	];
	const page = items.slice((number - 1) * span, number * span);
	return { page, headers: links.length === 0 ? {} : { link: links.join(', ') } };
}
