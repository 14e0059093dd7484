import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../model/ports/clock.ts';
import { ApiStatusError, refuse, refuseBadRequest, refuseMethod, refuseUnauthorized } from './api-status.ts';
import { describeDiscovery } from './discovery.ts';
import type { FaultGate, RequestFault } from './faults.ts';
import type { ListPages } from './list-pages.ts';
import { answerObjectRequest, type ObjectRequest } from './object-requests.ts';
import type { ObjectStore } from './object-store.ts';
import { describeOpenApi } from './open-api.ts';
import { isApply, readJsonBody, readPatch } from './request-body.ts';
import { type RequestTarget, readTarget } from './request-target.ts';
import { readWriter } from './request-writer.ts';
import { resourceTypes } from './resource-types.ts';
import type { WatchStreams } from './watch-streams.ts';

export interface RequestHandlerParts {
	readonly clock: Clock;
	readonly store: ObjectStore;
	readonly lists: ListPages;
	readonly watches: WatchStreams;
	readonly gate: FaultGate;
	/** The bearer token that every request must carry. */
	readonly token: string;
	/** Aborted when the server closes. */
	readonly signal: AbortSignal;
}

type AnswerFault = Extract<RequestFault, { readonly kind: 'answer' }>;

interface Exchange {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly url: URL;
	readonly faults: readonly RequestFault[];
}

interface Answer {
	readonly code: number;
	readonly json: string;
	readonly retryAfterSeconds?: number | undefined;
}

/** Answers HTTP requests, as far as the faults let them through. */
export function createRequestHandler(
	parts: RequestHandlerParts,
): (request: IncomingMessage, response: ServerResponse) => void {
	return (request, response) => {
		answerUnderFaults(parts, request, response).catch(() => request.socket.destroy());
	};
}

async function answerUnderFaults(
	parts: RequestHandlerParts,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = new URL(request.url ?? '/', 'https://localhost');
	const faults = parts.gate.strikeRequest(request.method ?? '', url.pathname);
	for (const fault of faults) {
		if (fault.kind === 'hold') await parts.clock.sleep(fault.span, parts.signal);
	}
	const drop = faults.find((fault) => fault.kind === 'drop');
	if (drop?.moment === 'before-applying') {
		request.socket.destroy();
		return;
	}
	const answer = await answerRequest(parts, { request, response, url, faults }).catch(describeError);
	if (drop !== undefined) request.socket.destroy();
	else if (answer !== undefined) sendAnswer(response, answer);
}

function sendAnswer(response: ServerResponse, { code, json, retryAfterSeconds }: Answer): void {
	if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
	response.writeHead(code, { 'content-type': 'application/json' }).end(json);
}

/** Resolves to `undefined` for a watch, which answers by itself. */
async function answerRequest(
	parts: RequestHandlerParts,
	{ request, response, url, faults }: Exchange,
): Promise<Answer | undefined> {
	for (const fault of faults) if (fault.kind === 'answer') throw refuseOnPurpose(fault);
	if (request.headers.authorization !== `Bearer ${parts.token}`) throw refuseUnauthorized();
	const document = describeApi(parts.store, url.pathname);
	if (document !== undefined) return { code: 200, json: JSON.stringify(document) };
	const target = readTarget(url.pathname, parts.store);
	const query = url.searchParams;
	if (query.has('dryRun')) throw refuseBadRequest('dryRun is not supported');
	if (request.method !== 'GET' || target.name !== undefined) {
		return answerObjectRequest(parts.store, await readObjectRequest(target, request, query));
	}
	if (!['true', '1'].includes(query.get('watch') ?? '')) {
		return { code: 200, json: parts.lists.read(target, query, request.headers.accept) };
	}
	parts.watches.open(target, query, response);
	return undefined;
}

/** Discovery and OpenAPI, of what is served now. */
function describeApi(store: ObjectStore, path: string): object | undefined {
	const types = resourceTypes.flatMap((type) => {
		const versions = store.served(type);
		return versions.length === 0 ? [] : [{ ...type, versions }];
	});
	return describeDiscovery(path, types) ?? describeOpenApi(path, types);
}

async function readObjectRequest(
	target: RequestTarget,
	request: IncomingMessage,
	query: URLSearchParams,
): Promise<ObjectRequest> {
	const { method } = request;
	const writer = readWriter(request, query, { applies: isApply(request) });
	switch (method) {
		case 'GET':
		case 'DELETE':
			return { target, writer, method };
		case 'POST':
		case 'PUT':
			return { target, writer, method, body: await readJsonBody(request, ['application/json']) };
		case 'PATCH':
			return { target, writer, method, ...(await readPatch(request, target.type)) };
		default:
			throw refuseMethod();
	}
}

function refuseOnPurpose({ code, retryAfterSeconds }: AnswerFault): ApiStatusError {
	const reason = reasons.get(code) ?? 'Unknown';
	const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
	return refuse({ code, reason, message: `${code} on purpose`, details });
}

const reasons: ReadonlyMap<number, string> = new Map([
	[401, 'Unauthorized'],
	[403, 'Forbidden'],
	[404, 'NotFound'],
	[409, 'Conflict'],
	[410, 'Expired'],
	[422, 'Invalid'],
	[429, 'TooManyRequests'],
	[500, 'InternalError'],
	[503, 'ServiceUnavailable'],
	[504, 'Timeout'],
]);

function describeError(error: unknown): Answer {
	const { status } = error instanceof ApiStatusError ? error : refuseInternally(error);
	const { code, details } = status;
	return { code, json: JSON.stringify(status), retryAfterSeconds: details?.retryAfterSeconds };
}

function refuseInternally(error: unknown): ApiStatusError {
	return refuse({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${error}` });
}
