// npm run bench -- kubernetes [--quick] [--only PART]… [--json FILE]
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchKubernetes, partNames } from './kubernetes.ts';
import { formatRows, isMet, type Row } from './row.ts';

const usage = `npm run bench -- kubernetes [--quick] [--only ${partNames.join('|')}]… [--json FILE]`;

process.exitCode = await bench().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	return 1;
});

/** Resolves to the exit status: 0 once measured, whatever was met. */
async function bench(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			quick: { type: 'boolean', default: false },
			only: { type: 'string', multiple: true, default: [] },
			json: { type: 'string' },
		},
	});
	const { quick, only, json } = values;
	if (positionals.join() !== 'kubernetes' || only.some((name) => !partNames.includes(name))) {
		process.stderr.write(`${usage}\n`);
		return 2;
	}
	const tell = (line: string): void => {
		process.stderr.write(`${line}\n`);
	};
	const rows = await benchKubernetes({ quick, only, tell });
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
