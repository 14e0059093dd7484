// The process edge: the only place that touches `process`.
import { readFileSync, writeSync } from 'node:fs';
import { faultStatus } from './exit.ts';
import { runProgram } from './program.ts';
import { keepHeapSmall } from './small-heap.ts';
import type { Terminal } from './terminal.ts';

keepHeapSmall();

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
	process.once(name, () => stopping.abort(new Error(`stopped by ${name}`)));
}
// Whatever nobody caught leaves the process in a state nobody knows: it ends, so that it is started again.
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
	process.on(name, (error: unknown) => {
		writeSync(process.stderr.fd, `${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(faultStatus);
	});
}
// A reader that went away (`| head`) is no fault of ours.
process.stdout.on('error', () => stopping.abort(new Error('the output was closed')));

const terminal: Terminal = {
	out: (text) => process.stdout.write(text),
	err: (text) => process.stderr.write(text),
	env: process.env,
	color: process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '',
	columns: process.stdout.columns,
	signal: stopping.signal,
};
const packageFile = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly version: string };
process.exitCode = await runProgram(process.argv.slice(2), version, terminal);
