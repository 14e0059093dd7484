import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ForgeCore } from '../forge-core.ts';
import type { BefallingFault } from '../forge-faults.ts';
import { ForgeRefusal } from '../refusal.ts';
import type { Api, ApiWork } from './api.ts';
import { findAsker } from './credentials.ts';
import type { Body, Reply } from './exchange.ts';

/** More is refused. */
const maxBody = 1_048_576;

/** Answers a request below `/api/v1`, or has it meet its fault. */
export async function serveApi(
	{ core, api }: { readonly core: ForgeCore; readonly api: Api },
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	try {
		const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
		const body = await readBody(request);
		const user = findAsker(core, request.headers.authorization);
		const method = request.method ?? 'GET';
		const work = api.understand({ method, path: path.slice('/api/v1'.length), query, body, user });
		const fault = core.faults.take(work.call);
		if (fault === undefined) send(response, await work.run());
		else await meetFault(response, fault, work);
	} catch (error) {
		send(response, explain(error));
	}
}

/** What befalls a request in place of its answer. */
async function meetFault(response: ServerResponse, fault: BefallingFault, work?: ApiWork): Promise<void> {
	switch (fault.kind) {
		case 'hang':
			return;
		case 'refused':
			response.destroy();
			return;
		case 'lost':
			if (fault.when === 'after') await work?.run();
			response.destroy();
			return;
		case 'answer': {
			const { status, retryAfter } = fault;
			const wait = retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
			send(response, { status, body: { message: 'simulated' }, headers: wait });
		}
	}
}

/** Has a request of git meet its fault; false where there is none. */
export async function meetGitFault({ faults }: ForgeCore, response: ServerResponse): Promise<boolean> {
	const fault = faults.take('git');
	if (fault === undefined) return false;
	await meetFault(response, fault);
	return true;
}

function explain(error: unknown): Reply {
	if (!(error instanceof ForgeRefusal)) return { status: 500, body: { message: '' } };
	const { status, message } = error;
	// Gitea has no body for some.
	if (message === '') return { status };
	return { status, body: { message, ...(status === 404 && { errors: null }) } };
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
	if (body === undefined) {
		response.writeHead(status, headers).end();
		return;
	}
	const type = { 'content-type': 'application/json;charset=utf-8' };
	response.writeHead(status, { ...type, ...headers }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Body> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > maxBody) throw new ForgeRefusal(413, 'request body too large');
		chunks.push(chunk);
	}
	if (length === 0) return {};
	const decoded = parse(Buffer.concat(chunks).toString());
	if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) {
		throw new ForgeRefusal(422, 'not a JSON object');
	}
	return decoded as Body;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
