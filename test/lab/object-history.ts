import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as open } from 'node:https';
import { createInterface } from 'node:readline';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readConnection } from '../support/api-access.ts';
import { createNoticeBoard } from '../support/notice-board.ts';
import type { LabCluster } from './cluster.ts';
import { type CollectionPlace, collectionPath } from './collection-path.ts';
import { untilHolds } from './until-holds.ts';

/** An object as it was at one moment. */
export interface Change {
	readonly kind: 'ADDED' | 'MODIFIED' | 'DELETED';
	readonly object: KubernetesObject;
	/** When it was heard of, in ms. */
	readonly at: number;
}

/** All that happened to a collection: nothing is left out and nothing is told twice. */
export interface ObjectHistory {
	/** In the order in which the server did it, beginning with what there was. */
	readonly changes: readonly Change[];
	/** Those of one object. */
	of(name: string): readonly Change[];
	/** Resolves at the first change, now included, at which it holds. */
	until(holds: () => boolean): Promise<void>;
	stop(): void;
}

/** Watches with a client of its own, none of which is Spillway's. Resolves once the watch is open. */
export async function recordHistory(
	{ kubeconfig }: Pick<LabCluster, 'kubeconfig'>,
	place: CollectionPlace,
): Promise<ObjectHistory> {
	const { server, tls, authorize } = readConnection(await readFile(kubeconfig, 'utf8'));
	const url = new URL(`${collectionPath(place)}?watch=true&sendInitialEvents=true`, server);
	url.searchParams.set('resourceVersionMatch', 'NotOlderThan');
	url.searchParams.set('allowWatchBookmarks', 'true');
	const outgoing = open(url, { ca: tls.ca, headers: { ...(await authorize()) }, agent: false });
	const [answer] = await once(outgoing.end(), 'response');
	const board = createNoticeBoard();
	const changes: Change[] = [];
	let listed = false;
	let broken: Error | undefined;
	createInterface(answer)
		.on('error', () => undefined)
		.on('line', (text) => {
			const { type, object } = JSON.parse(text);
			if (type === 'BOOKMARK') listed = true;
			else if (type === 'ERROR') broken = new Error(text);
			else changes.push({ kind: type, object, at: Date.now() });
			board.notify();
		})
		.once('close', () => {
			broken ??= new Error('the watch ended');
			board.notify();
		});
	const until = async (holds: () => boolean): Promise<void> => {
		const tell = () => `not seen in ${place.plural}; the last changes:\n${describe(changes.slice(-5))}`;
		await untilHolds(board, () => broken !== undefined || holds(), tell);
		if (!holds()) throw broken;
	};
	await until(() => listed);
	return {
		changes,
		of: (name) => changes.filter(({ object }) => object.metadata.name === name),
		until,
		stop: () => outgoing.destroy(),
	};
}

function describe(changes: readonly Change[]): string {
	return changes.map((change) => JSON.stringify(change)).join('\n');
}
