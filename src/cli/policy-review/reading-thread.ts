// The thread that reads what strangers wrote: a file that takes seconds to parse holds nothing else up here.
import { parentPort, workerData } from 'node:worker_threads';
import type { TreeFile } from '../../model/ports/repository.ts';
import { ProblemError } from '../../model/problem.ts';
import type { CommitFiles } from '../../observe/policy-files.ts';
import { readChange } from './read-change.ts';
import type { FromReader, ReadingCall, ReadingTask, ToReader } from './reading-messages.ts';

const waiting = new Map<number, PromiseWithResolvers<unknown>>();
let lastId = 0;

function say(message: FromReader): void {
	parentPort?.postMessage(message);
}

function ask(call: ReadingCall): Promise<unknown> {
	lastId += 1;
	const answer = Promise.withResolvers<unknown>();
	waiting.set(lastId, answer);
	say({ kind: 'call', id: lastId, call });
	return answer.promise;
}

function hear(message: ToReader): void {
	const answer = waiting.get(message.id);
	waiting.delete(message.id);
	switch (message.kind) {
		case 'answer':
			answer?.resolve(message.value);
			break;
		case 'problem':
			answer?.reject(new ProblemError(message.problem));
			break;
		case 'failed':
			answer?.reject(new Error(message.message));
			break;
	}
}

/** The other thread answers with what the port returns. */
const view: CommitFiles = {
	files: async (commit, path) =>
		(await ask({ method: 'files', commit, path })) as readonly TreeFile[] | undefined,
	file: async (commit, path) => (await ask({ method: 'file', commit, path })) as TreeFile | undefined,
	read: async (blob, _, limit) => (await ask({ method: 'read', blob, limit })) as Uint8Array,
};

parentPort?.on('message', hear);
try {
	const reading = await readChange(view, workerData as ReadingTask, new AbortController().signal);
	say({ kind: 'read', reading });
} catch (error) {
	if (error instanceof ProblemError) say({ kind: 'problem', problem: error.problem });
	else
		say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
parentPort?.close();
