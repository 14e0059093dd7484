// Reads what a pull request changes in a thread of its own, with a limit on its time and its memory.
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DeadlineError, withinDeadline } from '../../model/deadline.ts';
import type { Clock } from '../../model/ports/clock.ts';
import type { Repository } from '../../model/ports/repository.ts';
import { ProblemError, problem } from '../../model/problem.ts';
import type { Milliseconds } from '../../model/time.ts';
import { type HeadChange, viewMerged } from './merged-view.ts';
import type { ChangeReading, ReadChange } from './read-change.ts';
import type { FromReader, ReadingCall, ToReader } from './reading-messages.ts';

export interface ReadingLimits {
	/** 60 s unless told otherwise; 10,000 policies took 14 s. */
	readonly patience?: Milliseconds;
	/** Of the thread's heap, in MiB; 128 unless told otherwise, which 10,000 policies fit in. */
	readonly memory?: number;
}

const defaults = { patience: 60_000, memory: 128 } as const;

/**
 * Each reading has a thread, which ends with it. One that takes too long, or too much memory, throws ProblemError with
 * E_LIMIT.
 */
export function createReadApart(clock: Clock, limits: ReadingLimits = {}): ReadChange {
	const { patience, memory } = { ...defaults, ...limits };
	return async (repository, change, signal) => {
		const thread = new Worker(threadUrl(), {
			workerData: change,
			// What the process was started with is none of its business.
			env: {},
			argv: [],
			resourceLimits: { maxOldGenerationSizeMb: memory },
		});
		try {
			return await withinDeadline(clock, patience, signal, (life) =>
				converse(thread, viewMerged(repository, change), life),
			);
		} catch (error) {
			if (!isOverLimit(error)) throw error;
			throw explainLimit(change, error);
		} finally {
			await thread.terminate();
		}
	};
}

/** Beside this file, compiled as it is or not. */
function threadUrl(): URL {
	return new URL(`./reading-thread${extname(import.meta.url)}`, import.meta.url);
}

/** Answers what the thread asks for, until it has read all. */
async function converse(thread: Worker, view: Repository, signal: AbortSignal): Promise<ChangeReading> {
	const { promise, resolve, reject } = Promise.withResolvers<ChangeReading>();
	thread.on('error', reject);
	thread.on('exit', () => reject(new Error('the reading thread ended before its time')));
	thread.on('message', (message: FromReader) => {
		switch (message.kind) {
			case 'call':
				void answer(view, message, signal).then((said) => thread.postMessage(said));
				break;
			case 'read':
				resolve(message.reading);
				break;
			case 'problem':
				reject(new ProblemError(message.problem));
				break;
			case 'failed':
				reject(new Error(message.message));
				break;
		}
	});
	return await promise;
}

async function answer(
	view: Repository,
	{ id, call }: Extract<FromReader, { readonly kind: 'call' }>,
	signal: AbortSignal,
): Promise<ToReader> {
	try {
		return { kind: 'answer', id, value: await look(view, call, signal) };
	} catch (error) {
		if (error instanceof ProblemError) return { kind: 'problem', id, problem: error.problem };
		return { kind: 'failed', id, message: String(error) };
	}
}

async function look(view: Repository, call: ReadingCall, signal: AbortSignal): Promise<unknown> {
	switch (call.method) {
		case 'files':
			return await view.files(call.commit, call.path, signal);
		case 'file':
			return await view.file(call.commit, call.path, signal);
		case 'read':
			// A part of something larger would take all of that along.
			return Uint8Array.from(await view.read(call.blob, signal, call.limit));
	}
}

function isOverLimit(error: unknown): boolean {
	if (error instanceof DeadlineError) return true;
	return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function explainLimit({ head }: HeadChange, cause: unknown): ProblemError {
	const where = { kind: 'named', name: `commit ${head.slice(0, 12)}` } as const;
	const message = 'its policies take too long, or too much memory, to read';
	return new ProblemError(problem('E_LIMIT', { where, message }), { cause });
}
