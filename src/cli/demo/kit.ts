import type { Terminal } from '../terminal.ts';
import type { ClusterKit } from './clusters.ts';
import type { ForgeKit } from './forge.ts';

/** What the story is played on. */
export interface DemoKit {
	readonly clusters: ClusterKit;
	readonly forge: ForgeKit;
}

/** Throws ProblemError where it cannot work here. */
export type FindDemoKit = (environment: Terminal['env']) => Promise<DemoKit>;
