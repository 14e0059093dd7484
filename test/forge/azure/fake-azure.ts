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
import { type Reply, type Route, type RouteRequest, refuse } from './azure-answers.ts';
import { otherRoutes } from './azure-other-routes.ts';
import { pullRoutes } from './azure-pull-routes.ts';
import { type AzureState, createAzureState, mayWrite } from './azure-state.ts';

export interface FakeAzure {
	readonly server: ApiServer;
	readonly serviceUrl: string;
	readonly peopleUrl: string;
	readonly state: AzureState;
	/** Whose `Authorization` it is. */
	readonly credentials: Map<string, string>;
	/** Azure hides what one may not see. */
	isHidden: boolean;
}

const published = JSON.parse(
	readFileSync(new URL('../../cases/azure-api.json', import.meta.url), 'utf8'),
) as OpenApi;

/** Answers that any operation may get: the description tells of none but the good ones. */
const anyCall = [400, 401, 403, 404, 409, 429];

/** Where people are known is another service. */
const peopleRoot = '/people';

const routes: Readonly<Record<string, Route>> = { ...pullRoutes, ...otherRoutes };

/**
 * Azure DevOps's API with one repository, `acme/Platform Team/config`, as it is published: any request or answer that
 * the description does not allow fails the test.
 */
export async function startFakeAzure(
	t: Pick<ExecutionContext, 'teardown' | 'fail'>,
	{ now, files }: { readonly now: () => number; readonly files: Readonly<Record<string, string>> },
): Promise<FakeAzure> {
	const check = readDescription(published, anyCall);
	const server = await startApiServer(t, { now, serve: (request) => serve(fake, check, request) });
	const fake: FakeAzure = {
		server,
		serviceUrl: server.url,
		peopleUrl: `${server.url}${peopleRoot}`,
		state: createAzureState(files),
		credentials: new Map(),
		isHidden: false,
	};
	return fake;
}

function serve(fake: FakeAzure, check: CheckCall, request: ReceivedRequest): ApiAnswer {
	const isOfPeople = request.path.startsWith(`${peopleRoot}/`);
	const person = fake.credentials.get(request.headers.authorization ?? '');
	if (person === undefined) return { status: 203, body: '<html>Sign in</html>' };
	const path = isOfPeople ? request.path.slice(peopleRoot.length) : request.path;
	const call = check({ ...request, path });
	if (isOfPeople !== call.operation.endsWith('/identities')) throw new Error('asked of another service');
	const refusal = refuseCall(fake, person, call);
	if (refusal !== undefined) return { status: refusal.status, body: refusal.body };
	return answerCall(fake.state, person, call, request);
}

function refuseCall(
	{ state, isHidden }: FakeAzure,
	person: string,
	{ operation, parameters }: ApiCall,
): Reply | undefined {
	const { project, name, organization } = state;
	const isThere =
		parameters['organization'] === organization &&
		(parameters['project'] ?? project) === project &&
		(parameters['repositoryId'] ?? name) === name;
	if (!isThere || (isHidden && parameters['repositoryId'] !== undefined)) {
		return refuse(404, 'TF401019: The Git repository does not exist or you do not have permissions.');
	}
	if (mayAnyone.test(operation) || mayWrite(state, person)) return undefined;
	const isCompletion = operation.startsWith('patch ') && operation.endsWith('/{pullRequestId}');
	const right = isCompletion ? 'PullRequestContribute' : 'GenericContribute';
	return refuse(403, `TF401027: You need the Git ‘${right}’ permission to perform this action.`);
}

/** What takes no rights: reading, and talking. */
const mayAnyone = /^get |^post .*\/threads$|^patch .*\/comments\//;

function answerCall(state: AzureState, person: string, call: ApiCall, request: ReceivedRequest): ApiAnswer {
	const { operation, parameters } = call;
	const route = routes[operation];
	if (route === undefined) throw new Error(`no route ${operation}`);
	const body = (request.body ?? {}) as RouteRequest['body'];
	const reply = route({ state, person, parameters, query: request.query, body });
	const told = reply.values === undefined ? reply.body : cutList(reply.values, request.query);
	return { status: reply.status, body: call.answer(reply.status, told) };
}

function cutList(values: readonly unknown[], query: URLSearchParams): object {
	const read = (name: string): number | undefined => {
		const text = query.get(`$${name}`) ?? query.get(name);
		return text === null ? undefined : Number(text);
	};
	const skip = read('skip') ?? 0;
	const value = values.slice(skip, skip + (read('top') ?? values.length));
	return { count: value.length, value };
}
