import type { ExecutionContext } from 'ava';
import { runProgram } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { refuseCanaries } from './canaries.ts';
import { createNoticeBoard, type NoticeBoard } from './notice-board.ts';

/** A terminal that keeps what is written to it. */
export interface TerminalUnderTest extends Terminal {
	readonly written: () => string;
	readonly problems: () => string;
	readonly board: NoticeBoard;
	/** What SIGINT and SIGTERM do. */
	interrupt(): void;
}

export function createTerminal(t: Pick<ExecutionContext, 'teardown'>): TerminalUnderTest {
	const stopping = new AbortController();
	const board = createNoticeBoard();
	let written = '';
	let problems = '';
	t.teardown(() => {
		stopping.abort();
		refuseCanaries('what was written to stdout', written);
		refuseCanaries('what was written to stderr', problems);
	});
	return {
		out(text) {
			written += text;
			board.notify();
		},
		err(text) {
			problems += text;
			board.notify();
		},
		env: { PATH: process.env['PATH'] },
		color: false,
		signal: stopping.signal,
		written: () => written,
		problems: () => problems,
		board,
		interrupt: () => stopping.abort(new Error('stopped by SIGINT')),
	};
}

/** What a command line came to. */
export interface ProgramEnd {
	readonly status: number;
	readonly out: string;
	readonly err: string;
}

/** Runs a command line in this process. */
export async function runSpillway(t: ExecutionContext, ...args: readonly string[]): Promise<ProgramEnd> {
	const terminal = createTerminal(t);
	const status = await runProgram(args, '1.2.3', terminal);
	return { status, out: terminal.written(), err: terminal.problems() };
}
