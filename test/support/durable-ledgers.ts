import type { ExecutionContext } from 'ava';
import type { LedgerStore } from '../../src/model/ports/ledger-store.ts';
import { createDurableLedger, type DurableLedger } from '../../src/reconcile/durable-ledger.ts';
import { createVirtualClock, type VirtualClock } from '../../src/simulator/virtual-clock.ts';

/** A store in memory that can fail, and counts. */
export interface TestStore extends LedgerStore {
	text: string | undefined;
	readonly saves: readonly string[];
	readonly aside: readonly string[];
	/** What comes of the next calls. */
	mood: 'well' | 'failing' | 'hanging';
	/** As another process would. */
	overwrite(text: string): void;
}

export function createTestStore(): TestStore {
	let version = 0;
	let known = 0;
	const saves: string[] = [];
	const aside: string[] = [];
	const store: TestStore = {
		name: 'the store',
		text: undefined,
		saves,
		aside,
		mood: 'well',
		overwrite(text) {
			store.text = text;
			version += 1;
		},
		async load() {
			await suffer();
			known = version;
			return store.text;
		},
		async save(text) {
			await suffer();
			if (known !== version) return 'conflict';
			store.text = text;
			version += 1;
			known = version;
			saves.push(text);
			return 'saved';
		},
		async putAside(text) {
			await Promise.resolve();
			aside.push(text);
		},
	};
	const suffer = async (): Promise<void> => {
		if (store.mood === 'hanging') await new Promise<never>(() => undefined);
		if (store.mood === 'failing') throw new Error('out of order');
	};
	return store;
}

export interface LedgerWorld {
	readonly clock: VirtualClock;
	readonly ledger: DurableLedger;
	readonly store: TestStore;
	readonly stores: readonly TestStore[];
	readonly problems: readonly string[];
	readonly readied: readonly number[];
}

export interface LedgerWorldOptions {
	readonly stores?: readonly TestStore[];
	readonly clock?: VirtualClock;
}

export function startLedger(t: ExecutionContext, options: LedgerWorldOptions = {}): LedgerWorld {
	const { stores = [createTestStore()], clock = createVirtualClock() } = options;
	const problems: string[] = [];
	const readied: number[] = [];
	const ledger = createDurableLedger({
		stores,
		clock,
		random: () => 0.5,
		onReady: (shard) => readied.push(shard),
		onProblem: ({ code, message }) => problems.push(`${code} ${message}`),
	});
	const life = new AbortController();
	const run = ledger.run(life.signal);
	t.teardown(() => {
		life.abort();
		return run;
	});
	return { clock, ledger, store: stores[0] as TestStore, stores, problems, readied };
}

/** A world whose shard is led, with its ledger loaded. */
export async function startLed(t: ExecutionContext, options: LedgerWorldOptions = {}): Promise<LedgerWorld> {
	const world = startLedger(t, options);
	world.ledger.adopt(0);
	await world.clock.advance(0);
	return world;
}
