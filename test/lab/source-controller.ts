// Plays Flux's source-controller for GitRepositories of branches, as a process of its own:
// node source-controller.ts <name of the cluster> <its kubeconfig> <folder for its files>
import type { Resource } from '../../src/model/ports/cluster.ts';
import { openArtifactStore } from './artifact-store.ts';
import { readGitRepository } from './git-repository.ts';
import { objectKey, openCluster } from './open-cluster.ts';
import { createSourceKeeper, type SourceKeeper } from './source-keeper.ts';

const [name = '', kubeconfig = '', folder = ''] = process.argv.slice(2);
const gitRepositories: Resource = {
	group: 'source.toolkit.fluxcd.io',
	versions: ['v1'],
	plural: 'gitrepositories',
};

/** What keeps an object, while it is there. */
interface Kept {
	readonly uid: string;
	readonly keeper: SourceKeeper;
	readonly gone: AbortController;
}

const cluster = await openCluster({ name, kubeconfig });
const artifacts = await openArtifactStore(folder);
const kept = new Map<string, Kept>();

await cluster.watch(
	{
		resource: gitRepositories,
		onObject(object) {
			const key = objectKey(object.metadata);
			const known = kept.get(key);
			const repository = readGitRepository(object);
			if (known?.uid === object.metadata.uid) return known.keeper.see(repository);
			known?.gone.abort();
			const keeper = createSourceKeeper({ access: cluster.access, artifacts, folder }, repository);
			const gone = new AbortController();
			kept.set(key, { uid: object.metadata.uid, keeper, gone });
			void keeper.run(gone.signal);
		},
		onGone(key) {
			kept.get(key)?.gone.abort();
			kept.delete(key);
		},
	},
	new AbortController().signal,
);
