import type { CommitId } from '../../model/ports/repository.ts';
import type { Weights } from '../../model/weights.ts';
import type { ConfigRepository } from './config-repository.ts';
import type { Lifetime } from './lifetime.ts';
import type { Sightings } from './sightings.ts';

/** The story's clusters, east and west, whatever they are made of, linked both ways. */
export interface Clusters {
	/** YAML, with a context for each; that of east is the current one. */
	readonly kubeconfig: string;
	/** The weights that the split in east carried, as a watch of the object shows them. */
	readonly weights: Sightings<Weights>;
	/** The weights that Linkerd's proxies in east route by: those of the ServiceProfile that linkerd-smi keeps. */
	readonly routed: Sightings<Weights>;
	/** Who keeps the clusters at what Git declares: `Flux`. */
	readonly syncer: string;
	/** The requests for a look at Git that Flux's source in east got, each with the time of the wish. */
	readonly asked: Sightings<string>;
	/** The commits that the syncer of east reports as applied. */
	readonly synced: Sightings<CommitId>;
	/** Has this many replicas of emoji in east, as `kubectl scale` does. */
	scaleEmoji(replicas: number): Promise<void>;
	/** Applies what `main` declares for both, once. Throws when something is refused. */
	apply(repository: ConfigRepository): Promise<void>;
	/** Keeps both at what `main` declares from now on. Nobody here tells the syncers of a push. */
	sync(repository: ConfigRepository): void;
}

/** Something to make clusters of. */
export interface ClusterKit {
	/** As the introduction says it, before their names: `Two embedded clusters`. */
	readonly what: string;
	/** The step that starts them: `Two clusters with the Kubernetes API on 127.0.0.1`. */
	readonly step: string;
	/** Starts both, with nothing of the story in them yet. */
	start(lifetime: Lifetime): Promise<Clusters>;
}
