import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface ServerOptions {
	readonly name: string;
	/** The executable. */
	readonly program: string;
	readonly args: readonly string[];
	/** Its working folder, which also takes its log. */
	readonly folder: string;
	/** On top of this process's own. */
	readonly environment?: NodeJS.ProcessEnv;
	/** The number of the user and the group that it runs as. Default: those of this process. */
	readonly user?: number | undefined;
}

/** A server as a plain process, its output in a log file. */
export interface ServerProcess {
	readonly name: string;
	readonly pid: number;
	/** Resolves when `isReady` says so; throws the end of its log when it dies before, or takes too long. */
	untilReady(isReady: () => Promise<boolean>): Promise<void>;
	/** Kills it: there is nothing that it should save. */
	stop(): Promise<void>;
}

/** From its start until it must be ready, in ms. */
const patience = 60_000;

export async function startServer(options: ServerOptions): Promise<ServerProcess> {
	const { name, program, args, folder, environment, user } = options;
	const logFile = join(folder, `${name}.log`);
	const log = await open(logFile, 'w');
	const child = spawn(program, args, {
		cwd: folder,
		env: { ...process.env, ...environment },
		stdio: ['ignore', log.fd, log.fd],
		...(user === undefined ? {} : { uid: user, gid: user }),
	});
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
	});
	await once(child, 'spawn').finally(() => log.close());
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

	return {
		name,
		pid: child.pid ?? 0,
		async untilReady(isReady) {
			const deadline = Date.now() + patience;
			while (!(await isReady().catch(() => false))) {
				if (hasEnded() || Date.now() > deadline) throw await describeFailure(name, logFile, hasEnded());
				await setTimeout(50);
			}
		},
		async stop() {
			child.kill('SIGKILL');
			await ended;
		},
	};
}

async function describeFailure(name: string, logFile: string, hasEnded: boolean): Promise<Error> {
	const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-5);
	return new Error(`${name} ${hasEnded ? 'ended' : 'is not ready'}:\n${lines.join('\n')}`);
}
