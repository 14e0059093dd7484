// One split after the other: from the event of a failed slice to the patch, its acknowledgement and its watch event.
import { collectionPath } from '../lab/collection-path.ts';
import { type BenchLab, fillSlice, seed } from './bench-lab.ts';
import { type Dataset, splitName } from './dataset.ts';
import { type Relay, startEngine, startRelay, startWriter } from './measured-processes.ts';
import type { Passage } from './relay-process.ts';
import { atMost, type Row } from './row.ts';
import { spreadOf } from './statistics.ts';

const dataset: Dataset = { name: 'latency', namespaces: 1, splits: 50, primaries: 'own', endpoints: 3 };
const namespace = 'latency-0';
const part = 'One split at a time';
const hungPart = 'One split whose patches are never answered';

/** `flips` is how many of each kind. */
export async function measureLatency(lab: BenchLab, flips: number): Promise<readonly Row[]> {
	await seed(lab, dataset);
	const relay = await startRelay(lab.access, { reads: true });
	try {
		const bare = await measureBare(relay, flips);
		const seen = await measureSeen(lab, flips);
		const engine = await startEngine(lab.engine, { access: relay.access, dataset });
		try {
			await flipInTurn(lab, { flips: 2 * dataset.splits, splits: dataset.splits });
			await relay.takePassages();
			const moved = await flipInTurn(lab, { flips, splits: dataset.splits });
			const passages = withEvent(await relay.takePassages());
			const hung = await measureHung(lab, relay, flips);
			return [...describe({ passages, bare, seen, moved }), ...describeHung(passages, hung)];
		} finally {
			await engine.stop();
		}
	} finally {
		await relay.stop();
	}
}

/** The client's own patches, through the same relay. */
async function measureBare(relay: Relay, flips: number): Promise<readonly Passage[]> {
	const writer = await startWriter(relay.access, dataset);
	try {
		const rounds = Math.max(2, 2 * Math.ceil(flips / dataset.splits / 2));
		await writer.flip({ splits: dataset.splits, inFlight: 1 });
		await writer.flip({ splits: dataset.splits, inFlight: 1 });
		await relay.takePassages();
		for (let round = 0; round < rounds; round += 1) {
			await writer.flip({ splits: dataset.splits, inFlight: 1 });
		}
		return await relay.takePassages();
	} finally {
		await writer.stop();
	}
}

/** From the start of a bare patch until a watcher sees it. */
async function measureSeen({ cluster, observer }: BenchLab, flips: number): Promise<readonly number[]> {
	const place = { apiVersion: 'split.smi-spec.io/v1alpha2', plural: 'trafficsplits', namespace };
	const times: number[] = [];
	for (let flip = 0; flip < 2 * Math.ceil(flips / 2); flip += 1) {
		const side = flip % 2 === 0 ? 'fallback' : 'primary';
		const [primary, fallback] = side === 'primary' ? [1, 0] : [0, 1];
		const text = JSON.stringify([
			{ op: 'replace', path: '/spec/backends/0/weight', value: primary },
			{ op: 'replace', path: '/spec/backends/1/weight', value: fallback },
		]);
		const path = `${collectionPath(place)}/${splitName(0)}`;
		const start = performance.now();
		const mediaType = 'application/json-patch+json';
		const [at] = await Promise.all([
			observer.untilOne(dataset, splitName(0), side),
			cluster.access.call({ method: 'PATCH', path, mediaType, text }),
		]);
		times.push(at - start);
	}
	return times;
}

/** Has one primary after the other fail or recover; ms from the slice's acknowledged write until the split is seen. */
async function flipInTurn(
	lab: BenchLab,
	{ flips, splits }: { readonly flips: number; readonly splits: number },
): Promise<readonly number[]> {
	const times: number[] = [];
	const rounded = 2 * splits * Math.max(1, Math.ceil(flips / splits / 2));
	for (let flip = 0; flip < rounded; flip += 1) {
		const index = flip % splits;
		const ready = Math.floor(flip / splits) % 2 === 1;
		const seen = lab.observer.untilOne(dataset, splitName(index), ready ? 'primary' : 'fallback');
		await setPrimary(lab, index, ready);
		const written = performance.now();
		times.push(Math.max(0, (await seen) - written));
	}
	return times;
}

function setPrimary(lab: BenchLab, index: number, ready: boolean): Promise<void> {
	return fillSlice(lab, { namespace, service: `primary-${index}`, count: dataset.endpoints, ready });
}

/** The others, while a patch of the last split hangs. */
async function measureHung(lab: BenchLab, relay: Relay, flips: number): Promise<readonly Followed[]> {
	const last = dataset.splits - 1;
	await relay.swallow(splitName(last));
	await setPrimary(lab, last, false);
	await flipInTurn(lab, { flips, splits: last });
	const passages = withEvent(await relay.takePassages());
	await relay.swallow(undefined);
	await setPrimary(lab, last, true);
	await lab.observer.untilOne(dataset, splitName(last), 'primary');
	return passages;
}

type Followed = Required<Passage>;

function withEvent(passages: readonly Passage[]): readonly Followed[] {
	return passages.flatMap((passage) =>
		passage.event === undefined ? [] : [{ ...passage, event: passage.event }],
	);
}

interface Measured {
	readonly passages: readonly Followed[];
	readonly bare: readonly Passage[];
	readonly seen: readonly number[];
	readonly moved: readonly number[];
}

function describe({ passages, bare, seen, moved }: Measured): readonly Row[] {
	const own = spreadOf(passages.map(({ event, patch }) => patch - event));
	const acknowledged = spreadOf(passages.map(({ event, answer }) => answer - event));
	const floor = spreadOf(bare.map(({ patch, answer }) => answer - patch));
	const watched = spreadOf(moved);
	const watchFloor = spreadOf(seen);
	return [
		{ part, what: 'flips', value: passages.length, unit: '' },
		{ part, what: 'event in → patch out, p50', value: own.p50, unit: 'ms', ...atMost(1) },
		{ part, what: 'event in → patch out, p99', value: own.p99, unit: 'ms', ...atMost(5) },
		{ part, what: 'event in → patch acknowledged, p50', value: acknowledged.p50, unit: 'ms' },
		{ part, what: 'event in → patch acknowledged, p99', value: acknowledged.p99, unit: 'ms' },
		{ part, what: 'bare patch → acknowledged, p50', value: floor.p50, unit: 'ms' },
		{
			part,
			what: 'event → acknowledged : bare patch',
			value: acknowledged.p50 / floor.p50,
			unit: '×',
			...atMost(1.5),
		},
		{ part, what: 'slice acknowledged → split seen, p50', value: watched.p50, unit: 'ms' },
		{ part, what: 'bare patch → split seen, p50', value: watchFloor.p50, unit: 'ms' },
		{ part, what: 'slice → split seen : bare', value: watched.p50 / watchFloor.p50, unit: '×' },
	];
}

function describeHung(alone: readonly Followed[], beside: readonly Followed[]): readonly Row[] {
	const times = (passages: readonly Followed[]) =>
		spreadOf(passages.map(({ event, answer }) => answer - event));
	const ratio = times(beside).p99 / times(alone).p99;
	return [
		{ part: hungPart, what: 'others: event → acknowledged, p50', value: times(beside).p50, unit: 'ms' },
		{ part: hungPart, what: 'others: event → acknowledged, p99', value: times(beside).p99, unit: 'ms' },
		{ part: hungPart, what: 'p99 : p99 without it', value: ratio, unit: '×', ...atMost(2) },
	];
}
