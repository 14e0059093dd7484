import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Fault, ProxiedRequest } from './fault.ts';
import { StreamCutError, type StreamEdit } from './stream-edits.ts';
import { passedOn, type Upstream } from './upstream.ts';

/** One request on its way through the proxy. */
export interface Passage {
	readonly request: ProxiedRequest;
	readonly response: ServerResponse;
	readonly upstream: Upstream;
	/** Called once the server has answered. */
	readonly onAnswer: () => void;
	/** Ends the client's connection without a word. */
	readonly cut: () => void;
}

export async function playFault(passage: Passage, fault: Fault | undefined): Promise<void> {
	const { response, cut } = passage;
	switch (fault?.kind) {
		case undefined:
			return relay(passage);
		case 'lose-request':
			return cut();
		case 'lose-answer':
			await ask(passage);
			return cut();
		case 'half-open':
			if (fault.swallows === 'answer') await ask(passage);
			return;
		case 'answer':
			response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
			return void response.end(fault.text);
		case 'delay': {
			if (fault.moment === 'request') await fault.until();
			const { status, text, headers } = await ask(passage);
			if (fault.moment === 'answer') await fault.until();
			return void response.writeHead(status, headers).end(text);
		}
		case 'edit':
			return relay(passage, fault);
	}
}

/** The server's whole answer, whether or not the client still waits for it. */
async function ask({ request, upstream, onAnswer }: Passage) {
	const { signal } = new AbortController();
	const { statusCode, headers, body } = await upstream.send(request, signal);
	const answer = { status: statusCode, text: await body.text(), headers: passedOn(headers) };
	note(request, answer.status, answer.text);
	onAnswer();
	return answer;
}

type Edit = Extract<Fault, { readonly kind: 'edit' }>;

/** Passes the answer on as it comes. A watch ends at the server as soon as the client is gone. */
async function relay({ request, response, upstream, onAnswer, cut }: Passage, edit?: Edit): Promise<void> {
	const leaving = new AbortController();
	response.once('close', () => {
		if (request.isWatch) leaving.abort();
	});
	const answer = await upstream.send(request, leaving.signal);
	const { statusCode, headers, body } = answer;
	response.writeHead(statusCode, { ...passedOn(headers), ...edit?.headers }).flushHeaders();
	if (request.isWatch) {
		note(request, statusCode, '');
		onAnswer();
	}
	const parts: Uint8Array[] = [];
	const remember: StreamEdit = async function* (chunks) {
		for await (const chunk of chunks) {
			if (!request.isWatch) parts.push(chunk);
			yield chunk;
		}
	};
	try {
		await send(response, [remember, ...(edit?.edits ?? [])], body);
	} catch (error) {
		leaving.abort();
		if (error instanceof StreamCutError) return cut();
		throw error;
	}
	if (request.isWatch) return;
	note(request, statusCode, Buffer.concat(parts).toString('utf8'));
	onAnswer();
}

async function send(
	response: ServerResponse,
	edits: readonly StreamEdit[],
	body: Dispatcher.ResponseData['body'],
): Promise<void> {
	const edited = edits.reduce<AsyncIterable<Uint8Array>>((chunks, edit) => edit(chunks), body);
	for await (const chunk of edited) await writeAlone(response, chunk);
	response.end();
}

/** Lets the chunk leave before the next one is written, so that they are not joined. */
async function writeAlone(response: ServerResponse, chunk: Uint8Array): Promise<void> {
	await new Promise((resolve) => response.write(chunk, resolve));
	await new Promise((resolve) => setImmediate(resolve));
}

function note(request: ProxiedRequest, status: number, text: string): void {
	request.answer = { status, text };
}
