import type { PolicyMemory } from '../model/decision.ts';

/** What people said, and how far traffic has returned, is forgotten with the episode it is about. */
export function keepToEpisode(memory: PolicyMemory): PolicyMemory {
	const { veto, approved, ramp, ...rest } = memory;
	const { episode } = rest;
	const isStrange = [veto, approved].some((each) => each !== undefined && each.episode !== episode?.id);
	if (!isStrange && (ramp === undefined || episode !== undefined)) return memory;
	return {
		...rest,
		...(veto !== undefined && veto.episode === episode?.id && { veto }),
		...(approved !== undefined && approved.episode === episode?.id && { approved }),
		...(ramp !== undefined && episode !== undefined && { ramp }),
	};
}
