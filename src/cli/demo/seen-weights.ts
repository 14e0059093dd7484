import { liveWeights } from '../../model/live-target.ts';
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import { readProfile } from '../../model/service-profile.ts';
import { readSplit } from '../../model/traffic-split.ts';
import type { Weights } from '../../model/weights.ts';

/** The weights of a TrafficSplit. */
export function weightsOfSplit(object: KubernetesObject): Weights | undefined {
	const facts = readSplit(object);
	return facts.kind === 'target' ? liveWeights(facts.target) : undefined;
}

/** The weights of a ServiceProfile's overrides. */
export function weightsOfProfile(object: KubernetesObject): Weights | undefined {
	return readProfile(object)?.overrides;
}
