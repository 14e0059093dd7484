import { explainTransport, NoAnswerError } from './no-answer.ts';
import type { ApiResponse } from './transport.ts';

/** Some bound is needed for one page of a list: 100 slices of 1000 endpoints take 20 MiB. */
const textLimit: number = 64 * 1024 * 1024;

/** The body as it comes. Throws NoAnswerError when the connection breaks. */
export async function* readChunks({ body }: ApiResponse, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	try {
		for await (const chunk of body) yield chunk;
	} catch (error) {
		throw explainTransport(error, signal);
	}
}

/** The whole body. Throws NoAnswerError when it is cut off or over the limit. */
export async function readText(response: ApiResponse, signal: AbortSignal): Promise<string> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of readChunks(response, signal)) {
		size += chunk.length;
		if (size > textLimit) {
			throw new NoAnswerError(`an answer of over ${textLimit} bytes`, { maybeActedOn: true });
		}
		parts.push(chunk);
	}
	return Buffer.concat(parts).toString('utf8');
}
