/** Sends one request, through whatever proxies there are. Rejects where no answer comes. */
export type HttpFetch = (url: string, request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpRequest {
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
	/** A token must not follow a redirect to wherever it leads. */
	readonly redirect: 'error' | 'manual';
	readonly signal: AbortSignal;
}

export interface HttpAnswer {
	readonly status: number;
	readonly headers: AnswerHeaders;
	/** As it comes, decoded. Absent where there is none. */
	readonly body: AsyncIterable<Uint8Array> | null;
	text(): Promise<string>;
}

export interface AnswerHeaders {
	/** By its name in lower case. */
	get(name: string): string | null;
}
