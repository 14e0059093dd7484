// npm run bench -- kubernetes|git|pulls [--quick] [--only PART]… [--json FILE]
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchGit, partNames as gitParts } from './git.ts';
import { benchKubernetes, partNames as kubernetesParts } from './kubernetes.ts';
import type { BenchOptions } from './parts.ts';
import { benchPullRequests, partNames as pullRequestParts } from './pull-requests.ts';
import { formatRows, isMet, type Row } from './row.ts';

interface Bench {
	readonly partNames: readonly string[];
	run(options: BenchOptions): Promise<readonly Row[]>;
}

const benches: Readonly<Record<string, Bench>> = {
	kubernetes: { partNames: kubernetesParts, run: benchKubernetes },
	git: { partNames: gitParts, run: benchGit },
	pulls: { partNames: pullRequestParts, run: benchPullRequests },
};

const usage = Object.entries(benches)
	.map(([name, { partNames }]) => {
		return `npm run bench -- ${name} [--quick] [--only ${partNames.join('|')}]… [--json FILE]`;
	})
	.join('\n');

process.exitCode = await main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	return 1;
});

/** Resolves to the exit status: 0 once measured, whatever was met. */
async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			quick: { type: 'boolean', default: false },
			only: { type: 'string', multiple: true, default: [] },
			json: { type: 'string' },
		},
	});
	const { quick, only, json } = values;
	const bench = benches[positionals.join()];
	if (bench === undefined || only.some((name) => !bench.partNames.includes(name))) {
		process.stderr.write(`${usage}\n`);
		return 2;
	}
	const tell = (line: string): void => {
		process.stderr.write(`${line}\n`);
	};
	const rows = await bench.run({ quick, only, tell });
	process.stdout.write(`${formatRows(rows)}\n`);
	if (json !== undefined) await writeFile(json, `${JSON.stringify(describeRun(quick, rows), null, '\t')}\n`);
	return 0;
}

function describeRun(quick: boolean, rows: readonly Row[]): object {
	const machine = {
		cpus: availableParallelism(),
		model: cpus()[0]?.model,
		memory: totalmem(),
		node: process.version,
	};
	return {
		at: new Date().toISOString(),
		quick,
		machine,
		rows: rows.map((row) => ({ ...row, met: isMet(row) })),
	};
}
