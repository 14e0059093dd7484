// All splits of dead primaries at once, against what the same client and server can do.
import { type BenchLab, fillSlice, seed } from './bench-lab.ts';
import { countSplits, type Dataset, listNamespaces } from './dataset.ts';
import type { Usage } from './engine-process.ts';
import { startEngine, startRelay, startWriter } from './measured-processes.ts';
import { atLeast, atMost, type Row } from './row.ts';

/** A thousand splits behind each primary. */
export function aStorm(namespaces: number): Dataset {
	return { name: `storm${namespaces}k`, namespaces, splits: 1_000, primaries: 'shared', endpoints: 3 };
}

export interface StormOptions {
	readonly dataset: Dataset;
	/** Round trips in ms. */
	readonly roundTrips: readonly number[];
	/** How many splits the serial loop takes; its time is scaled up from there. */
	readonly serial: number;
}

export async function measureStorm(lab: BenchLab, options: StormOptions): Promise<readonly Row[]> {
	await seed(lab, options.dataset);
	const rows: Row[] = [];
	for (const roundTrip of options.roundTrips) {
		const relay = await startRelay(lab.access, { delay: roundTrip / 2, reads: false });
		try {
			const access = roundTrip === 0 ? lab.access : relay.access;
			const floors = await measureFloors(lab, { ...options, access });
			const storm = await measureEngine(lab, { ...options, access });
			rows.push(...describe({ ...options, roundTrip }, floors, storm));
		} finally {
			await relay.stop();
		}
	}
	return rows;
}

type Site = Omit<StormOptions, 'roundTrips'> & { readonly access: BenchLab['access'] };

/** For all splits, in ms. */
interface Floors {
	readonly ceiling: number;
	readonly serial: number;
}

/** Better of two: there and back. */
async function measureFloors(lab: BenchLab, { access, dataset, serial }: Site): Promise<Floors> {
	const writer = await startWriter(access, dataset);
	const splits = countSplits(dataset);
	try {
		const there = await writer.flip({ splits, inFlight: 64 });
		const back = await writer.flip({ splits, inFlight: 64 });
		const loop = await writer.flip({ splits: serial, inFlight: 1, events: true });
		await writer.flip({ splits: serial, inFlight: 64 });
		await lab.observer.untilAll(dataset, 'primary');
		return { ceiling: Math.min(there.total, back.total), serial: (loop.total * splits) / serial };
	} finally {
		await writer.stop();
	}
}

/** In ms from the write of the slices until every split is live. */
interface Storm {
	readonly away: number;
	/** Until the first one was, and half of them. */
	readonly first: number;
	readonly half: number;
	readonly back: number;
	/** On the way there. */
	readonly usage: Usage;
}

async function measureEngine(lab: BenchLab, { access, dataset }: Site): Promise<Storm> {
	const engine = await startEngine(lab.engine, { access, dataset });
	try {
		await engine.usage();
		const start = performance.now();
		const first = lab.observer.untilAll(dataset, 'fallback', 1);
		const half = lab.observer.untilAll(dataset, 'fallback', countSplits(dataset) / 2);
		const away = await moveAll(lab, dataset, 'fallback');
		const usage = await engine.usage();
		const back = await moveAll(lab, dataset, 'primary');
		return { away, first: (await first) - start, half: (await half) - start, back, usage };
	} finally {
		await engine.stop();
	}
}

async function moveAll(lab: BenchLab, dataset: Dataset, side: 'primary' | 'fallback'): Promise<number> {
	const what = { service: 'primary', count: dataset.endpoints, ready: side === 'primary' };
	const start = performance.now();
	const fillings = listNamespaces(dataset).map((namespace) => fillSlice(lab, { namespace, ...what }));
	await Promise.all(fillings);
	return (await lab.observer.untilAll(dataset, side)) - start;
}

function describe(
	{ dataset, roundTrip, serial }: StormOptions & { readonly roundTrip: number },
	floors: Floors,
	{ away, first, half, back, usage }: Storm,
): readonly Row[] {
	const splits = countSplits(dataset);
	const part = `${splits.toLocaleString('en')} splits at once, ${roundTrip} ms of delay in the round trip`;
	const scaled = serial < splits ? `, from ${serial}` : '';
	const speedup = floors.serial / away;
	return [
		{ part, what: 'until all are live', value: away / 1000, unit: 's' },
		{ part, what: 'until the first is live', value: first, unit: 'ms' },
		{ part, what: 'until half of them are', value: half / 1000, unit: 's' },
		{ part, what: '64 bare patches in flight: all acknowledged', value: floors.ceiling / 1000, unit: 's' },
		{
			part,
			what: 'share of that ceiling reached',
			value: (100 * floors.ceiling) / away,
			unit: '%',
			...atLeast(90),
		},
		{ part, what: `patch, then Event, one by one${scaled}`, value: floors.serial / 1000, unit: 's' },
		{ part, what: 'faster than that', value: speedup, unit: '×', ...atLeast(roundTrip === 0 ? 3 : 15) },
		{ part, what: 'and back again', value: back / 1000, unit: 's' },
		{ part, what: 'patches until then', value: usage.writes, unit: '' },
		{ part, what: 'objects read back until then', value: usage.reads, unit: '' },
		{ part, what: 'Events until then', value: usage.events, unit: '' },
		{ part, what: 'longest stall of the event loop', value: usage.stalls.max, unit: 'ms', ...atMost(50) },
		{ part, what: 'stalls, p99', value: usage.stalls.p99, unit: 'ms' },
	];
}
