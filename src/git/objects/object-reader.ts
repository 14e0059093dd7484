import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Milliseconds } from '../../model/time.ts';
import { createAnswerParser, type ReadObject } from './cat-file-answer.ts';
import { ObjectMissing } from './object-error.ts';

export interface ObjectReaderOptions {
	/** The bare repository. */
	readonly gitdir: string;
	/** A folder without any configuration. */
	readonly home: string;
	/** PATH, where git is found. */
	readonly path: string | undefined;
	/** For one object; 60 s unless told otherwise. */
	readonly deadline?: Milliseconds;
}

/** Reads the objects of one repository by a `git cat-file` that is kept running. */
export interface ObjectReader {
	/** The first `most` bytes of an object; what lies beyond is not held. Throws ObjectMissing, or when it is damaged. */
	read(id: string, most: number): Promise<ReadObject>;
	/** Lets go of every file; the next read sees the repository as it is then. */
	renew(): void;
}

interface ReadRequest {
	readonly id: string;
	readonly most: number;
	readonly resolve: (object: ReadObject) => void;
	readonly reject: (error: Error) => void;
}

/** A git at work, which answers in order. */
interface Conversation {
	ask(request: ReadRequest): void;
	/** Ends it and returns what is not answered yet. */
	end(): readonly ReadRequest[];
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

const defaultDeadline: Milliseconds = 60_000;
/** A git that nobody asks is let go of after this; another one answers within milliseconds. */
const idleTime: Milliseconds = 120_000;
/** What is left of a large object is read past up to here; beyond, a new git is cheaper. */
const passedOver = 1_048_576;

/**
 * Only full object names may be asked for. A git that ends has failed the object it was about to print; what was
 * asked after that is asked of the next one.
 */
export function createObjectReader(options: ObjectReaderOptions): ObjectReader {
	let current: Conversation | undefined;

	const ask = (request: ReadRequest) => {
		current ??= converse(options, (unanswered) => {
			current = undefined;
			for (const later of unanswered) ask(later);
		});
		current.ask(request);
	};

	return {
		read: (id, most) => new Promise((resolve, reject) => ask({ id, most, resolve, reject })),
		renew() {
			const unanswered = current?.end() ?? [];
			current = undefined;
			for (const request of unanswered) ask(request);
		},
	};
}

/** Starts a git. `onEnd` is told what is not answered once it ends by itself. */
function converse(
	{ deadline = defaultDeadline, ...options }: ObjectReaderOptions,
	onEnd: (unanswered: readonly ReadRequest[]) => void,
): Conversation {
	const child = startCatFile(options);
	const waiting: ReadRequest[] = [];
	let isOver = false;
	let timer: NodeJS.Timeout | undefined;

	const end = () => {
		isOver = true;
		clearTimeout(timer);
		child.kill('SIGKILL');
		return waiting.splice(0);
	};
	const fail = (reason: string) => {
		if (isOver) return;
		waiting.shift()?.reject(new Error(reason));
		onEnd(end());
	};
	/** A git that is waited for keeps the process running, an idle one does not. */
	const watch = () => {
		const isIdle = waiting.length === 0;
		clearTimeout(timer);
		timer = setTimeout(() => fail('git does not answer'), isIdle ? idleTime : deadline);
		for (const handle of [timer, child, child.stdin as Socket, child.stdout as Socket]) {
			if (isIdle) handle.unref();
			else handle.ref();
		}
	};
	const parse = createAnswerParser({
		most: () => waiting[0]?.most ?? 0,
		onAnswer(object, unread) {
			const request = waiting.shift();
			if (object === undefined) request?.reject(new ObjectMissing(`there is no object ${request.id}`));
			else request?.resolve(object);
			if (unread > passedOver && !isOver) onEnd(end());
			else watch();
		},
		onNonsense: (line) => fail(`git printed ${line}`),
	});
	child.stdout.on('data', (chunk: Buffer) => {
		if (!isOver) parse(chunk);
	});
	child.on('error', (error) => fail(error.message));
	child.on('close', () => fail('git cannot read it'));
	// A git that ends before it has read its input says so by ending.
	child.stdin.on('error', () => undefined);

	return {
		ask(request) {
			waiting.push(request);
			child.stdin.write(`${request.id}\n`);
			watch();
		},
		end,
	};
}

/** Its caches are kept small, and large blobs are printed without being held. */
function startCatFile({ gitdir, home, path }: ObjectReaderOptions): Child {
	const limits = ['-c', 'core.deltaBaseCacheLimit=8m', '-c', 'core.bigFileThreshold=1m'];
	return spawn('git', [...limits, 'cat-file', '--batch'], {
		cwd: '/',
		env: { PATH: path, HOME: home, LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: gitdir },
		stdio: ['pipe', 'pipe', 'ignore'],
	});
}
