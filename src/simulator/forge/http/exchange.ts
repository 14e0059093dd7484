import type { ForgeCore } from '../forge-core.ts';
import type { ForgeCall } from '../forge-faults.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import type { ForgeUser } from '../records.ts';
import { ForgeRefusal } from '../refusal.ts';
import type { Webhooks } from './webhooks.ts';

/** A decoded JSON object. */
export type Body = Readonly<Record<string, unknown>>;

/** One call of the API, as far as its route needs it. */
export interface ApiCall {
	readonly core: ForgeCore;
	readonly hooks: Webhooks;
	readonly hosted: HostedRepository;
	/** Who asks; absent: nobody that is known. */
	readonly user: ForgeUser | undefined;
	/** By the names in the route's pattern. */
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly body: Body;
	/** The forge's own address. */
	readonly origin: string;
}

export interface Reply {
	readonly status: number;
	/** Sent as JSON; absent: nothing. */
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
	/** Below `/repos/{owner}/{name}`: `GET /pulls/#number/merge`; `:name` one part, `#name` a number, `*name` the rest. */
	readonly pattern: string;
	/** What it counts as where faults are aimed. */
	readonly call: ForgeCall;
	handle(call: ApiCall): Promise<Reply>;
}

export const noContent: Reply = { status: 204 };

/** Who asks. Throws where nobody is known. */
export function requireUser({ user }: ApiCall): string {
	if (user === undefined) throw new ForgeRefusal(401, 'token is required');
	return user.login;
}

export function readText(body: Body, field: string): string {
	const value = body[field];
	return typeof value === 'string' ? value : '';
}

export function findText(body: Body, field: string): string | undefined {
	const value = body[field];
	return typeof value === 'string' ? value : undefined;
}

export function readTexts(body: Body, field: string): readonly string[] {
	const value = body[field];
	return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function readNumber({ params }: ApiCall, name = 'number'): number {
	return Number(params[name]);
}

/** Gitea gives no more on one page, whatever is asked for. */
const largestPage = 50;
const usualPage = 30;

/** One page of a list, with the headers that tell of the others. */
export function replyPage<T>(
	{ query, origin }: ApiCall,
	items: readonly T[],
	show: (item: T) => unknown,
): Reply {
	const limit = Math.min(Number(query.get('limit')) || usualPage, largestPage);
	const page = Math.max(Number(query.get('page')) || 1, 1);
	const last = Math.max(Math.ceil(items.length / limit), 1);
	const link = (rel: string, to: number): string => {
		const search = new URLSearchParams([...query].filter(([name]) => name !== 'page'));
		return `<${origin}/api/v1?${search}&page=${to}>; rel="${rel}"`;
	};
	const links = [
		...(page < last ? [link('next', page + 1), link('last', last)] : []),
		...(page > 1 ? [link('first', 1), link('prev', page - 1)] : []),
	];
	const headers = {
		'x-total-count': String(items.length),
		...(links.length > 0 && { link: links.join(',') }),
	};
	const body = items.slice((page - 1) * limit, page * limit).map(show);
	return { status: 200, body, headers };
}
