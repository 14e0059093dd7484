import { readFile } from 'node:fs/promises';
import { systemClock } from '../../src/cli/system-clock.ts';
import { connectCluster } from '../../src/kubernetes/cluster.ts';
import type { CollectionChange, KubernetesObject, Resource } from '../../src/model/ports/cluster.ts';
import { type ApiAccess, openConnection, readConnection } from '../support/api-access.ts';
import type { LabCluster } from './cluster.ts';

/** A lab cluster, for those who play a part in it. */
export interface OpenCluster {
	readonly name: string;
	/** To write, under whatever field manager. */
	readonly access: ApiAccess;
	/** Tells of every object of a type, from what there is on, until aborted. Heals itself. */
	watch(watched: Watched, signal: AbortSignal): Promise<void>;
	close(): Promise<void>;
}

/** What to watch, and who wants to know. */
export interface Watched {
	readonly resource: Resource;
	/** As Kubernetes writes it. */
	readonly labelSelector?: string;
	readonly onObject: (object: KubernetesObject) => void;
	/** By `namespace/name`. Objects that went while nobody watched are told of as well. */
	readonly onGone?: (key: string) => void;
	/** Called after each full list. */
	readonly onListed?: () => void;
}

export async function openCluster({
	name,
	kubeconfig,
}: Pick<LabCluster, 'name' | 'kubeconfig'>): Promise<OpenCluster> {
	const connection = readConnection(await readFile(kubeconfig, 'utf8'));
	const cluster = connectCluster({ name, connection, clock: systemClock, random: Math.random });
	const access = openConnection(connection);
	return {
		name,
		access,
		async watch(watched, signal) {
			const { resource, labelSelector } = watched;
			const collection = { resource, ...(labelSelector === undefined ? {} : { labelSelector }) };
			const decode = (object: KubernetesObject) => object;
			await cluster.reflect({ ...collection, decode }, createSink(watched), signal);
		},
		async close() {
			await Promise.all([cluster.close(), access.close()]);
		},
	};
}

function createSink({
	onObject,
	onGone,
	onListed,
}: Watched): (change: CollectionChange<KubernetesObject>) => void {
	const known = new Set<string>();
	const see = (object: KubernetesObject) => {
		known.add(objectKey(object.metadata));
		onObject(object);
	};
	const lose = (key: string) => {
		if (known.delete(key)) onGone?.(key);
	};
	const renew = (objects: readonly KubernetesObject[]) => {
		const listed = new Set(objects.map(({ metadata }) => objectKey(metadata)));
		for (const key of [...known]) if (!listed.has(key)) lose(key);
		for (const object of objects) see(object);
		onListed?.();
	};
	return (change) => {
		if (change.kind === 'deleted') lose(objectKey(change));
		if (change.kind === 'applied') see(change.item.value);
		if (change.kind === 'reset') renew(change.items.map(({ value }) => value));
	};
}

/** `namespace/name`; without a namespace, `/name`. */
export function objectKey({
	namespace = '',
	name,
}: {
	readonly namespace?: string;
	readonly name: string;
}): string {
	return `${namespace}/${name}`;
}
