import { type ForgeAnswer, type ForgeClient, type ForgeRequest, understand } from './client.ts';
import { forgeError } from './refusal.ts';

/** A list that never ends is an answer that cannot be understood. */
const maxPages = 2_000;

export interface ListRequest extends ForgeRequest {
	/** Where the list is in the answer; default: the answer is the list. */
	readonly find?: (body: unknown) => unknown;
}

/**
 * The items of a list, page by page as the Link header (RFC 8288) leads on. Of the next page's URL only the query is
 * taken: it may name a host that is not ours to send a token to, or one that only others reach.
 */
export async function* readPages(
	client: ForgeClient,
	request: ListRequest,
	signal: AbortSignal,
): AsyncGenerator<readonly unknown[]> {
	const { find, ...asked } = request;
	let query = request.query ?? {};
	for (let page = 0; page < maxPages; page += 1) {
		const answer = await client.send({ ...asked, query }, signal);
		const items = find === undefined ? answer.body : understand(client, request, () => find(answer.body));
		if (!Array.isArray(items)) throw notUnderstood(client, request, 'an answer that is no list');
		yield items;
		const next = nextQuery(answer);
		if (next === undefined) return;
		query = { ...query, ...next };
	}
	throw notUnderstood(client, request, `more than ${maxPages} pages`);
}

/** All items of all pages. */
export async function readAll(
	client: ForgeClient,
	request: ListRequest,
	signal: AbortSignal,
): Promise<readonly unknown[]> {
	const items: unknown[] = [];
	for await (const page of readPages(client, request, signal)) items.push(...page);
	return items;
}

function nextQuery({ headers }: ForgeAnswer): Readonly<Record<string, string>> | undefined {
	const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(headers.get('link') ?? '') ?? [];
	const here = 'https://forge.invalid';
	if (target === undefined || !URL.canParse(target, here)) return undefined;
	return Object.fromEntries(new URL(target, here).searchParams);
}

function notUnderstood(client: ForgeClient, { what }: ForgeRequest, met: string): Error {
	const message = `${client.kind}, asked to ${what}, gives ${met}`;
	return forgeError(client, 'E_FORGE_ANSWER', { message, retry: 'later' });
}
