import type { Access } from './access.ts';
import type { Dataset } from './dataset.ts';
import type { EngineSetup, Start, Usage } from './engine-process.ts';
import { startProcess } from './process-calls.ts';
import type { Passage, RelaySetup } from './relay-process.ts';
import type { Round, RoundTimes, WriterSetup } from './writer-process.ts';

const file = (name: string): URL => new URL(`${name}-process.ts`, import.meta.url);

/** Spillway, watching a dataset. */
export interface Engine {
	readonly start: Start;
	/** Since the last call, as far as stalls go. */
	usage(): Promise<Usage>;
	stop(): Promise<void>;
}

/** Resolves once every policy was decided on. `file` is the compiled one. */
export async function startEngine(file: URL, setup: EngineSetup): Promise<Engine> {
	const process = await startProcess(file);
	try {
		const start = await process.call<Start>('start', setup);
		return { start, usage: () => process.call('usage'), stop: process.stop };
	} catch (error) {
		await process.stop();
		throw error;
	}
}

export interface Relay {
	/** The server as it is reached through the relay. */
	readonly access: Access;
	takePassages(): Promise<readonly Passage[]>;
	swallow(split: string | undefined): Promise<void>;
	stop(): Promise<void>;
}

/** `reads`: takes times and may swallow, and so speaks plain HTTP to the client. */
export async function startRelay(
	access: Access,
	{ delay = 0, reads }: { readonly delay?: number; readonly reads: boolean },
): Promise<Relay> {
	const process = await startProcess(file('relay'));
	const setup: RelaySetup = { server: access.server, delay, ...(reads ? { ca: access.ca } : {}) };
	const server = await process.call<string>('open', setup);
	return {
		access: { ...access, server },
		takePassages: () => process.call('takePassages'),
		swallow: (split) => process.call('swallow', split),
		stop: process.stop,
	};
}

/** The same client without a reconciler. */
export interface Writer {
	flip(round: Round): Promise<RoundTimes>;
	stop(): Promise<void>;
}

export async function startWriter(access: Access, dataset: Dataset): Promise<Writer> {
	const process = await startProcess(file('writer'));
	await process.call('open', { access, dataset } satisfies WriterSetup);
	return { flip: (round) => process.call('flip', round), stop: process.stop };
}
