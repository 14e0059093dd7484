// Spillway on a real API server: every ratio against a floor of the same run.
import { type BenchLab, startBenchLab } from './bench-lab.ts';
import { measureLatency } from './latency.ts';
import type { Row } from './row.ts';
import { aFleet, measureStart } from './start.ts';
import { aStorm, measureStorm } from './storm.ts';

/** What can be measured, by name. */
const parts: Readonly<Record<string, (lab: BenchLab, quick: boolean) => Promise<readonly Row[]>>> = {
	latency: (lab, quick) => measureLatency(lab, quick ? 100 : 500),
	storm: (lab, quick) =>
		measureStorm(lab, { dataset: aStorm(1), roundTrips: [0, 10], serial: quick ? 200 : 1_000 }),
	gale: (lab) => measureStorm(lab, { dataset: aStorm(10), roundTrips: [0, 10], serial: 1_000 }),
	start: (lab, quick) =>
		quick ? measureStart(lab, aFleet(2, 500), 5) : measureStart(lab, aFleet(10, 1_000), 20),
};

/** Left out of a quick run. */
const long: readonly string[] = ['gale'];

export const partNames: readonly string[] = Object.keys(parts);

export interface KubernetesBench {
	readonly quick: boolean;
	/** Names of parts; without any, all of them. */
	readonly only: readonly string[];
	readonly tell: (line: string) => void;
}

export async function benchKubernetes({ quick, only, tell }: KubernetesBench): Promise<readonly Row[]> {
	const lab = await startBenchLab();
	try {
		const rows: Row[] = [];
		for (const [name, measure] of Object.entries(parts)) {
			if (only.length > 0 ? !only.includes(name) : quick && long.includes(name)) continue;
			const start = performance.now();
			rows.push(...(await measure(lab, quick)));
			tell(`${name}: ${Math.round((performance.now() - start) / 1000)} s`);
		}
		return rows;
	} finally {
		await lab.stop();
	}
}
