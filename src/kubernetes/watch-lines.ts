/** Cuts a stream of bytes into lines, however it was chunked. */
export interface LineSplitter {
	/** The lines that `chunk` completes. Throws MalformedLineError, after which the stream is of no use. */
	push(chunk: Uint8Array): readonly string[];
	/** Throws MalformedLineError when the stream ended within a line. */
	end(): void;
}

/** A line that is too long, cut off, or not UTF-8. */
export class MalformedLineError extends Error {
	override readonly name = 'MalformedLineError';
}

/** Kubernetes stores objects of up to 1.5 MiB. */
export const lineLimit: number = 2 * 1024 * 1024;

const newline = 0x0a;

/** Blank lines are left out. `limit` is in bytes, without the newline. */
export function createLineSplitter(limit: number = lineLimit): LineSplitter {
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let pending: Uint8Array[] = [];
	let size = 0;

	const keep = (part: Uint8Array) => {
		size += part.length;
		if (size > limit) throw new MalformedLineError(`a line of over ${limit} bytes`);
		if (part.length > 0) pending.push(part);
	};

	/** Decodes whole lines only, so that no character is ever cut. */
	const takeLine = (): string => {
		const [only, ...more] = pending;
		const bytes = only !== undefined && more.length === 0 ? only : Buffer.concat(pending);
		pending = [];
		size = 0;
		try {
			return decoder.decode(bytes);
		} catch (cause) {
			throw new MalformedLineError('a line that is not UTF-8', { cause });
		}
	};

	return {
		push(chunk) {
			const lines: string[] = [];
			let start = 0;
			for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
				keep(chunk.subarray(start, end));
				const line = takeLine();
				if (line.trim() !== '') lines.push(line);
				start = end + 1;
			}
			keep(chunk.subarray(start));
			return lines;
		},
		end() {
			if (size > 0) throw new MalformedLineError(`the stream ended after ${size} bytes of a line`);
		},
	};
}
