import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type ApiCall, type CheckCall, readDescription } from '../../support/openapi-description.ts';
import type { OpenApi } from '../../support/openapi-extract.ts';
import {
	type ApiAnswer,
	type ApiServer,
	cutPage,
	type ReceivedRequest,
	startApiServer,
} from '../../support/openapi-server.ts';
import { answerGraphql } from './github-graphql.ts';
import { otherRoutes } from './github-other-routes.ts';
import { pullRoutes, type Reply, type RouteRequest } from './github-pull-routes.ts';
import { createGitHubState, type GitHubState } from './github-state.ts';
import type { GraphqlTypes } from './graphql-types.ts';

/** What limits calls. GitHub's own numbers are the defaults: 5,000 an hour, 80 that create content a minute. */
export interface GitHubLimits {
	/** Calls that are left until `resetAt`. */
	remaining: number;
	/** Milliseconds since the epoch. */
	resetAt: number;
	/** Calls that create content within one minute. */
	contentPerMinute: number;
}

export interface FakeGitHub {
	readonly server: ApiServer;
	/** Of the REST API. */
	readonly baseUrl: string;
	readonly state: GitHubState;
	readonly limits: GitHubLimits;
	/** Whose tokens are good. */
	readonly tokens: Map<string, string>;
	/** GitHub hides what a token may not see. */
	isHidden: boolean;
	/** Operations that the token has no right to (`post /repos/{owner}/{repo}/pulls`), with the right that it lacks. */
	readonly lacking: Map<string, string>;
}

const published = JSON.parse(
	readFileSync(new URL('../../cases/github-api.json', import.meta.url), 'utf8'),
) as OpenApi & { readonly graphql: GraphqlTypes };

export interface FakeGitHubOptions {
	readonly now: () => number;
	/** Of the first commit on `main`. */
	readonly files: Readonly<Record<string, string>>;
	/** Whether it is where GitHub Enterprise Server has it. */
	readonly isEnterprise: boolean;
}

/** Answers that any operation may get, though the description does not say so of each. */
const anyCall = [401, 403, 404, 422, 429];

const routes = { ...pullRoutes, ...otherRoutes };

/**
 * GitHub's API with one repository, `acme/config`, as it is published: any request or answer that the description does
 * not allow fails the test.
 */
export async function startFakeGitHub(
	t: Pick<ExecutionContext, 'teardown' | 'fail'>,
	{ now, files, isEnterprise }: FakeGitHubOptions,
): Promise<FakeGitHub> {
	const check = readDescription(published, anyCall);
	const rest = isEnterprise ? '/api/v3' : '';
	const serve = (request: ReceivedRequest): ApiAnswer => {
		const limited = limit(fake, request, now());
		if (limited !== undefined) return limited;
		const login = identify(fake, request);
		if (login === undefined) return { status: 401, body: { message: 'Bad credentials', status: '401' } };
		const { state } = fake;
		if (request.path === (isEnterprise ? '/api/graphql' : '/graphql')) {
			return { status: 200, body: answerGraphql({ state, login }, published.graphql, request.body) };
		}
		if (!request.path.startsWith(`${rest}/`)) throw new Error(`the API is at ${rest}`);
		return serveRest(fake, check, { ...request, login, path: request.path.slice(rest.length) });
	};
	const server = await startApiServer(t, {
		now,
		serve(request) {
			const answer = serve(request);
			return { ...answer, headers: { ...rateHeaders(fake.limits), ...answer.headers } };
		},
	});
	const fake: FakeGitHub = {
		server,
		baseUrl: `${server.url}${rest}`,
		state: createGitHubState(files),
		limits: { remaining: 5_000, resetAt: now() + 3_600_000, contentPerMinute: 80 },
		tokens: new Map(),
		isHidden: false,
		lacking: new Map(),
	};
	return fake;
}

interface KnownRequest extends ReceivedRequest {
	readonly login: string;
}

function serveRest(fake: FakeGitHub, check: CheckCall, request: KnownRequest): ApiAnswer {
	if (request.headers['x-github-api-version'] !== '2022-11-28')
		throw new Error('no version of the API is named');
	if (!/^application\/(vnd\.github\+)?json$/.test(request.headers.accept ?? ''))
		throw new Error('accept is odd');
	const call = check(request);
	const reply = route(fake, call, request);
	if (reply.pageOf === undefined) {
		const headers = reply.headers ?? {};
		return { status: reply.status, headers, body: call.answer(reply.status, reply.body) };
	}
	const { page, headers } = cutPage(reply.pageOf.items, request, { size: 30 });
	return { status: reply.status, headers, body: call.answer(reply.status, reply.pageOf.put(page)) };
}

function route(fake: FakeGitHub, { operation, parameters }: ApiCall, request: KnownRequest): Reply {
	const { state } = fake;
	const isOurs = parameters['owner'] === state.owner && parameters['repo'] === state.name;
	if (fake.isHidden || !isOurs) return { status: 404, body: { message: 'Not Found', status: '404' } };
	const handle = routes[operation];
	if (handle === undefined) throw new Error(`no route ${operation}`);
	const { login } = request;
	const lacks = mayAnyone.test(operation) ? undefined : findLack(state, login);
	const lack = fake.lacking.get(operation) ?? lacks;
	if (lack !== undefined) {
		const headers = { 'x-accepted-github-permissions': lack };
		const message = 'Resource not accessible by personal access token';
		return { status: 403, headers, body: { message, status: '403' } };
	}
	const body = (request.body ?? {}) as RouteRequest['body'];
	return handle({ state, login, parameters, query: request.query, body });
}

/** What takes no right to write: reading, opening, and talking. */
const mayAnyone = /^get (?!.*\/collaborators\/)|^post .*(\/pulls|\/comments|\/reviews)$/;

function findLack(state: GitHubState, login: string): string | undefined {
	const role = state.people.get(login);
	return role === 'admin' || role === 'maintain' || role === 'write' ? undefined : 'contents=write';
}

function identify(fake: FakeGitHub, { headers }: ReceivedRequest): string | undefined {
	if (headers['user-agent'] === undefined) throw new Error('GitHub wants a User-Agent');
	return fake.tokens.get(/^(?:Bearer|token) (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
}

/** Both kinds of limit; asking on while one lasts makes it last longer. */
function limit(fake: FakeGitHub, { method, path }: ReceivedRequest, now: number): ApiAnswer | undefined {
	const { limits } = fake;
	if (now >= limits.resetAt) Object.assign(limits, { remaining: 5_000, resetAt: now + 3_600_000 });
	if (limits.remaining <= 0) {
		return { status: 403, body: { message: 'API rate limit exceeded for user ID 1.', status: '403' } };
	}
	limits.remaining -= 1;
	if (method === 'GET' || path.endsWith('/graphql')) return undefined;
	const recent = (contents.get(fake) ?? []).filter((at) => at > now - 60_000);
	contents.set(fake, [...recent, now]);
	if (recent.length < limits.contentPerMinute) return undefined;
	const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
	return { status: 403, headers: { 'retry-after': '60' }, body: { message, status: '403' } };
}

/** When content was created. */
const contents = new WeakMap<FakeGitHub, readonly number[]>();

function rateHeaders({ remaining, resetAt }: GitHubLimits): Readonly<Record<string, string>> {
	return {
		'x-ratelimit-limit': '5000',
		'x-ratelimit-remaining': String(Math.max(0, remaining)),
		'x-ratelimit-reset': String(Math.floor(resetAt / 1_000)),
		'x-ratelimit-resource': 'core',
	};
}
