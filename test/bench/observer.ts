import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readSplit, trafficSplits } from '../../src/model/traffic-split.ts';
import { type OpenCluster, objectKey } from '../lab/open-cluster.ts';
import { countSplits, type Dataset } from './dataset.ts';

/** Where a split sends its traffic. */
export type Side = 'primary' | 'fallback';

/** Sees splits change, as any other watcher of the API server does. */
export interface Observer {
	/** When so many splits of a dataset (default: all) were there, on performance.now(). Rejects after ten minutes. */
	untilAll(dataset: Dataset, side: Side, count?: number): Promise<number>;
	/** The same for one split of its first namespace. */
	untilOne(dataset: Dataset, split: string, side: Side): Promise<number>;
	/** Until aborted. */
	run(signal: AbortSignal): Promise<void>;
}

interface Seen {
	readonly side: Side;
	readonly at: number;
}

const patience = 600_000;

export function createObserver(cluster: OpenCluster): Observer {
	const seen = new Map<string, Seen>();
	const counts = new Map<string, number>();
	const waiting = new Set<() => void>();

	const note = (key: string, side: Side, by: number): void => {
		const place = `${datasetOf(key)} ${side}`;
		counts.set(place, (counts.get(place) ?? 0) + by);
	};
	const see = (object: KubernetesObject): void => {
		const side = sideOf(object);
		const key = objectKey(object.metadata);
		const before = seen.get(key)?.side;
		if (side === undefined || before === side) return;
		seen.set(key, { side, at: performance.now() });
		if (before !== undefined) note(key, before, -1);
		note(key, side, 1);
		for (const look of [...waiting]) look();
	};
	const until = (isSo: () => boolean, what: string): Promise<number> => {
		if (isSo()) return Promise.resolve(performance.now());
		const { promise, resolve, reject } = Promise.withResolvers<number>();
		const timer = setTimeout(() => reject(new Error(`this did not happen: ${what}`)), patience);
		const look = (): void => {
			if (!isSo()) return;
			resolve(performance.now());
			clearTimeout(timer);
			waiting.delete(look);
		};
		waiting.add(look);
		return promise;
	};

	return {
		untilAll(dataset, side, count = countSplits(dataset)) {
			const place = `${dataset.name} ${side}`;
			return until(() => (counts.get(place) ?? 0) >= count, `${count} of ${place}`);
		},
		async untilOne(dataset, split, side) {
			const key = objectKey({ namespace: `${dataset.name}-0`, name: split });
			await until(() => seen.get(key)?.side === side, `${key} ${side}`);
			return seen.get(key)?.at ?? Number.NaN;
		},
		run: (signal) => cluster.watch({ resource: trafficSplits, onObject: see }, signal),
	};
}

function sideOf(object: KubernetesObject): Side | undefined {
	const facts = readSplit(object);
	if (facts.kind !== 'target') return undefined;
	const [primary] = facts.target.rules[0]?.backends ?? [];
	return primary?.weight === 0 ? 'fallback' : 'primary';
}

/** `storm` of `storm-3/split-7`. */
function datasetOf(key: string): string {
	return key.slice(0, key.lastIndexOf('-', key.indexOf('/')));
}
