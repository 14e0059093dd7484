import type { Weights } from '../../model/weights.ts';
import type { Terminal } from '../terminal.ts';
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
	/** Has this many replicas of emoji in east, as `kubectl scale` does. */
	scaleEmoji(replicas: number): Promise<void>;
	/** Applies what `main` declares for both, as `kubectl apply` would. Throws when something is refused. */
	apply(repository: ConfigRepository): Promise<void>;
	/** Keeps both at what `main` declares from now on. Each push is told to the syncers, as a webhook would. */
	sync(repository: ConfigRepository): void;
}

/** Something to make clusters of. */
export interface ClusterKit {
	/** As the introduction says it: `Two embedded clusters`. */
	readonly what: string;
	/** The step that starts them: `Two clusters with the Kubernetes API on 127.0.0.1`. */
	readonly step: string;
	/** Starts both, with nothing of the story in them yet. */
	start(lifetime: Lifetime): Promise<Clusters>;
}

/** Throws ProblemError where it cannot work here. */
export type FindClusterKit = (environment: Terminal['env']) => Promise<ClusterKit>;
