import { showText } from '../model/problem.ts';
import type { ApiAnswer } from './client.ts';
import { parseJson } from './json.ts';

/** What a server says of a refusal, as far as it matters here. */
export interface ApiStatus {
	readonly code: number;
	/** Made safe to print, on one line. */
	readonly message: string;
}

const messageLength = 300;

/** Reads a Kubernetes Status, or whatever stands in the body in its place (proxies answer HTML and plain text). */
export function readStatus({ status, text }: Pick<ApiAnswer, 'status' | 'text'>): ApiStatus {
	const value = parseJson(text);
	return decodeStatus(value === undefined ? { message: text.trim() } : value, status);
}

/** Reads a Status that is already parsed, such as the object of an ERROR event. */
export function decodeStatus(value: unknown, fallbackCode: number): ApiStatus {
	const { code, message } = (value ?? {}) as { readonly code?: unknown; readonly message?: unknown };
	return {
		code: typeof code === 'number' ? code : fallbackCode,
		message: showText(typeof message === 'string' ? message : '', messageLength),
	};
}
