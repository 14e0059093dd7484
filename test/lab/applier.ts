import { systemClock } from '../../src/cli/system-clock.ts';
import type { KubernetesObject } from '../../src/model/ports/cluster.ts';
import type { Repository } from '../../src/model/ports/repository.ts';
import { createAlarm } from '../../src/simulator/world/alarm.ts';
import { type Manifest, readManifests } from '../../src/simulator/world/manifests.ts';
import type { NewObject } from '../support/kubernetes-objects.ts';
import { applyObject } from './apply-object.ts';
import { collectionPath } from './collection-path.ts';
import type { OpenCluster } from './open-cluster.ts';

/** Which folder of which branch a cluster is kept at. */
export interface ApplierOptions {
	readonly repository: Repository;
	readonly folder: string;
	readonly cluster: OpenCluster;
}

/** Plays Flux's kustomize-controller, whose field manager it writes as. */
export interface Applier {
	/** Starts a round now instead of at the end of the interval. */
	nudge(): void;
	/** Until aborted; a round that fails is followed by the next. */
	run(signal: AbortSignal): Promise<void>;
}

const manager = 'kustomize-controller';
const interval = 10_000;

export function createApplier(options: ApplierOptions): Applier {
	const alarm = createAlarm(systemClock);
	return {
		nudge: alarm.nudge,
		async run(signal) {
			while (!signal.aborted) {
				await applyFolder(options, signal).catch(() => undefined);
				await alarm.wait(interval, signal);
			}
		},
	};
}

/** Applies what the tip declares, with force, Namespaces first. Throws the first refusal. */
export async function applyFolder(
	{ repository, folder, cluster }: ApplierOptions,
	signal: AbortSignal,
): Promise<void> {
	const tip = await repository.refresh(signal);
	const { manifests, problems } = await readManifests(repository, tip, folder, signal);
	if (problems.length > 0) throw new Error(`${cluster.name}: ${problems.join('; ')}`);
	const ordered = manifests.toSorted((a, b) => rank(a) - rank(b));
	for (const manifest of ordered) {
		signal.throwIfAborted();
		if (await isHeldOff(cluster, manifest)) continue;
		const object = manifest.object as NewObject;
		await applyObject(cluster.access, object, { manager, plural: manifest.key.plural });
	}
}

function rank({ kind }: Manifest): number {
	return kind === 'Namespace' ? 0 : 1;
}

/** Flux leaves an object alone that says so, and still reports the round as fine. */
async function isHeldOff({ access }: OpenCluster, { key, object }: Manifest): Promise<boolean> {
	const { apiVersion } = object as NewObject;
	const namespace = key.namespace === '' ? undefined : key.namespace;
	const collection = collectionPath({ apiVersion, plural: key.plural, namespace });
	const { code, body } = await access.call({ method: 'GET', path: `${collection}/${key.name}` });
	const { annotations } = code === 200 ? (body as KubernetesObject).metadata : {};
	return annotations?.['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled';
}
