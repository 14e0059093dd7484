// Spillway on a real API server: every ratio against a floor of the same run.
import { type BenchLab, startBenchLab } from './bench-lab.ts';
import { measureLatency } from './latency.ts';
import { type BenchOptions, type Part, runParts } from './parts.ts';
import type { Row } from './row.ts';
import { aFleet, measureStart } from './start.ts';
import { aStorm, measureStorm } from './storm.ts';

const parts: Readonly<Record<string, Part<BenchLab>>> = {
	latency: { measure: (lab, quick) => measureLatency(lab, quick ? 100 : 500) },
	storm: {
		measure: (lab, quick) =>
			measureStorm(lab, { dataset: aStorm(1), roundTrips: [0, 10], serial: quick ? 200 : 1_000 }),
	},
	gale: {
		isLong: true,
		measure: (lab) => measureStorm(lab, { dataset: aStorm(10), roundTrips: [0, 10], serial: 1_000 }),
	},
	start: {
		measure: (lab, quick) =>
			quick ? measureStart(lab, aFleet(2, 500), 5) : measureStart(lab, aFleet(10, 1_000), 20),
	},
};

export const partNames: readonly string[] = Object.keys(parts);

export async function benchKubernetes(options: BenchOptions): Promise<readonly Row[]> {
	const lab = await startBenchLab();
	try {
		return await runParts(parts, lab, options);
	} finally {
		await lab.stop();
	}
}
