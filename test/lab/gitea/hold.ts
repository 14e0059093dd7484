// Holds a Gitea: starts it, says where it is in one line of JSON, and stops it when its input ends, as it does whenever
// the process that started it is gone.
import type { GiteaPrograms } from './programs.ts';
import { type GiteaServer, startGiteaServer } from './server.ts';

const { programs }: { readonly programs: GiteaPrograms } = JSON.parse(String(process.argv[2]));
const told = new Promise<void>((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
	process.stdin.once('close', () => resolve()).resume();
});
// Whoever does not listen any more is told nothing, which must not end the holder before its Gitea.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

let gitea: GiteaServer | undefined;
try {
	gitea = await startGiteaServer(programs);
	const { stop: _stop, ...facts } = gitea;
	process.stdout.write(`${JSON.stringify(facts)}\n`);
	await told;
} catch (error) {
	process.stderr.write(`${error}\n`);
	process.exitCode = 1;
}
await gitea?.stop();
process.stdin.destroy();
