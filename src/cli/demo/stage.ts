import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../git/program/git-program.ts';
import { renderReason } from '../../model/reason.ts';
import type { Milliseconds } from '../../model/time.ts';
import { sameRatio, type Weights } from '../../model/weights.ts';
import type { ClusterKit, Clusters } from './clusters.ts';
import { type ConfigRepository, createConfigRepository } from './config-repository.ts';
import type { Lifetime } from './lifetime.ts';
import { type Sighting, sight } from './sightings.ts';
import { type LogLine, type SpillwayProcess, startSpillway } from './spillway-process.ts';
import type { Timeline } from './timeline.ts';
import { deliverDirectly, readWorkshop, workshop } from './workshop.ts';

/** All that takes part in the story. */
export interface Stage {
	readonly lifetime: Lifetime;
	readonly timeline: Timeline;
	readonly clusters: Clusters;
	/** With a context for each cluster. */
	readonly kubeconfig: string;
	readonly repository: ConfigRepository;
	readonly spillway: SpillwayProcess;
}

export interface StageOptions {
	readonly kit: ClusterKit;
	readonly environment: Environment;
	/** Told every line that Spillway writes. */
	readonly onText: (line: string) => void;
}

/** What does not happen within this span does not happen at all. */
export const patience: Milliseconds = 15_000;

/** Ends a step that takes too long, or the demo itself. */
export function withDeadline({ signal }: Lifetime): AbortSignal {
	return AbortSignal.any([signal, AbortSignal.timeout(patience)]);
}

/** Builds the workshop up to the point where Spillway watches it and finds everything well. */
export async function setStage(
	timeline: Timeline,
	lifetime: Lifetime,
	{ kit, environment, onText }: StageOptions,
): Promise<Stage> {
	const folder = await mkdtemp(join(tmpdir(), 'spillway-demo-'));
	lifetime.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
	const kubeconfig = join(folder, 'kubeconfig');

	const { value: repository } = await timeline.step(
		'A bare Git repository with spillway.yaml, policies/ and clusters/',
		async () => {
			const files = deliverDirectly(await readWorkshop());
			return sight(await createConfigRepository({ folder, files, environment }, lifetime));
		},
	);
	const { value: clusters } = await timeline.step(kit.step, () =>
		startWorkshop({ kit, repository, kubeconfig }, lifetime),
	);
	const { value: spillway } = await timeline.step(
		'Spillway, its own process, watches both and finds everything well',
		async () => {
			const options = { repo: repository.remote.url, kubeconfig, folder, environment, onText };
			const spillway = await startSpillway(options, lifetime);
			const well = renderReason({ code: 'InPlace', weights: workshop.baseline });
			const isWell = ({ reasons }: LogLine): boolean => reasons.includes(well);
			const { at } = await spillway.lines.find(0, isWell, withDeadline(lifetime));
			return { value: spillway, at };
		},
	);
	timeline.line(`process ${spillway.pid}`, 'dim');
	return { lifetime, timeline, clusters, kubeconfig, repository, spillway };
}

interface Workshop {
	readonly kit: ClusterKit;
	readonly repository: ConfigRepository;
	readonly kubeconfig: string;
}

/** Until the ServiceProfile is there as well. */
async function startWorkshop(
	{ kit, repository, kubeconfig }: Workshop,
	lifetime: Lifetime,
): Promise<Sighting<Clusters>> {
	const clusters = await kit.start(lifetime);
	await writeFile(kubeconfig, clusters.kubeconfig, { mode: 0o600 });
	await clusters.apply(repository);
	const signal = withDeadline(lifetime);
	await clusters.weights.find(0, isAt(workshop.baseline), signal);
	const { at } = await clusters.routed.find(0, isAt(workshop.baseline), signal);
	return { value: clusters, at };
}

/** Tells live weights that share the traffic as these do. */
export function isAt(wanted: Weights): (live: Weights) => boolean {
	return (live) => sameRatio(live, wanted);
}
