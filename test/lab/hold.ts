// Holds clusters: starts them, says where they are in one line of JSON, and stops them when it is told to end or,
// `attached`, when its input ends, as it does whenever the process that started it is gone.
import { startCluster } from './cluster.ts';
import type { HeldLab, HoldOptions } from './held-lab.ts';

const { names, parts, attached, ...options }: HoldOptions = JSON.parse(String(process.argv[2]));
const told = new Promise<void>((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
	if (attached) process.stdin.once('close', () => resolve()).resume();
});
// Whoever does not listen any more is told nothing, which must not end the holder before its clusters.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const starts = await Promise.allSettled(names.map((name) => startCluster({ name, parts, ...options })));
const clusters = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
const failures = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
if (failures.length === 0) {
	const lab: HeldLab = { pid: process.pid, clusters: clusters.map(({ stop: _stop, ...facts }) => facts) };
	process.stdout.write(`${JSON.stringify(lab)}\n`);
	await told;
} else {
	process.stderr.write(`${failures.map(String).join('\n')}\n`);
	process.exitCode = 1;
}
await Promise.all(clusters.map(({ stop }) => stop()));
process.stdin.destroy();
