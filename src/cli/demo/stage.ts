import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../git/program/git-program.ts';
import { renderReason } from '../../model/reason.ts';
import type { Milliseconds } from '../../model/time.ts';
import { sameRatio, type Weights } from '../../model/weights.ts';
import { webhookPath } from '../forge/webhook-listener.ts';
import type { ClusterKit, Clusters } from './clusters.ts';
import { type ConfigRepository, createConfigRepository } from './config-repository.ts';
import type { DemoKit } from './kit.ts';
import type { Lifetime } from './lifetime.ts';
import { openReviews, type Reviews } from './reviews.ts';
import { type Sighting, sight } from './sightings.ts';
import { hasMessage, type LogLine, type SpillwayProcess, startSpillway } from './spillway-process.ts';
import type { Timeline } from './timeline.ts';
import { deliverDirectly, readWorkshop, workshop } from './workshop.ts';

/** All that takes part in the story. */
export interface Stage {
	readonly lifetime: Lifetime;
	readonly timeline: Timeline;
	readonly clusters: Clusters;
	/** With a context for each cluster. */
	readonly kubeconfig: string;
	/** What Spillway and git know of the process's own. */
	readonly environment: Environment;
	readonly repository: ConfigRepository;
	readonly reviews: Reviews;
	readonly spillway: SpillwayProcess;
	/** With the demo's files; it goes with the demo. */
	readonly folder: string;
}

export interface StageOptions {
	readonly kit: DemoKit;
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
	{ kit, environment: surroundings, onText }: StageOptions,
): Promise<Stage> {
	const environment = reachLoopback(surroundings);
	const folder = await mkdtemp(join(tmpdir(), 'spillway-demo-'));
	lifetime.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
	const kubeconfig = join(folder, 'kubeconfig');

	const { value: repository } = await timeline.step(kit.forge.step, async () => {
		const files = deliverDirectly(await readWorkshop());
		const options = { kit: kit.forge, folder, files, environment };
		return sight(await createConfigRepository(options, lifetime));
	});
	timeline.line(repository.forge.page, 'dim');
	const { value: clusters } = await timeline.step(kit.clusters.step, () =>
		startWorkshop({ kit: kit.clusters, repository, kubeconfig }, lifetime),
	);
	const { value: spillway } = await timeline.step(
		'Spillway, its own process, watches both and finds everything well',
		() => startWatching({ repository, kubeconfig, folder, environment, onText }, lifetime),
	);
	timeline.line(`process ${spillway.pid}`, 'dim');
	const reviews = openReviews(repository.forge);
	return {
		...{ lifetime, timeline, clusters, kubeconfig, environment },
		...{ repository, reviews, spillway, folder },
	};
}

/** Whatever proxy there is does not know the forge on loopback. */
function reachLoopback(environment: Environment): Environment {
	const others = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
	const hosts = [others, '127.0.0.1'].filter((each) => each !== '').join(',');
	return { ...environment, no_proxy: hosts, NO_PROXY: hosts };
}

interface Workshop {
	readonly kit: ClusterKit;
	readonly repository: ConfigRepository;
	readonly kubeconfig: string;
}

type Watch = Pick<Stage, 'repository' | 'kubeconfig' | 'folder' | 'environment'> &
	Pick<StageOptions, 'onText'>;

/** Spillway has a URL and a token, and the forge tells it of what happens there. */
async function startWatching(
	{ repository: { url, forge }, kubeconfig, folder, environment, onText }: Watch,
	lifetime: Lifetime,
): Promise<Sighting<SpillwayProcess>> {
	const secret = randomBytes(32).toString('hex');
	const webhookSecret = join(folder, 'webhook-secret');
	await writeFile(webhookSecret, secret, { mode: 0o600 });
	const options = { repo: url, kubeconfig, folder, environment, onText };
	const { token } = forge.spillway;
	const spillway = await startSpillway({ ...options, token, webhookSecret }, lifetime);
	const signal = withDeadline(lifetime);
	const { value } = await spillway.lines.find(0, hasMessage('listening for webhooks'), signal);
	await forge.addWebhook(`http://127.0.0.1:${value.port}${webhookPath}`, secret);
	const well = renderReason({ code: 'InPlace', weights: workshop.baseline });
	const isWell = ({ reasons }: LogLine): boolean => reasons.includes(well);
	const { at } = await spillway.lines.find(0, isWell, signal);
	return { value: spillway, at };
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
