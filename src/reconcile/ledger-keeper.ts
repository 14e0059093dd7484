// Keeps one store and the memories of one shard alike: loads when the shard is gained, then writes behind.

import { backOff } from '../model/backoff.ts';
import { withinDeadline } from '../model/deadline.ts';
import type { PolicyKey } from '../model/names.ts';
import type { Clock, Random } from '../model/ports/clock.ts';
import type { LedgerStore } from '../model/ports/ledger-store.ts';
import { type Problem, ProblemError, problem } from '../model/problem.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import {
	type DurableMemory,
	decodeLedger,
	encodeLedger,
	type LedgerContent,
	nothingStrange,
	type StrangeFields,
} from './ledger-text.ts';
import { createWakeUp, type WakeUp } from './wake-up.ts';

/** The memories of a keeper's shard. */
export interface KeptMemories {
	/** What must survive now, by policy. */
	durable(): ReadonlyMap<PolicyKey, DurableMemory>;
	/** What the store said: of every policy but those that `except` names. */
	restore(stored: ReadonlyMap<PolicyKey, DurableMemory>, except: ReadonlySet<PolicyKey>): void;
	/** Whether there is such a policy at all. */
	isInForce(policy: PolicyKey): boolean;
}

export interface KeeperParts {
	readonly store: LedgerStore;
	readonly memories: KeptMemories;
	readonly clock: Clock;
	readonly random: Random;
	/** The first attempt to load is over. */
	readonly onReady: () => void;
	readonly onProblem: (problem: Problem) => void;
}

export interface LedgerKeeper {
	ready(): boolean;
	/** The shard is led now: what was saved takes the place of what is remembered. */
	adopt(): void;
	/** The shard is led no more: nothing more is written. */
	drop(): void;
	/** What must survive of this policy is another now. */
	touch(policy: PolicyKey): void;
	/** Writes what is not written yet, then drops. */
	release(signal: AbortSignal): Promise<void>;
	run(signal: AbortSignal): Promise<void>;
}

/** The shortest time between two writes. */
const calm: Milliseconds = 1_000;

/** How long a store may take to answer. */
const patience: Milliseconds = 5_000;

interface Keeping extends KeeperParts {
	readonly wakeUp: WakeUp;
	/** Policies whose memory changed since the shard was gained: what the store says of them is old. */
	readonly changed: Set<PolicyKey>;
	phase: 'idle' | 'loading' | 'loaded';
	ready: boolean;
	dirty: boolean;
	strange: StrangeFields;
	savedText: string | undefined;
	/** Nothing is tried before, but for the first attempt to load. */
	notBefore: Instant;
	failures: number;
	/** The work under way; one thing at a time. */
	turn: Promise<unknown>;
}

export function createLedgerKeeper(parts: KeeperParts): LedgerKeeper {
	const keeping: Keeping = {
		...parts,
		wakeUp: createWakeUp(parts.clock),
		changed: new Set(),
		phase: 'idle',
		ready: false,
		dirty: false,
		strange: nothingStrange,
		savedText: undefined,
		notBefore: 0,
		failures: 0,
		turn: Promise.resolve(),
	};
	return {
		ready: () => keeping.ready,
		adopt() {
			drop(keeping);
			keeping.phase = 'loading';
			keeping.wakeUp.ring();
		},
		drop: () => drop(keeping),
		touch(policy) {
			if (keeping.phase === 'idle') return;
			keeping.changed.add(policy);
			keeping.dirty = true;
			keeping.wakeUp.ring();
		},
		async release(signal) {
			await tryKeep(keeping, signal);
			drop(keeping);
		},
		run: (signal) => keepUntil(keeping, signal),
	};
}

async function keepUntil(keeping: Keeping, signal: AbortSignal): Promise<void> {
	const { clock, wakeUp } = keeping;
	while (!signal.aborted) {
		const at = nextTry(keeping);
		if (at === undefined) await wakeUp.wait(undefined, signal);
		else if (at > clock.now()) await wakeUp.wait(at - clock.now(), signal);
		else await tryKeep(keeping, signal);
	}
}

