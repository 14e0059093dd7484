import { type ApiCall, describeRefusal } from '../kubernetes/api-problem.ts';
import { writeEventManifest } from '../kubernetes/event-manifest.ts';
import { readWriteAnswer } from '../kubernetes/write-outcome.ts';
import type { ClusterName } from '../model/names.ts';
import type { Clock } from '../model/ports/clock.ts';
import type {
	Cluster,
	KubernetesObject,
	ObjectRef,
	VersionedRef,
	WriteOutcome,
} from '../model/ports/cluster.ts';
import { ProblemError } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { type ClusterFaults, createClusterFaultGate } from './cluster-faults.ts';
import { ApiStatusError, refuse } from './kubernetes/api-status.ts';
import type { ApplyOptions, ObjectKey, ObjectStore } from './kubernetes/object-store.ts';
import { describeUnreachable, type MemoryApi, presentObject, reflectStore } from './memory-reflector.ts';
import { findObject } from './world/apply.ts';

export interface MemoryClusterOptions {
	readonly name: ClusterName;
	readonly store: ObjectStore;
	readonly clock: Clock;
}

/** A cluster that can be made to fail. */
export interface MemoryCluster extends Cluster {
	readonly faults: ClusterFaults;
}

/**
 * The port on an embedded store, without HTTP: its answers mean what those of a real API server mean, and take
 * no time by the clock.
 */
export function createMemoryCluster({ name: cluster, store, clock }: MemoryClusterOptions): MemoryCluster {
	const faults = createClusterFaultGate();
	const api: MemoryApi = { cluster, store, clock, faults };
	// Names of Events stay unique, and yet the same in every run: no two writes meet the same version.
	const chance = () => Number(store.resourceVersion()) / 2 ** 32;

	return {
		name: cluster,
		faults,
		reflect: (collection, sink, signal) => reflectStore(api, collection, sink, signal),
		async read(ref, signal) {
			await reachServer(api, { cluster, verb: 'get', ...ref }, signal);
			const object = findObject(store, keyOf(ref));
			return object === undefined ? undefined : presentObject(store, object, ref.resource);
		},
		patch: (ref, operations, signal) =>
			answerWrite(
				api,
				{ cluster, verb: 'patch', ...ref },
				() => store.patch(keyOf(ref), 'application/json-patch+json', operations, optionsOf(ref)),
				signal,
			),
		apply: (ref, manifest, signal) =>
			answerWrite(
				api,
				{ cluster, verb: 'patch', ...ref },
				() => store.apply(keyOf(ref), manifest, optionsOf(ref)),
				signal,
			),
		create: (ref, manifest, signal) =>
			answerWrite(
				api,
				{ cluster, verb: 'create', ...ref },
				() => store.create(keyOf(ref), manifest, optionsOf(ref)),
				signal,
			),
		replace: (ref, manifest, signal) =>
			answerWrite(
				api,
				{ cluster, verb: 'update', ...ref },
				() => store.update(keyOf(ref), manifest, optionsOf(ref)),
				signal,
			),
		async createEvent(event, signal) {
			const { namespace } = event.regarding;
			const call: ApiCall = { cluster, verb: 'create', resource: eventResource, namespace };
			await reachServer(api, call, signal);
			try {
				const manifest = writeEventManifest(event, clock.now(), chance);
				store.create({ group: '', plural: eventResource.plural, namespace }, manifest);
			} catch (error) {
				throw new ProblemError(describeRefusal(call, requireStatus(error)), { cause: error });
			}
		},
	};
}

const eventResource = { group: '', versions: ['v1'], plural: 'events' };

/** An answer never comes before the caller has gone on. */
async function travel(signal: AbortSignal): Promise<void> {
	await Promise.resolve();
	signal.throwIfAborted();
}

async function reachServer(api: MemoryApi, call: ApiCall, signal: AbortSignal): Promise<void> {
	await travel(signal);
	if (api.faults.isUnreachable()) throw new ProblemError(describeUnreachable(call));
}

type WriteCall = ApiCall & VersionedRef;

/** Whom the real client names as the writer. */
function optionsOf({ version }: VersionedRef): ApplyOptions {
	return { version, manager: 'spillway' };
}

async function answerWrite(
	api: MemoryApi,
	call: WriteCall,
	write: () => KubernetesObject,
	signal: AbortSignal,
): Promise<WriteOutcome> {
	await travel(signal);
	if (api.faults.isUnreachable()) return { kind: 'unavailable', message: 'connection refused' };
	const fault = api.faults.strikeWrite();
	if (fault?.kind === 'conflict-next') touchObject(api.store, keyOf(call));
	const outcome = fault?.kind === 'fail-next-patches' ? fault.outcome : 'applied';
	switch (outcome) {
		case 'applied':
			return tryWrite(api, call, write);
		case 'refused':
			return readRefusal(call, denied);
		case 'unavailable':
			return readRefusal(call, overloaded, 1_000);
		case 'unknown-applied':
			tryWrite(api, call, write);
			return lost;
		case 'unknown-not-applied':
			return lost;
	}
}

const lost: WriteOutcome = { kind: 'unknown', message: 'the connection broke before the answer' };
const denied = refuse({
	code: 403,
	reason: 'Forbidden',
	message: 'admission webhook "simulated.example.com" denied the request',
});
const overloaded = refuse({ code: 429, reason: 'TooManyRequests', message: 'too many requests' });

function tryWrite({ store }: MemoryApi, call: WriteCall, write: () => KubernetesObject): WriteOutcome {
	try {
		const written = presentObject(store, write(), { ...call.resource, versions: [call.version] });
		return { kind: 'written', object: written };
	} catch (error) {
		if (!(error instanceof ApiStatusError)) throw error;
		return readRefusal(call, error);
	}
}

/** Reads a refusal the way it is read when it comes over the wire. */
function readRefusal(call: ApiCall, { status }: ApiStatusError, retryAfter?: Milliseconds): WriteOutcome {
	const answer = { status: status.code, text: JSON.stringify(status) };
	return readWriteAnswer(call, retryAfter === undefined ? answer : { ...answer, retryAfter });
}

function requireStatus(error: unknown): ApiStatusError['status'] {
	if (error instanceof ApiStatusError) return error.status;
	throw error;
}

/** Changes nothing but an annotation, and with it the resourceVersion. */
function touchObject(store: ObjectStore, key: ObjectKey): void {
	if (findObject(store, key) === undefined) return;
	const annotations = { 'simulator.example.com/touched-after': store.resourceVersion() };
	store.patch(key, 'application/merge-patch+json', { metadata: { annotations } });
}

function keyOf({ resource: { group, plural }, namespace, name }: ObjectRef): ObjectKey {
	return { group, plural, namespace, name };
}
