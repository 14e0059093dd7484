import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { refuseCanaries } from '../support/canaries.ts';
import { createNoticeBoard } from '../support/notice-board.ts';
import { untilHolds } from './until-holds.ts';

/** A line of the log; what is none, such as an error, has a message only. */
export interface RunLine {
	readonly message: string;
	readonly policy?: string;
	readonly reasons?: readonly string[];
	readonly move?: string;
	readonly weights?: string;
	readonly code?: string;
	readonly problem?: string;
	readonly commit?: string;
	/** Of a pull request. */
	readonly number?: number;
	/** What keeps a commit from going live. */
	readonly blocker?: string;
	/** From the decision until what the line tells, and from the push. */
	readonly ms?: number;
	readonly sincePushMs?: number;
}

/** How a process ended. */
export interface RunEnd {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
}

/** `spillway run` as a process of its own. */
export interface RunProcess {
	/** What it has said, in order. */
	readonly lines: readonly RunLine[];
	/** Resolves to the first line that matches, said or to come; rejects once it has ended without. */
	until(matches: (line: RunLine) => boolean): Promise<RunLine>;
	kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<RunEnd>;
}

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url));

/** Ends a process with the pipe to whoever started it, so that none outlives a test that was ended. */
const leash = 'data:text/javascript,process.stdin.once("close",()=>process.exit(1)).resume().unref()';

/** What a process is given beside its flags. */
export interface RunPlace {
	/** The file. */
	readonly kubeconfig: string;
	/** Variables of its environment, beside those of this process. */
	readonly environment: Readonly<Record<string, string>>;
}

/** Starts it with these flags, on a kubeconfig (a file). */
export async function startRun(place: RunPlace | string, ...flags: readonly string[]): Promise<RunProcess> {
	const { kubeconfig, environment } =
		typeof place === 'string' ? { kubeconfig: place, environment: {} } : place;
	const lines: RunLine[] = [];
	const texts: string[] = [];
	const board = createNoticeBoard();
	const usual = ['--kubeconfig', kubeconfig, '--log-format', 'json'];
	const child = spawn(process.execPath, ['--import', leash, launcher, 'run', ...usual, ...flags], {
		stdio: 'pipe',
		// One that is killed leaves its files where the test's own are.
		env: { ...process.env, ...environment, TMPDIR: dirname(kubeconfig) },
	});
	for (const stream of [child.stdout, child.stderr]) {
		createInterface(stream).on('line', (text) => {
			lines.push(readLine(text));
			texts.push(text);
			board.notify();
		});
	}
	let end: RunEnd | undefined;
	const ended = once(child, 'close').then(([status, signal]) => {
		end = { status, signal };
		board.notify();
		refuseCanaries('what spillway run wrote', texts.join('\n'));
		return end;
	});
	await once(child, 'spawn');
	return {
		lines,
		async until(matches) {
			let found: RunLine | undefined;
			const looks = (): boolean => {
				found ??= lines.find(matches);
				return found !== undefined;
			};
			const tell = () => `Spillway did not say so:\n${formatLines(lines.slice(-20))}`;
			await untilHolds(board, () => looks() || end !== undefined, tell);
			if (found !== undefined) return found;
			throw new Error(`spillway run ended: ${JSON.stringify(end)}\n${formatLines(lines.slice(-20))}`);
		},
		kill(signal) {
			child.kill(signal);
			return ended;
		},
	};
}

/** For the log of a test that failed. */
export function formatLines(lines: readonly RunLine[]): string {
	return lines.map((line) => JSON.stringify(line)).join('\n');
}

function readLine(text: string): RunLine {
	try {
		return JSON.parse(text) as RunLine;
	} catch {
		return { message: text };
	}
}
