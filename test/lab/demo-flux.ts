import type { ConfigRepository } from '../../src/cli/demo/config-repository.ts';
import type { Lifetime } from '../../src/cli/demo/lifetime.ts';
import { createSightings } from '../../src/cli/demo/sightings.ts';
import type { CommitId } from '../../src/model/ports/repository.ts';
import {
	type FluxStatus,
	fluxNamespace,
	fluxTypes,
	kustomizationOf,
	readFluxStatus,
} from './flux-objects.ts';
import { declareFlux, setSuspended } from './flux-requests.ts';
import type { OpenCluster } from './open-cluster.ts';

/** Flux in one cluster of the demo, which applies the cluster's folder. */
export interface DemoFlux {
	/** Applies what `main` declares, and is suspended then. Throws what is refused. */
	applyOnce(repository: ConfigRepository, signal: AbortSignal): Promise<void>;
	/** Has it keep the cluster at what `main` declares. Nobody here tells it of a push. */
	resume(): Promise<void>;
}

/** Longer than a step of the story is waited for: a push is live because somebody told of it. */
const interval = '1m';

/** `onSynced` is told each commit once everything that it declares is applied. */
export function createDemoFlux(
	cluster: OpenCluster,
	onSynced: (commit: CommitId) => void,
	{ attend, signal }: Lifetime,
): DemoFlux {
	const { access, name } = cluster;
	const namespace = fluxNamespace;
	const source = { ...fluxTypes.gitrepositories, namespace, name: 'config' };
	const applier = { ...fluxTypes.kustomizations, namespace, name };
	const statuses = createSightings<FluxStatus>();
	let synced: CommitId | undefined;
	const see = (status: FluxStatus): void => {
		statuses.add(status);
		if (status.commit !== undefined && status.commit !== synced) onSynced(status.commit);
		synced = status.commit;
	};
	const resource = { group: 'kustomize.toolkit.fluxcd.io', versions: ['v1'], plural: applier.plural };
	attend(cluster.watch({ resource, onObject: (object) => see(readFluxStatus(object)) }, signal));

	return {
		async applyOnce({ url, tip: findTip }, caller) {
			const repository = { name: source.name, namespace, url, branch: 'main', interval };
			await declareFlux(access, repository, [{ ...kustomizationOf(name), interval }]);
			const tip = await findTip();
			const isOver = (status: FluxStatus): boolean => status.commit === tip || isRefused(status);
			const { value } = await statuses.find(0, isOver, caller);
			if (value.commit !== tip) throw new Error(`${name}: ${value.message}`);
			await setSuspended(access, applier, true);
		},
		resume: () => setSuspended(access, applier, false),
	};
}

/** That the source has nothing yet is no refusal. */
function isRefused({ ready, reason }: FluxStatus): boolean {
	return ready === 'False' && reason !== 'ArtifactFailed';
}
