import type { WriteOutcome } from '../model/ports/cluster.ts';
import { type ApiCall, describeRefusal } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import type { ApiAnswer } from './client.ts';
import { isKubernetesObject, parseJson } from './json.ts';

/** What API servers answer (with 422) to a JSON Patch whose `test` fails or whose path does not exist. */
const testFailure = 'the server rejected our request due to an error in our request';

/** What they answer (with 500) to a server-side apply that does not fit the schema, which no retry mends. */
const unfit = 'failed to create typed patch object';

/** What an answer to a write means. */
export function readWriteAnswer(call: ApiCall, answer: ApiAnswer): WriteOutcome {
	const { status, text, retryAfter } = answer;
	if (status === 200 || status === 201) return readWritten(text);
	if (status === 404) return { kind: 'missing' };
	const refusal = readStatus(answer);
	if (status === 409 || (status === 422 && refusal.message.includes(testFailure))) {
		return { kind: 'conflict', message: refusal.message };
	}
	if (status === 500 && refusal.message.startsWith(unfit)) {
		return { kind: 'refused', problem: describeRefusal(call, { ...refusal, code: 422 }) };
	}
	if (status === 408 || status === 429 || status >= 500) {
		const message = `HTTP ${status}: ${refusal.message}`;
		return { kind: 'unavailable', message, ...(retryAfter === undefined ? {} : { retryAfter }) };
	}
	return { kind: 'refused', problem: describeRefusal(call, refusal) };
}

function readWritten(text: string): WriteOutcome {
	const object = parseJson(text);
	if (isKubernetesObject(object)) return { kind: 'written', object };
	return { kind: 'unknown', message: 'the answer is no object' };
}
