// Calls from one process to another: what is measured runs by itself, so that whoever measures takes none of its time.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that answers calls. */
export interface CalledProcess {
	readonly pid: number;
	/** Throws what the handler threw, as text. */
	call<Result>(name: string, input?: unknown): Promise<Result>;
	stop(): Promise<void>;
}

interface Call {
	readonly id: number;
	readonly name: string;
	readonly input?: unknown;
}

interface Answer {
	readonly id: number;
	readonly result?: unknown;
	readonly error?: string;
}

/** Starts `file`, which is to call `answerCalls`. */
export async function startProcess(file: URL): Promise<CalledProcess> {
	const child = fork(file, { serialization: 'advanced' });
	const waiting = new Map<number, (answer: Answer) => void>();
	child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
	const ended = once(child, 'exit').then(([status]) => {
		for (const [id, tell] of waiting) tell({ id, error: `the process ended: ${status}` });
	});
	await once(child, 'spawn');
	let calls = 0;
	return {
		pid: child.pid ?? 0,
		async call<Result>(name: string, input?: unknown): Promise<Result> {
			calls += 1;
			const id = calls;
			const answer = await new Promise<Answer>((resolve) => {
				waiting.set(id, resolve);
				child.send({ id, name, input } satisfies Call);
			});
			waiting.delete(id);
			if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
			return answer.result as Result;
		},
		async stop() {
			await endProcess(child, ended);
		},
	};
}

async function endProcess(child: ChildProcess, ended: Promise<void>): Promise<void> {
	child.disconnect();
	const killing = setTimeout(() => child.kill('SIGKILL'), 5_000);
	await ended;
	clearTimeout(killing);
}

export type Handlers = Readonly<Record<string, (input: never) => unknown>>;

/** Answers calls until whoever started this process lets go of it; then `close`. */
export function answerCalls(handlers: Handlers, close: () => Promise<void>): void {
	const answer = async ({ id, name, input }: Call): Promise<Answer> => {
		try {
			const handle = handlers[name];
			if (handle === undefined) throw new RangeError('no such call');
			return { id, result: await handle(input as never) };
		} catch (error) {
			return { id, error: error instanceof Error ? String(error.stack) : String(error) };
		}
	};
	process.on('message', (call: Call) => {
		answer(call).then((answered) => process.send?.(answered), reportFault);
	});
	process.on('disconnect', () => {
		close().then(() => process.exit(0), reportFault);
	});
}

function reportFault(error: unknown): void {
	process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
}
