import type { GiteaUser } from './server.ts';

/** Who asks: a user by token, one by password, or nobody. */
export type Asker = Pick<GiteaUser, 'token'> | Pick<GiteaUser, 'name' | 'password'> | undefined;

/** An answer of a REST API. */
export interface GiteaReply {
	readonly status: number;
	/** By name in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed where it is JSON, else the text. */
	readonly body: unknown;
}

/** Asks a forge; `path` begins below `/api/v1`. */
export type CallGitea = (asker: Asker, method: string, path: string, body?: unknown) => Promise<GiteaReply>;

/** Longer than any answer takes, in ms. */
const patience = 30_000;

export function createCaller(url: string): CallGitea {
	return async (asker, method, path, body) => {
		const response = await fetch(`${url}/api/v1${path}`, {
			method,
			headers: {
				...authorize(asker),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(patience),
		});
		const text = await response.text();
		return { status: response.status, headers: Object.fromEntries(response.headers), body: parseBody(text) };
	};
}

/** The body of an answer that must have succeeded. */
export async function expectReply<T>(what: string, reply: Promise<GiteaReply>): Promise<T> {
	const { status, body } = await reply;
	if (status < 300) return body as T;
	throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
}

function authorize(asker: Asker): Readonly<Record<string, string>> {
	if (asker === undefined) return {};
	if ('token' in asker) return { authorization: `token ${asker.token}` };
	return { authorization: `Basic ${Buffer.from(`${asker.name}:${asker.password}`).toString('base64')}` };
}

function parseBody(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
