import type { IncomingMessage } from 'node:http';
import { DeadlineError, withinDeadline } from '../../model/deadline.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { Milliseconds } from '../../model/time.ts';

/** The longest body that is read: 1 MiB. */
export const bodyLimit: number = 1024 * 1024;

/** From the headers to the body's end. */
const deadline: Milliseconds = 10_000;

/** A body, or the status of the answer where it cannot be had. */
export type BodyRead = Uint8Array | 408 | 413 | 'gone';

/** Reads the body, or as little of it as it takes to refuse it. */
export async function readBody(request: IncomingMessage, clock: Clock): Promise<BodyRead> {
	if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return 413;
	const never = new AbortController().signal;
	try {
		return await withinDeadline(clock, deadline, never, () => collect(request));
	} catch (error) {
		// Whoever hung up wants no answer.
		return error instanceof DeadlineError ? 408 : 'gone';
	}
}

function collect(request: IncomingMessage): Promise<Uint8Array | 413> {
	return new Promise((resolve, reject) => {
		const parts: Uint8Array[] = [];
		let size = 0;
		request.on('data', (part: Uint8Array) => {
			size += part.length;
			if (size <= bodyLimit) parts.push(part);
			else resolve(413);
		});
		request.once('end', () => resolve(Buffer.concat(parts)));
		request.once('error', reject);
		request.once('close', () => reject(new Error('the connection was closed')));
	});
}
