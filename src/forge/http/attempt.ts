import { DeadlineError, withinDeadline } from '../../model/deadline.ts';
import type { Clock } from '../../model/ports/clock.ts';
import { showText } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';
import type { AnswerHeaders, HttpAnswer, HttpFetch, HttpRequest } from './fetch.ts';

/** For one request and the whole of its answer. */
const deadline: Milliseconds = 10_000;

/** The longest answer that is read. A hundred pull requests with bodies of 60 KiB fit. */
export const answerLimit: number = 8 * 1024 * 1024;

/** An answer, whatever its status, read to its end. */
export interface RawAnswer {
	readonly status: number;
	readonly headers: AnswerHeaders;
	readonly text: string;
}

/** A request that got no answer, or none that could be read to its end. */
export class NoAnswerError extends Error {
	override readonly name: string = 'NoAnswerError';
	/** Whether it surely never reached the server. */
	readonly isUnsent: boolean;
	/** Whether it is worth another try at once: it was answered by nobody, not slowly. */
	readonly isBrief: boolean;
	/** The answer came and is of no use. */
	readonly isTooLong: boolean;

	constructor(
		message: string,
		facts: { readonly isUnsent?: boolean; readonly isBrief?: boolean; readonly isTooLong?: boolean },
		options?: ErrorOptions,
	) {
		super(message, options);
		this.isUnsent = facts.isUnsent ?? false;
		this.isBrief = facts.isBrief ?? false;
		this.isTooLong = facts.isTooLong ?? false;
	}
}

/** Names not found, servers and proxies not reached … */
const unsentCodes =
	/^(EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_\w+)$/;

/** … and whom nobody vouches for. */
const trustCodes = /^(CERT_|DEPTH_ZERO_|ERR_OSSL_|ERR_SSL_|ERR_TLS_|SELF_SIGNED_|UNABLE_TO_)/;

/** Sends a request once. Throws the signal's reason once it is aborted, else NoAnswerError. */
export async function attempt(
	{ fetch, clock }: { readonly fetch: HttpFetch; readonly clock: Clock },
	url: string,
	{ signal, ...request }: HttpRequest,
): Promise<RawAnswer> {
	try {
		return await withinDeadline(clock, deadline, signal, async (bounded) => {
			const answer = await fetch(url, { ...request, signal: bounded });
			return { status: answer.status, headers: answer.headers, text: await readText(answer) };
		});
	} catch (error) {
		if (signal.aborted) throw signal.reason;
		throw explain(error);
	}
}

async function readText({ body }: HttpAnswer): Promise<string> {
	const parts: Uint8Array[] = [];
	let size = 0;
	for await (const part of body ?? []) {
		size += part.length;
		if (size > answerLimit)
			throw new NoAnswerError(`an answer of over ${answerLimit} bytes`, { isTooLong: true });
		parts.push(part);
	}
	return Buffer.concat(parts).toString();
}

function explain(error: unknown): NoAnswerError {
	if (error instanceof NoAnswerError) return error;
	if (error instanceof DeadlineError) return new NoAnswerError(error.message, {});
	// Fetch hides why it failed in a cause.
	const cause = error instanceof Error ? (error.cause ?? error) : error;
	const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
	const message = cause instanceof Error && cause.message !== '' ? cause.message : code || String(cause);
	const isDistrust = trustCodes.test(code);
	const isUnsent = unsentCodes.test(code) || isDistrust;
	return new NoAnswerError(showText(message, 200), { isUnsent, isBrief: !isDistrust }, { cause });
}
