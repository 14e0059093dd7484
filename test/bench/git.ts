// Commit mode on generated repositories, beside plain git in the same run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompiledEngine, compileEngine } from './compiled-engine.ts';
import type { RepositoryShape } from './git-dataset.ts';
import { type FlipRounds, type GitStage, measureFlips } from './git-flips.ts';
import { measureLive } from './git-live.ts';
import { measureRace } from './git-race.ts';
import { startBenchServer } from './git-server.ts';
import { measureStarts, type StartRounds } from './git-starts.ts';
import { createOwner } from './owner.ts';
import { type BenchOptions, type Part, runParts } from './parts.ts';
import type { Row } from './row.ts';

/** How often what is measured. */
type Rounds = FlipRounds & StartRounds;

const quickRounds: Rounds = { alone: 30, beside: 15, starts: 2, refreshes: 10, batches: 1 };
const fullRounds: Rounds = { alone: 60, beside: 40, starts: 3, refreshes: 20, batches: 4 };

/** A thousand splits in a hundred namespaces of one cluster's folder. */
function aRepository(files: number, manifests: number): RepositoryShape {
	return { name: 'bench', files, splits: 1_000, manifests };
}

const parts: Readonly<Record<string, Part<CompiledEngine>>> = {
	'1k': {
		measure: (engine, quick) =>
			measureSize(engine, aRepository(1_000, 300), quick ? quickRounds : { ...fullRounds, alone: 200 }),
	},
	'30k': {
		measure: (engine, quick) =>
			measureSize(engine, aRepository(30_000, 1_500), quick ? quickRounds : fullRounds),
	},
	'100k': {
		isLong: true,
		measure: (engine, quick) =>
			measureSize(engine, aRepository(100_000, 5_000), quick ? quickRounds : fullRounds),
	},
	race: { measure: (_, quick) => measureRace(quick ? 5 : 40) },
	live: {
		measure: ({ file }, quick) =>
			measureLive(file, quick ? { nudged: 5, patient: 3 } : { nudged: 40, patient: 10 }),
	},
};

export const partNames: readonly string[] = Object.keys(parts);

export async function benchGit(options: BenchOptions): Promise<readonly Row[]> {
	const engine = await compileEngine('git-engine-process');
	try {
		return await runParts(parts, engine, options);
	} finally {
		await engine.remove();
	}
}

async function measureSize(
	{ file }: CompiledEngine,
	shape: RepositoryShape,
	rounds: Rounds,
): Promise<readonly Row[]> {
	const owner = createOwner();
	try {
		const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
		owner.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
		const server = await startBenchServer(owner, shape);
		const stage: GitStage = { owner, server, engine: file, folder };
		return [...(await measureFlips(stage, rounds)), ...(await measureStarts(stage, rounds))];
	} finally {
		await owner.end();
	}
}