function nextTry({ phase, ready, dirty, notBefore }: Keeping): Instant | undefined {
	if (phase === 'idle') return undefined;
	if (phase === 'loading' && !ready) return 0;
	return phase === 'loading' || dirty ? notBefore : undefined;
}

/** Makes store and memories alike, after what is under way. A store that fails holds nobody up. Never throws. */
function tryKeep(keeping: Keeping, signal: AbortSignal): Promise<void> {
	const attempt = async (): Promise<void> => {
		let pause = calm;
		try {
			await keep(keeping, signal);
			keeping.failures = 0;
		} catch (error) {
			if (!signal.aborted) keeping.onProblem(explain(keeping.store, error));
			pause = Math.max(calm, backOff(keeping.failures, keeping.random));
			keeping.failures += 1;
		}
		keeping.notBefore = keeping.clock.now() + pause;
		if (keeping.phase === 'idle' || keeping.ready || signal.aborted) return;
		keeping.ready = true;
		keeping.onReady();
	};
	const next = keeping.turn.then(attempt);
	keeping.turn = next;
	return next;
}

async function keep(keeping: Keeping, signal: AbortSignal): Promise<void> {
	if (keeping.phase === 'loading') await load(keeping, signal);
	// Somebody else wrote: what this process changed since it leads stands, the rest is what the other one wrote.
	if ((await save(keeping, signal)) === 'saved') return;
	keeping.phase = 'loading';
	await load(keeping, signal);
	if ((await save(keeping, signal)) === 'conflict') throw new Error('somebody else keeps writing the ledger');
}

async function load(keeping: Keeping, signal: AbortSignal): Promise<void> {
	const { clock, store, memories, changed } = keeping;
	const text = await withinDeadline(clock, patience, signal, store.load);
	const content = text === undefined ? emptyContent : await understand(keeping, text, signal);
	if (keeping.phase !== 'loading') return;
	memories.restore(new Map([...content.policies].filter(([key]) => memories.isInForce(key))), changed);
	keeping.strange = content.strange;
	keeping.savedText = text;
	keeping.phase = 'loaded';
}

async function save(keeping: Keeping, signal: AbortSignal): Promise<'saved' | 'conflict'> {
	if (keeping.phase !== 'loaded' || !keeping.dirty) return 'saved';
	const { clock, store, memories, strange } = keeping;
	keeping.dirty = false;
	const known = new Map([...strange.policies].filter(([key]) => memories.isInForce(key)));
	const text = encodeLedger({ policies: memories.durable(), strange: { ...strange, policies: known } });
	if (text === keeping.savedText) return 'saved';
	let outcome: 'saved' | 'conflict' = 'conflict';
	try {
		outcome = await withinDeadline(clock, patience, signal, (life) => store.save(text, life));
	} finally {
		if (outcome === 'saved') keeping.savedText = text;
		else if (isKept(keeping)) keeping.dirty = true;
	}
	return isKept(keeping) ? outcome : 'saved';
}

/** False once the shard was dropped, which may happen during any wait. */
function isKept({ phase }: Keeping): boolean {
	return phase !== 'idle';
}

function drop(keeping: Keeping): void {
	keeping.phase = 'idle';
	keeping.ready = false;
	keeping.dirty = false;
	keeping.changed.clear();
	keeping.strange = nothingStrange;
	keeping.savedText = undefined;
}

const emptyContent: LedgerContent = { policies: new Map(), strange: nothingStrange };

/** A text that cannot be read is put aside, never written over. */
async function understand(
	{ store, clock, onProblem }: KeeperParts,
	text: string,
	signal: AbortSignal,
): Promise<LedgerContent> {
	const decoded = decodeLedger(text, store.name, clock.now());
	if (decoded.kind === 'read') {
		for (const each of decoded.problems) onProblem(each);
		return decoded.content;
	}
	onProblem(decoded.problem);
	await withinDeadline(clock, patience, signal, (life) => store.putAside(text, life));
	return emptyContent;
}

function explain(store: LedgerStore, error: unknown): Problem {
	if (error instanceof ProblemError) return error.problem;
	const message = error instanceof Error ? error.message : String(error);
	return problem('E_LEDGER', { where: { kind: 'named', name: store.name }, message });
}
