import type { ForgeCore } from '../forge-core.ts';
import type { ForgeCall } from '../forge-faults.ts';
import type { ForgeUser } from '../records.ts';
import { ForgeRefusal, notFound } from '../refusal.ts';
import type { Body, Reply, Route } from './exchange.ts';
import { issueRoutes } from './issue-routes.ts';
import { showAccount } from './present.ts';
import { pullRoutes } from './pull-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import type { Webhooks } from './webhooks.ts';

/** The Gitea whose answers these are. */
const version = '1.26.0';

/** A request below `/api/v1`. */
export interface ApiRequest {
	readonly method: string;
	/** As it was sent, without the query. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly body: Body;
	readonly user: ForgeUser | undefined;
}

/** A request that is understood, and not carried out yet. */
export interface ApiWork {
	/** What it counts as where faults are aimed. */
	readonly call: ForgeCall;
	/** Throws ForgeRefusal. */
	run(): Promise<Reply>;
}

export interface Api {
	understand(request: ApiRequest): ApiWork;
}

interface Compiled extends Route {
	readonly method: string;
	readonly path: RegExp;
}

export function createApi(core: ForgeCore, hooks: Webhooks, origin: () => string): Api {
	const routes = [...pullRoutes, ...issueRoutes, ...reviewRoutes, ...repositoryRoutes].map(compile);
	// The names of branches are looked for last: anything may be one.
	routes.sort((a, b) => Number(a.pattern.includes('*')) - Number(b.pattern.includes('*')));

	return {
		understand(request) {
			const { method, path, user } = request;
			if (path === '/version') return answer('other', { version });
			if (path === '/user') return answerUser(user);
			const [, owner, name, below] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
			const found = routes.find((route) => route.method === method && route.path.test(below ?? ''));
			if (found === undefined) return refuse('other', notFound());
			const hosted = core.repository(`${decode(owner)}/${decode(name)}`);
			if (hosted === undefined) return refuse(found.call, notFound());
			const params = readParams(found.path, below ?? '');
			return {
				call: found.call,
				run: () => found.handle({ core, hooks, hosted, params, origin: origin(), ...request }),
			};
		},
	};
}

function answer(call: ForgeCall, body: object): ApiWork {
	return { call, run: async () => await Promise.resolve({ status: 200, body }) };
}

function refuse(call: ForgeCall, refusal: ForgeRefusal): ApiWork {
	return { call, run: () => Promise.reject(refusal) };
}

function answerUser(user: ForgeUser | undefined): ApiWork {
	if (user === undefined) return refuse('identity', new ForgeRefusal(401, 'token is required'));
	return answer('identity', showAccount(user));
}

/** `:name` is one part of a path, `#name` a number, `*name` all that is left. */
function compile(route: Route): Compiled {
	const [method = '', path = ''] = route.pattern.split(' ');
	const source = path
		.replace(/:(\w+)/g, '(?<$1>[^/]+)')
		.replace(/#(\w+)/g, '(?<$1>\\d+)')
		.replace(/\*(\w+)/g, '(?<$1>.+)');
	return { ...route, method, path: new RegExp(`^${source}$`) };
}

function readParams(path: RegExp, below: string): Readonly<Record<string, string>> {
	const groups = path.exec(below)?.groups ?? {};
	return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
}

/** What cannot be decoded names nothing. */
function decode(text = ''): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return '';
	}
}
