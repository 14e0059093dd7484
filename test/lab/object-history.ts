import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as open } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { Connection } from '../../src/kubernetes/connection.ts';
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

/** Watches with a client of its own, none of which is Spillway's. Resolves once it has what there is. */
export async function recordHistory(
	{ kubeconfig }: Pick<LabCluster, 'kubeconfig'>,
	place: CollectionPlace,
): Promise<ObjectHistory> {
	const connection = readConnection(await readFile(kubeconfig, 'utf8'));
	const life = new AbortController();
	const board = createNoticeBoard();
	const changes: Change[] = [];
	let version: string | undefined;
	let broken: Error | undefined;
	const take = (text: string): void => {
		const { type, object } = JSON.parse(text);
		if (type === 'ERROR') throw new Error(text);
		if (type !== 'BOOKMARK') changes.push({ kind: type, object, at: Date.now() });
		// Until the first bookmark, what there is comes in no order.
		if (type === 'BOOKMARK' || version !== undefined) version = object.metadata.resourceVersion;
		board.notify();
	};
	/** A server ends watches that it finds slow; the next one goes on where that one was. */
	const follow = async (): Promise<void> => {
		while (!life.signal.aborted) {
			if (version === undefined) changes.length = 0;
			await readWatch(connection, locate(place, version), { take, signal: life.signal });
		}
	};
	follow().catch((error: Error) => {
		broken = error;
		board.notify();
	});
	const until = async (holds: () => boolean): Promise<void> => {
		const tell = () => `not seen in ${place.plural}; the last changes:\n${describe(changes.slice(-5))}`;
		// What held at one change may not hold any more at the next, which comes before anybody goes on here.
		let held = false;
		const looks = (): boolean => {
			held ||= holds();
			return held || broken !== undefined;
		};
		await untilHolds(board, looks, tell);
		if (!held) throw broken;
	};
	await until(() => version !== undefined);
	return {
		changes,
		of: (name) => changes.filter(({ object }) => object.metadata.name === name),
		until,
		stop: () => life.abort(),
	};
}

/** Where to watch from a version on, or from what there is. */
function locate(place: CollectionPlace, version: string | undefined): string {
	const from =
		version === undefined
			? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
			: `resourceVersion=${version}`;
	return `${collectionPath(place)}?watch=true&allowWatchBookmarks=true&${from}`;
}

interface WatchReader {
	/** Takes a line. What it throws is the end. */
	readonly take: (text: string) => void;
	readonly signal: AbortSignal;
}

/** Resolves once the watch has ended, whoever ended it. */
async function readWatch(
	{ server, tls, authorize }: Connection,
	path: string,
	{ take, signal }: WatchReader,
): Promise<void> {
	const headers = { ...(await authorize()) };
	const outgoing = open(new URL(path, server), { ca: tls.ca, headers, agent: false, signal });
	try {
		const [answer] = await once(outgoing.end(), 'response');
		for await (const line of createInterface(answer)) take(line);
	} catch (error) {
		// Cut connections are mended by the next one; what the server says is not.
		if (!(error instanceof Error && 'code' in error)) throw error;
		await setTimeout(50);
	} finally {
		outgoing.destroy();
	}
}

function describe(changes: readonly Change[]): string {
	return changes.map((change) => JSON.stringify(change)).join('\n');
}
