import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../model/ports/clock.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import type { ApiAnswer, ApiClient } from './client.ts';
import { guardSilence, type SilenceGuard } from './silence-guard.ts';
import { createLineSplitter } from './watch-lines.ts';

/** An open watch. Whoever has it closes it. */
export interface WatchSession {
	/** When it was asked for. */
	readonly openedAt: Instant;
	/**
	 * The lines as they come; `undefined` for bytes that complete none. Throws NoAnswerError, SilenceError or
	 * MalformedLineError.
	 */
	readonly lines: AsyncIterator<string | undefined, void>;
	/** From now on, silence is borne for so long. */
	bear(limit: Milliseconds): void;
	/** Ends it; what its server still sends is lost. */
	close(): void;
}

export type OpenedWatch =
	| { readonly kind: 'open'; readonly session: WatchSession }
	| { readonly kind: 'answered'; readonly answer: ApiAnswer };

export interface SessionOptions {
	readonly api: ApiClient;
	readonly clock: Clock;
	readonly path: string;
	/** How long to wait for the first byte, and between any two. */
	readonly silenceLimit: Milliseconds;
}

/** Between two turns of the event loop at most so much is decoded: about 5 ms of JSON. */
const turnLength = 256 * 1024;

/** Asks for a watch. Throws as `ApiClient.open` does, SilenceError, or the reason of `signal`. */
export async function openWatch(options: SessionOptions, signal: AbortSignal): Promise<OpenedWatch> {
	const { api, clock, path, silenceLimit } = options;
	const openedAt = clock.now();
	const life = new AbortController();
	const follow = () => life.abort(signal.reason);
	if (signal.aborted) follow();
	signal.addEventListener('abort', follow, { once: true });
	const guard = guardSilence(clock, (error) => life.abort(error));
	const end = () => {
		guard.end();
		signal.removeEventListener('abort', follow);
	};
	guard.bear(silenceLimit);
	try {
		const stream = await api.open(path, life.signal);
		guard.heard();
		if (stream.kind === 'answered') {
			end();
			return stream;
		}
		const lines = readLines(stream.chunks, guard);
		const close = () => {
			end();
			life.abort(new Error('the watch is over'));
			// Its body fails with the abort, unread.
			lines.return().catch(() => undefined);
		};
		return { kind: 'open', session: { openedAt, lines, bear: guard.bear, close } };
	} catch (error) {
		end();
		throw error;
	}
}

async function* readLines(
	chunks: AsyncIterable<Uint8Array>,
	guard: Pick<SilenceGuard, 'heard'>,
): AsyncGenerator<string | undefined, void, undefined> {
	const splitter = createLineSplitter();
	let decoded = 0;
	for await (const chunk of chunks) {
		guard.heard();
		const lines = splitter.push(chunk);
		if (lines.length === 0) yield undefined;
		for (const line of lines) {
			yield line;
			decoded += line.length;
			if (decoded < turnLength) continue;
			decoded = 0;
			await nextTurn();
		}
	}
	splitter.end();
}
