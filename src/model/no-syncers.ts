import type { ClusterName } from './names.ts';
import type { Syncers } from './ports/syncer.ts';
import { type Problem, problem } from './problem.ts';

/** Where no cluster has a GitOps tool that Spillway is told of. */
export const noSyncers: Syncers = {
	nudge: () => undefined,
	look: () => Promise.resolve(undefined),
	holdsOff: () => false,
	holdOff: ({ target }) => Promise.resolve({ kind: 'impossible', problem: describeNoSyncer(target.cluster) }),
	release: () => Promise.resolve({ kind: 'released' }),
};

/** Nothing can be held off that is not known. */
export function describeNoSyncer(cluster: ClusterName): Problem {
	return problem('E_ESCALATION', {
		where: { kind: 'named', name: 'spillway.yaml' },
		message: `an escalation has to hold the syncer of cluster ${cluster} off, and none is named`,
		remedy: `name it in spec.clusters.${cluster}.syncer, such as syncer: Flux`,
	});
}
