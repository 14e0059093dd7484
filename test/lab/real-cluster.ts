import type { ExecutionContext } from 'ava';
import { systemClock } from '../../src/cli/system-clock.ts';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import type { Connection } from '../../src/kubernetes/connection.ts';
import type { ClusterFixture } from '../contract/cluster.ts';
import { openConnection } from '../support/api-access.ts';
import { createObject } from './create-object.ts';
import { inPrivateNamespaces } from './private-namespaces.ts';
import { startRelay } from './relay.ts';

export interface RealServer {
	readonly connection: Connection;
	/** Unique to the run. */
	readonly prefix: string;
	/** Absent where history cannot be made to be forgotten. */
	readonly compact?: () => Promise<void>;
}

let made = 0;

/** Spillway's client of a real server, in namespaces that go with the test, and the other side of it. */
export async function connectRealCluster(
	t: ExecutionContext,
	{ connection, prefix, compact }: RealServer,
): Promise<ClusterFixture> {
	t.timeout(90_000);
	const access = openConnection(connection);
	const relay = await startRelay(connection);
	const client = { connection: relay.connection, clock: systemClock, random: Math.random };
	const real = connectCluster({ name: 'east', ...client });
	const suffix = `-${prefix}-${++made}`;
	const privately = (namespace: string) => `${namespace}${suffix}`;
	const namespaces: string[] = [];
	t.teardown(async () => {
		await real.close();
		await relay.close();
		for (const name of namespaces) {
			await access.call({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
		}
		await access.close();
	});
	return {
		cluster: inPrivateNamespaces(real, suffix),
		seed(object) {
			const { metadata } = object;
			if (metadata.namespace !== undefined) {
				const namespace = privately(metadata.namespace);
				return createObject(access, { ...object, metadata: { ...metadata, namespace } });
			}
			const name = privately(metadata.name);
			namespaces.push(name);
			return createObject(access, { ...object, metadata: { ...metadata, name } });
		},
		async remove({ resource: { group, versions, plural }, namespace, name }) {
			const version = `${group === '' ? 'api' : `apis/${group}`}/${versions[0]}`;
			const root = `/${version}/namespaces/${privately(namespace)}`;
			await access.call({ method: 'DELETE', path: `${root}/${plural}/${name}` });
		},
		compact: () => compact?.() ?? Promise.reject(new Error('this server does not forget')),
		cutWatches: relay.cut,
		// A real server proves it within half a minute, without being asked.
		proveLife: () => undefined,
	};
}
