// A ledger that survives the process. Loads and saves are answered from memory, at once; a keeper for each shard
// writes behind what a restart must not forget.
import { emptyMemory, type PolicyMemory } from '../model/decision.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { Ledger } from '../model/ports/ledger.ts';
import type { LedgerStore } from '../model/ports/ledger-store.ts';
import type { Problem } from '../model/problem.ts';
import { type Shard, shardOf } from '../model/shards.ts';
import { createLedgerKeeper, type KeptMemories } from './ledger-keeper.ts';
import { type DurableMemory, dropDurable, pickDurable, sameDurable } from './ledger-text.ts';

export interface DurableLedgerParts {
	/** One for each shard, in order. */
	readonly stores: readonly LedgerStore[];
	readonly clock: Clock;
	readonly random: Random;
	/** Policies of this shard may be carried out from now on. */
	readonly onReady: (shard: Shard) => void;
	readonly onProblem: (problem: Problem) => void;
}

export interface DurableLedger extends Ledger {
	/**
	 * Whether what was saved of the policy is known, or could not be had: to be asked before a policy is carried
	 * out. False for policies of shards that are not led.
	 */
	ready(policy: PolicyKey): boolean;
	/** This process leads the shard from now on: its ledger is loaded, and written from then on. */
	adopt(shard: Shard): void;
	/** It leads the shard no more: nothing is written any more. */
	drop(shard: Shard): void;
	/** Writes what is left of the shard, while its Lease is still held, then drops it. Never throws. */
	release(shard: Shard, signal: AbortSignal): Promise<void>;
	/** The policies in force: what is remembered of others is left out of what is loaded and saved. */
	retain(policies: ReadonlySet<PolicyKey>): void;
	/** Loads and writes until aborted. What is not written by then is written by `release` only. */
	run(signal: AbortSignal): Promise<void>;
}

export function createDurableLedger(parts: DurableLedgerParts): DurableLedger {
	const { stores, clock, random, onProblem } = parts;
	const memories = new Map<PolicyKey, PolicyMemory>();
	let inForce: ReadonlySet<PolicyKey> | undefined;

	const memoriesOf = (shard: Shard): KeptMemories => ({
		durable: () =>
			new Map(
				[...memories]
					.filter(([key]) => shardOf(key, stores.length) === shard)
					.map(([key, memory]) => [key, pickDurable(memory)]),
			),
		restore(stored, except) {
			const keys = [...memories.keys()].filter((key) => shardOf(key, stores.length) === shard);
			for (const key of new Set([...keys, ...stored.keys()])) {
				if (!except.has(key)) memories.set(key, restoreMemory(memories.get(key), stored.get(key)));
			}
		},
		isInForce: (policy) => inForce?.has(policy) ?? true,
	});
	const keepers = stores.map((store, shard) =>
		createLedgerKeeper({
			store,
			memories: memoriesOf(shard),
			clock,
			random,
			onReady: () => parts.onReady(shard),
			onProblem,
		}),
	);
	const keeperOf = (policy: PolicyKey) => keepers[shardOf(policy, stores.length)];
	return {
		load: (policy) => memories.get(policy) ?? emptyMemory,
		save(policy, memory) {
			const before = memories.get(policy) ?? emptyMemory;
			memories.set(policy, memory);
			if (!sameDurable(before, memory)) keeperOf(policy)?.touch(policy);
		},
		forget(policy) {
			memories.delete(policy);
			keeperOf(policy)?.touch(policy);
		},
		ready: (policy) => keeperOf(policy)?.ready() ?? false,
		adopt: (shard) => keepers[shard]?.adopt(),
		drop: (shard) => keepers[shard]?.drop(),
		release: async (shard, signal) => await keepers[shard]?.release(signal),
		retain(policies) {
			inForce = policies;
		},
		async run(signal) {
			await Promise.all(keepers.map((keeper) => keeper.run(signal)));
		},
	};
}

/** Verdicts and their timers are this process's own and go on; what survives is the store's. */
function restoreMemory(memory: PolicyMemory | undefined, stored: DurableMemory | undefined): PolicyMemory {
	return { ...dropDurable(memory ?? emptyMemory), ...stored };
}
