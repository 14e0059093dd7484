import type { ClusterName } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Cluster, KubernetesObject, ObjectRef, Resource, WriteOutcome } from '../model/ports/cluster.ts';
import { ProblemError } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { type ApiCall, describeFailure, describeRefusal } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from './client.ts';
import { createClusterPace } from './cluster-pace.ts';
import type { Connection } from './connection.ts';
import { writeEventManifest } from './event-manifest.ts';
import { isKubernetesObject, parseJson } from './json.ts';
import { NoAnswerError } from './no-answer.ts';
import { reflectCollection } from './reflector.ts';
import type { ApiRequest } from './transport.ts';
import { collectionPath, objectPath, withQuery } from './urls.ts';
import { readWriteAnswer } from './write-outcome.ts';

export interface ClusterOptions {
	readonly name: ClusterName;
	readonly connection: Connection;
	readonly clock: Clock;
	readonly random: Random;
	/** For each request; a watch has one only for its start. */
	readonly deadline?: Milliseconds;
}

/** A cluster over HTTP, with its connections. */
export interface ConnectedCluster extends Cluster {
	/** Ends every connection; what is under way fails. */
	close(): Promise<void>;
}

/** Whom the API server names as the writer of a field. */
const fieldManager = 'spillway';

const events: Resource = { group: '', versions: ['v1'], plural: 'events' };

/** Connects with the first request, not before. */
export function connectCluster(options: ClusterOptions): ConnectedCluster {
	const { name: cluster, clock, random } = options;
	const api = createApiClient(options);
	const pace = createClusterPace();
	return {
		name: cluster,
		reflect: (collection, sink, signal) =>
			reflectCollection({ api, cluster, collection, clock, random, pace }, sink, signal),
		read: (ref, signal) => readObject(api, { cluster, verb: 'get', ...ref }, signal),
		patch(ref, operations, signal) {
			const body = { type: 'application/json-patch+json', content: operations };
			const path = withQuery(objectPath(ref.resource, ref.version, ref), { fieldManager });
			return write(api, { cluster, verb: 'patch', ...ref }, { method: 'PATCH', path, body }, signal);
		},
		apply(ref, manifest, signal) {
			const body = { type: 'application/apply-patch+yaml', content: manifest };
			const path = withQuery(objectPath(ref.resource, ref.version, ref), { fieldManager });
			return write(api, { cluster, verb: 'patch', ...ref }, { method: 'PATCH', path, body }, signal);
		},
		create(ref, manifest, signal) {
			const body = { type: 'application/json', content: manifest };
			const path = withQuery(collectionPath(ref.resource, ref.version, ref.namespace), { fieldManager });
			return write(api, { cluster, verb: 'create', ...ref }, { method: 'POST', path, body }, signal);
		},
		replace(ref, manifest, signal) {
			const body = { type: 'application/json', content: manifest };
			const path = withQuery(objectPath(ref.resource, ref.version, ref), { fieldManager });
			return write(api, { cluster, verb: 'update', ...ref }, { method: 'PUT', path, body }, signal);
		},
		async createEvent(event, signal) {
			const { namespace } = event.regarding;
			const body = { type: 'application/json', content: writeEventManifest(event, clock.now(), random) };
			const path = collectionPath(events, 'v1', namespace);
			const call: ApiCall = { cluster, verb: 'create', resource: events, namespace };
			const answer = await ask(api, call, { method: 'POST', path, body }, signal);
			if (answer.status !== 201) throw new ProblemError(describeRefusal(call, readStatus(answer)));
		},
		close: () => api.close(),
	};
}

/** Asks for each version in turn: 404 may mean that the object is missing, or the version. */
async function readObject(
	api: ApiClient,
	call: ApiCall & ObjectRef,
	signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
	for (const version of call.resource.versions) {
		const path = objectPath(call.resource, version, call);
		const answer = await ask(api, call, { method: 'GET', path }, signal);
		if (answer.status === 404) continue;
		if (answer.status !== 200) throw new ProblemError(describeRefusal(call, readStatus(answer)));
		return decodeObject(call, answer);
	}
	return undefined;
}

function decodeObject(call: ApiCall, { text }: ApiAnswer): KubernetesObject {
	const object = parseJson(text);
	if (isKubernetesObject(object)) return object;
	throw new ProblemError(describeRefusal(call, { code: 200, message: 'the answer is no object' }));
}

/** One request whose failure is a problem. */
async function ask(
	api: ApiClient,
	call: ApiCall,
	request: ApiRequest,
	signal: AbortSignal,
): Promise<ApiAnswer> {
	try {
		return await api.request(request, signal);
	} catch (error) {
		signal.throwIfAborted();
		throw new ProblemError(describeFailure(call, error), { cause: error });
	}
}

async function write(
	api: ApiClient,
	call: ApiCall,
	request: ApiRequest,
	signal: AbortSignal,
): Promise<WriteOutcome> {
	try {
		return readWriteAnswer(call, await api.request(request, signal));
	} catch (error) {
		signal.throwIfAborted();
		return explainLostWrite(error);
	}
}

function explainLostWrite(error: unknown): WriteOutcome {
	if (error instanceof ProblemError) return { kind: 'refused', problem: error.problem };
	if (!(error instanceof NoAnswerError)) throw error;
	return { kind: error.maybeActedOn ? 'unknown' : 'unavailable', message: error.message };
}
