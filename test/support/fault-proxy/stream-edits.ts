/** Changes a body on its way to the client. Ends early = the body ends; throws StreamCutError = the connection is cut. */
export type StreamEdit = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** How a body comes to an early end: as if complete, with its connection, or never, on a connection that stays open. */
export type StreamFinish = 'end' | 'cut' | 'hang';

/** The client's connection is to be cut now. */
export class StreamCutError extends Error {
	override readonly name = 'StreamCutError';
}

/** One line of a watch. */
export interface WatchLine {
	readonly type: string;
	readonly object: { readonly metadata?: { readonly name?: string; readonly resourceVersion?: string } };
	/** As the server wrote it, without the newline. */
	readonly text: string;
	/** Counted from 0 on each stream. */
	readonly index: number;
}

/** What is sent in the place of a line, each without its newline. */
export type LineEdit = (line: WatchLine) => readonly string[] | Promise<readonly string[]>;

const never = new Promise<never>(() => undefined);

async function finishAs(finish: StreamFinish): Promise<void> {
	if (finish === 'cut') throw new StreamCutError();
	if (finish === 'hang') await never;
}

export function cutAfterBytes(count: number, finish: StreamFinish): StreamEdit {
	return async function* (chunks) {
		let left = count;
		if (left > 0) {
			for await (const chunk of chunks) {
				yield chunk.subarray(0, left);
				left -= chunk.length;
				if (left <= 0) break;
			}
		}
		await finishAs(finish);
	};
}

export function cutAfterEvents(count: number, finish: StreamFinish): StreamEdit {
	return async function* (chunks) {
		let left = count;
		if (left > 0) {
			for await (const line of splitLines(chunks)) {
				yield encode(line);
				left -= countEvent(line);
				if (left === 0) break;
			}
		}
		await finishAs(finish);
	};
}

/** A bookmark, which a server sends when it likes, is none. */
function countEvent(line: string): 0 | 1 {
	return JSON.parse(line).type === 'BOOKMARK' ? 0 : 1;
}

/** Cuts every chunk into pieces of at most so many bytes. */
export function splitChunks(size: number): StreamEdit {
	return async function* (chunks) {
		for await (const chunk of chunks) {
			for (let start = 0; start < chunk.length; start += size) yield chunk.subarray(start, start + size);
		}
	};
}

/** So many bytes at a time, each time after `pace`: with a sleep of a second, bytes per second. */
export function throttle(bytes: number, pace: () => Promise<unknown>): StreamEdit {
	return async function* (chunks) {
		for await (const piece of splitChunks(bytes)(chunks)) {
			await pace();
			yield piece;
		}
	};
}

/** Nothing passes while `gate` has not resolved; asked anew for each chunk. */
export function holdBack(gate: () => Promise<unknown>): StreamEdit {
	return async function* (chunks) {
		for await (const chunk of chunks) {
			await gate();
			yield chunk;
		}
	};
}

/** Rewrites a watch line by line. */
export function editEvents(edit: LineEdit): StreamEdit {
	return async function* (chunks) {
		let index = 0;
		for await (const text of splitLines(chunks)) {
			const { type, object } = JSON.parse(text);
			for (const line of await edit({ type, object, text, index })) yield encode(line);
			index += 1;
		}
	};
}

/** Drops the events for which `isDropped` holds. */
export function dropEvents(isDropped: (line: WatchLine) => boolean): StreamEdit {
	return editEvents((line) => (isDropped(line) ? [] : [line.text]));
}

/** Sends each event so many times. */
export function repeatEvents(times: number): StreamEdit {
	return editEvents(({ text }) => Array.from({ length: times }, () => text));
}

export const stripBookmarks: StreamEdit = dropEvents(({ type }) => type === 'BOOKMARK');

/** Sends these lines first, whatever comes after. */
export function injectFirst(...lines: readonly string[]): StreamEdit {
	return async function* (chunks) {
		for (const line of lines) yield encode(line);
		yield* chunks;
	};
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of chunks) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		yield* lines;
	}
}

function encode(line: string): Uint8Array {
	return Buffer.from(`${line}\n`);
}
