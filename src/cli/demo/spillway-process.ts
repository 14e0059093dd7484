import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Milliseconds } from '../../model/time.ts';
import { tokenVariable } from '../environment-token.ts';
import type { Lifetime } from './lifetime.ts';
import { createSightings, type Sightings } from './sightings.ts';
import { packageRoot } from './workshop.ts';

/** A line of Spillway's log, as far as the story tells it. */
export interface LogLine {
	readonly message: string;
	readonly reasons: readonly string[];
	readonly commit?: string;
	readonly weights?: string;
	readonly problem?: string;
	/** Of a pull request. */
	readonly number?: number;
	/** Its page. */
	readonly url?: string;
	/** That it listens on. */
	readonly port?: number;
	/** From the decision until what the line tells. */
	readonly ms?: Milliseconds;
}

/** `spillway run`, as its own process. */
export interface SpillwayProcess {
	readonly pid: number;
	readonly lines: Sightings<LogLine>;
}

export interface SpillwayOptions {
	readonly repo: string;
	readonly kubeconfig: string;
	/** For its temporary files. */
	readonly folder: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** What it is let in with where the repository is at a forge. */
	readonly token?: string;
	/** The file with the secret of webhooks, where it is to listen for them. */
	readonly webhookSecret?: string;
	/** Told every line it writes, log and errors alike. */
	readonly onText: (line: string) => void;
}

export function hasMessage(message: string): (line: LogLine) => boolean {
	return (line) => line.message === message;
}

/** From SIGTERM until it is killed. */
const patience = 5_000;

/** Starts it. That it ends by itself is a failure. */
export async function startSpillway(options: SpillwayOptions, lifetime: Lifetime): Promise<SpillwayProcess> {
	const { repo, kubeconfig, folder, environment, token, webhookSecret, onText } = options;
	const launcher = fileURLToPath(new URL('src/cli/launcher.js', packageRoot));
	const flags = ['--hub', '--allow-insecure-git', '--poll-interval', '1s', '--log-format', 'json'];
	const hooks =
		webhookSecret === undefined ? [] : ['--webhook-listen', '127.0.0.1:0', '--webhook-secret', webhookSecret];
	const child = spawn(
		process.execPath,
		[launcher, 'run', '--repo', repo, '--kubeconfig', kubeconfig, ...flags, ...hooks],
		{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment, [tokenVariable]: token, TMPDIR: folder } },
	);
	const lines = createSightings<LogLine>();
	createInterface(child.stderr).on('line', onText);
	createInterface(child.stdout).on('line', (text) => {
		onText(text);
		lines.add(readLogLine(text));
	});
	const ended = new Promise<string>((resolve) => {
		child.once('close', (status, signal) => resolve(signal ?? `exit status ${status}`));
	});
	lifetime.attend(
		ended.then((how) => {
			if (!lifetime.signal.aborted) throw new Error(`spillway run ended by itself: ${how}`);
		}),
	);
	lifetime.defer(async () => {
		child.kill();
		const deadline = setTimeout(() => child.kill('SIGKILL'), patience);
		await ended.finally(() => clearTimeout(deadline));
	});
	await once(child, 'spawn');
	return { pid: child.pid ?? 0, lines };
}

/** Whatever is no line of the log is told as a message without reasons. */
function readLogLine(text: string): LogLine {
	try {
		const line = JSON.parse(text) as Partial<LogLine>;
		return { message: text, reasons: [], ...line };
	} catch {
		return { message: text, reasons: [] };
	}
}
