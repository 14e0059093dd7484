import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type ApiCall, type CheckCall, readDescription } from '../../support/openapi-description.ts';
import type { OpenApi } from '../../support/openapi-extract.ts';
import {
	type ApiAnswer,
	type ApiServer,
	type ReceivedRequest,
	startApiServer,
} from '../../support/openapi-server.ts';
import { type Route, type RouteRequest, refuse } from './bitbucket-answers.ts';
import { otherRoutes } from './bitbucket-other-routes.ts';
import { pullRoutes } from './bitbucket-pull-routes.ts';
import { type BitbucketState, createBitbucketState, mayWrite } from './bitbucket-state.ts';

export interface FakeBitbucket {
	readonly server: ApiServer;
	readonly baseUrl: string;
	readonly state: BitbucketState;
	/** Calls that are left of this hour. */
	readonly limits: { remaining: number };
	/** Whose `Authorization` it is. */
	readonly credentials: Map<string, string>;
	/** Bitbucket hides what one may not see. */
	isHidden: boolean;
}

const published = JSON.parse(
	readFileSync(new URL('../../cases/bitbucket-api.json', import.meta.url), 'utf8'),
) as OpenApi;

/** Answers that any operation may get, though the description does not say so of each. */
const anyCall = [400, 401, 403, 404, 409, 429];

const root = '/2.0';
const routes: Readonly<Record<string, Route>> = { ...pullRoutes, ...otherRoutes };

/**
 * Bitbucket Cloud's API with one repository, `acme/config`, as it is published: any request or answer that the
 * description does not allow fails the test.
 */
export async function startFakeBitbucket(
	t: Pick<ExecutionContext, 'teardown' | 'fail'>,
	{ now, files }: { readonly now: () => number; readonly files: Readonly<Record<string, string>> },
): Promise<FakeBitbucket> {
	const check = readDescription(published, anyCall);
	const server = await startApiServer(t, {
		now,
		serve: (request) => limit(fake) ?? serve(fake, check, request),
	});
	const fake: FakeBitbucket = {
		server,
		baseUrl: `${server.url}${root}`,
		state: createBitbucketState(files),
		limits: { remaining: 10_000 },
		credentials: new Map(),
		isHidden: false,
	};
	return fake;
}

/** Bitbucket does not say for how long: https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/ */
function limit({ limits }: FakeBitbucket): ApiAnswer | undefined {
	limits.remaining -= 1;
	return limits.remaining >= 0
		? undefined
		: { status: 429, body: refuse(429, 'Rate limit for this resource has been exceeded').body };
}

function serve(fake: FakeBitbucket, check: CheckCall, request: ReceivedRequest): ApiAnswer {
	if (!request.path.startsWith(`${root}/`)) throw new Error(`the API is at ${root}`);
	const account = fake.credentials.get(request.headers.authorization ?? '');
	if (account === undefined) return { status: 401, body: refuse(401, 'Token is invalid or expired').body };
	const call = check({ ...request, path: request.path.slice(root.length) });
	return refuseCall(fake, account, call) ?? answerCall(fake, account, call, request);
}

function refuseCall(
	{ state, isHidden }: FakeBitbucket,
	account: string,
	{ operation, parameters }: ApiCall,
): ApiAnswer | undefined {
	const isThere =
		(parameters['repo_slug'] ?? state.name) === state.name &&
		(parameters['workspace'] ?? state.workspace) === state.workspace;
	if (!isThere || isHidden) return { status: 404, body: refuse(404, 'Repository not found').body };
	if (mayAnyone.test(operation) || mayWrite(state, account)) return undefined;
	return { status: 403, body: refuse(403, 'You do not have the rights to do this').body };
}

function answerCall(
	{ state }: FakeBitbucket,
	account: string,
	call: ApiCall,
	request: ReceivedRequest,
): ApiAnswer {
	const { operation, parameters } = call;
	const route = routes[operation];
	if (route === undefined) throw new Error(`no route ${operation}`);
	const body = (request.body ?? {}) as RouteRequest['body'];
	const reply = route({ state, account, parameters, query: request.query, body });
	const told = reply.values === undefined ? reply.body : cutPage(reply.values, request);
	return { status: reply.status, headers: reply.headers ?? {}, body: call.answer(reply.status, told) };
}

/** What takes no rights: reading, and talking; merging sees to itself. */
const mayAnyone = /^get |^post .*\/comments$|^put .*\/comments\/|\/merge$/;

/** The next page is told as Bitbucket does it, at a host that is another's. */
function cutPage(values: readonly unknown[], { path, query }: ReceivedRequest): object {
	const page = Number(query.get('page') ?? 1);
	const pagelen = Math.min(Number(query.get('pagelen') ?? 10), 50);
	const next = new URLSearchParams(query);
	next.set('page', String(page + 1));
	return {
		values: values.slice((page - 1) * pagelen, page * pagelen),
		page,
		pagelen,
		size: values.length,
		...(page * pagelen < values.length ? { next: `https://api.bitbucket.test${path}?${next}` } : {}),
	};
}
