import type { HttpFetch, HttpRequest } from '../../src/forge/http/fetch.ts';

/** What a scripted server does with one request. */
export type ScriptedAnswer =
	| {
			readonly status: number;
			readonly headers?: Readonly<Record<string, string>>;
			/** Sent as it is where it is text, else as JSON. */
			readonly body?: unknown;
	  }
	/** The connection fails; `code` is the system's. */
	| { readonly fails: string }
	/** Never answers. */
	| 'silence';

export interface SeenRequest extends Omit<HttpRequest, 'signal'> {
	readonly url: string;
}

/** A fetch that answers as written, one after the other, and then with 599. */
export interface ScriptedFetch {
	readonly fetch: HttpFetch;
	readonly seen: readonly SeenRequest[];
}

export function scriptFetch(answers: readonly ScriptedAnswer[]): ScriptedFetch {
	const seen: SeenRequest[] = [];
	const fetch: HttpFetch = async (url, { signal, ...request }) => {
		const answer = answers[seen.length] ?? { status: 599 };
		seen.push({ url, ...request });
		if (answer === 'silence') return await untilAborted(signal);
		if ('fails' in answer) {
			const cause = Object.assign(new Error(`it failed: ${answer.fails}`), { code: answer.fails });
			throw new TypeError('fetch failed', { cause });
		}
		const { status, headers = {}, body } = answer;
		const text = typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body);
		return new Response(status === 204 ? null : text, { status, headers });
	};
	return { fetch, seen };
}

function untilAborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
	});
}
