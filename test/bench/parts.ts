import type { Row } from './row.ts';

export interface BenchOptions {
	readonly quick: boolean;
	/** Names of parts; without any, all of them. */
	readonly only: readonly string[];
	readonly tell: (line: string) => void;
}

/** What can be measured by itself, on what all parts of a bench share. */
export interface Part<Stage> {
	readonly measure: (stage: Stage, quick: boolean) => Promise<readonly Row[]>;
	/** Left out of a quick run, unless it is asked for. */
	readonly isLong?: boolean;
}

/** Measures those that are asked for, one after the other. */
export async function runParts<Stage>(
	parts: Readonly<Record<string, Part<Stage>>>,
	stage: Stage,
	{ quick, only, tell }: BenchOptions,
): Promise<readonly Row[]> {
	const rows: Row[] = [];
	for (const [name, { measure, isLong = false }] of Object.entries(parts)) {
		if (only.length > 0 ? !only.includes(name) : quick && isLong) continue;
		const start = performance.now();
		rows.push(...(await measure(stage, quick)));
		tell(`${name}: ${Math.round((performance.now() - start) / 1000)} s`);
	}
	return rows;
}
