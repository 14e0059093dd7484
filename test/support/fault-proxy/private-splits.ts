import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import { type ConnectedCluster, connectCluster } from '../../../src/kubernetes/cluster.ts';
import type { Connection } from '../../../src/kubernetes/connection.ts';
import type { Collection, PatchOperation, VersionedRef } from '../../../src/model/ports/cluster.ts';
import { createObject } from '../../lab/create-object.ts';
import { type ApiAccess, openConnection } from '../api-access.ts';
import { type ChangeLog, createChangeLog } from '../change-log.ts';
import { createImpatientClock, type ImpatientClock } from '../impatient-clock.ts';
import { aNamespace, aSplit } from '../kubernetes-objects.ts';
import { splits as splitResource, weightOf } from '../split-cluster.ts';
import type { RecordedAnswer } from './fault.ts';
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './proxy.ts';

/** Splits in a namespace that goes with the test, on any API server, and Spillway's client behind a fault proxy. */
export interface PrivateSplits {
	readonly proxy: FaultProxy;
	readonly clock: ImpatientClock;
	readonly cluster: ConnectedCluster;
	/** The weight of the first backend is kept of each. */
	readonly collection: Collection<unknown>;
	/** Each split names two backends, at 1/0. Straight at the server, as all that follow. */
	create(...names: readonly string[]): Promise<void>;
	setWeight(name: string, weight: number): Promise<void>;
	remove(name: string): Promise<void>;
	/** Weights by split. */
	live(): Promise<ReadonlyMap<string, unknown>>;
	/** The list of them as the server gives it now. */
	snapshot(): Promise<RecordedAnswer>;
	ref(name: string): VersionedRef;
	/** What the client tells of the splits from now on, until the end of the test. */
	reflect(): ChangeLog<unknown>;
}

export interface PrivateSplitsOptions extends FaultProxyOptions {
	/** In real time: it must let every request pass that is to be answered. */
	readonly deadline?: number;
}

export async function startPrivateSplits(
	t: ExecutionContext,
	connection: Connection,
	{ deadline = 20_000, ...proxied }: PrivateSplitsOptions = {},
): Promise<PrivateSplits> {
	const access = openConnection(connection);
	const proxy = await startFaultProxy(t, connection, proxied);
	const clock = createImpatientClock();
	const client = { name: 'east', connection: proxy.connection, clock, random: () => 0, deadline };
	const cluster = connectCluster(client);
	const namespace = `faults-${randomBytes(4).toString('hex')}`;
	const collection = { resource: splitResource, namespace, decode: weightOf };
	await createObject(access, aNamespace(namespace));
	const reflecting = new AbortController();
	const reflections: Promise<void>[] = [];
	t.teardown(async () => {
		reflecting.abort();
		await Promise.all(reflections);
		await cluster.close();
		await access.call({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
		await access.close();
	});
	return {
		proxy,
		clock,
		cluster,
		collection,
		...actOnServer(access, namespace),
		ref: (name) => ({ resource: splitResource, namespace, name, version: 'v1alpha2' }),
		reflect() {
			const log = createChangeLog<unknown>();
			reflections.push(cluster.reflect(collection, log.sink, reflecting.signal));
			return log;
		},
	};
}

type ServerSide = Pick<PrivateSplits, 'create' | 'setWeight' | 'remove' | 'live' | 'snapshot'>;

function actOnServer(access: ApiAccess, namespace: string): ServerSide {
	const path = `/apis/split.smi-spec.io/v1alpha2/namespaces/${namespace}/trafficsplits`;
	return {
		async create(...names) {
			for (const name of names) await createObject(access, aSplit({ metadata: { name, namespace } }));
		},
		async setWeight(name, weight) {
			const text = JSON.stringify([{ op: 'replace', path: '/spec/backends/0/weight', value: weight }]);
			const mediaType = 'application/json-patch+json';
			const { code } = await access.call({ method: 'PATCH', path: `${path}/${name}`, mediaType, text });
			if (code !== 200) throw new Error(`the weight of ${name} was not set (HTTP ${code})`);
		},
		async remove(name) {
			await access.call({ method: 'DELETE', path: `${path}/${name}` });
		},
		async snapshot() {
			const { code, body } = await access.call({ method: 'GET', path });
			return { status: code, text: JSON.stringify(body) };
		},
		async live() {
			const { body } = await access.call({ method: 'GET', path });
			const { items } = body as { readonly items: readonly Parameters<typeof weightOf>[0][] };
			return new Map(items.map((item) => [item?.metadata.name ?? '', weightOf(item)]));
		},
	};
}

/** What a client knows, in the form of `live`. */
export function knownWeights(log: ChangeLog<unknown>): ReadonlyMap<string, unknown> {
	return new Map([...log.known()].map(([name, { value }]) => [name, value]));
}

/** Resolves once the client knows exactly this. */
export function untilKnown(log: ChangeLog<unknown>, weights: Weights): Promise<void> {
	return log.until(() => knows(log, weights));
}

type Weights = Readonly<Record<string, unknown>>;

export function knows(log: ChangeLog<unknown>, weights: Weights): boolean {
	return isDeepStrictEqual(knownWeights(log), new Map(Object.entries(weights)));
}

export function weightPatch(value: number): readonly PatchOperation[] {
	return [{ op: 'replace', path: '/spec/backends/0/weight', value }];
}
