import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type CheckCall, readDescription } from '../../support/openapi-description.ts';
import type { OpenApi } from '../../support/openapi-extract.ts';
import {
	type ApiAnswer,
	type ApiServer,
	cutPage,
	type ReceivedRequest,
	startApiServer,
} from '../../support/openapi-server.ts';
import { mergeRoutes, type RouteRequest } from './gitlab-merge-routes.ts';
import { otherRoutes } from './gitlab-other-routes.ts';
import { createGitLabState, type GitLabState } from './gitlab-state.ts';

/** What limits calls. */
export interface GitLabLimits {
	/** Calls that are left until `resetAt`. */
	remaining: number;
	/** Milliseconds since the epoch. */
	resetAt: number;
	/** Notes within one minute: GitLab's own number is the default. */
	notesPerMinute: number;
}

export interface FakeGitLab {
	readonly server: ApiServer;
	readonly baseUrl: string;
	readonly state: GitLabState;
	readonly limits: GitLabLimits;
	/** Whose tokens are good. */
	readonly tokens: Map<string, string>;
	/** GitLab hides what a token may not see. */
	isHidden: boolean;
}

const published = JSON.parse(
	readFileSync(new URL('../../cases/gitlab-api.json', import.meta.url), 'utf8'),
) as OpenApi;

/** Answers that any operation may get, though the description does not say so of each. */
const anyCall = [401, 403, 404, 429];

const root = '/api/v4';
const routes = { ...mergeRoutes, ...otherRoutes };

/**
 * GitLab's API with one project, `acme/platform/config`, as it is published: any request or answer that the description
 * does not allow fails the test.
 */
export async function startFakeGitLab(
	t: Pick<ExecutionContext, 'teardown' | 'fail'>,
	{ now, files }: { readonly now: () => number; readonly files: Readonly<Record<string, string>> },
): Promise<FakeGitLab> {
	const check = readDescription(published, anyCall);
	const server = await startApiServer(t, {
		now,
		serve: (request) => limit(fake, request, now()) ?? serve(fake, check, request),
	});
	const fake: FakeGitLab = {
		server,
		baseUrl: `${server.url}${root}`,
		state: createGitLabState(files),
		limits: { remaining: 2_000, resetAt: now() + 60_000, notesPerMinute: 300 },
		tokens: new Map(),
		isHidden: false,
	};
	return fake;
}

function serve(fake: FakeGitLab, check: CheckCall, request: ReceivedRequest): ApiAnswer {
	if (!request.path.startsWith(`${root}/`)) throw new Error(`the API is at ${root}`);
	const login = fake.tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
	if (login === undefined) return { status: 401, body: { message: '401 Unauthorized' } };
	const call = check({ ...request, path: request.path.slice(root.length) });
	const { operation, parameters } = call;
	const { state } = fake;
	if (!isThere(fake, parameters['id'])) return { status: 404, body: { message: '404 Project Not Found' } };
	const isAllowed = mayAnyone.test(operation) || (state.people.get(login) ?? 0) >= 30;
	if (!isAllowed) return { status: 403, body: { message: '403 Forbidden' } };
	const route = routes[operation];
	if (route === undefined) throw new Error(`no route ${operation}`);
	const body = (request.body ?? {}) as RouteRequest['body'];
	const reply = route({ state, login, parameters, query: request.query, body });
	if (reply.items === undefined) return { status: reply.status, body: call.answer(reply.status, reply.body) };
	const { page, headers } = cutPage(reply.items, request, { size: 20 });
	return { status: reply.status, headers, body: call.answer(reply.status, page) };
}

function isThere({ state, isHidden }: FakeGitLab, project: string | undefined): boolean {
	return project === undefined || (project === state.path && !isHidden);
}

/** What takes no membership: reading, and talking; merging sees to itself. */
const mayAnyone = /^get |^post .*\/(notes|discussions)$|\/merge$|\/cancel_/;

function limit(fake: FakeGitLab, { method, path }: ReceivedRequest, now: number): ApiAnswer | undefined {
	const { limits, state } = fake;
	if (now >= limits.resetAt) Object.assign(limits, { remaining: 2_000, resetAt: now + 60_000 });
	if (limits.remaining <= 0) {
		const headers = {
			'ratelimit-remaining': '0',
			'ratelimit-reset': String(Math.ceil(limits.resetAt / 1_000)),
			'retry-after': String(Math.ceil((limits.resetAt - now) / 1_000)),
		};
		return { status: 429, headers, body: 'Retry later\n' };
	}
	limits.remaining -= 1;
	const isNote = method === 'POST' && path.endsWith('/notes');
	if (!isNote || state.notes.length < limits.notesPerMinute) return undefined;
	const error = 'This endpoint has been requested too many times. Try again later.';
	return { status: 429, body: { message: { error } } };
}
