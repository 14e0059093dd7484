// The endpoints of one Service: the union of all its slices, each pod once.
import type { ServiceName } from '../model/names.ts';
import type { SliceFacts } from './slice-facts.ts';
import { lookUp, type Source } from './source.ts';

export interface EndpointCount {
	readonly ready: number;
	/** Not ready, but serving until they terminate. */
	readonly draining: number;
	/** What is wrong with one of the slices; then nothing is counted. */
	readonly unreadable?: string;
}

/**
 * While endpoints are moved between slices, one may stand in two of them, and an old pod may still be listed under
 * the address of a new one. So whoever is ready anywhere is ready.
 */
export function countEndpoints(source: Source<SliceFacts> | undefined, service: ServiceName): EndpointCount {
	const slices = lookUp(source, service);
	const unreadable = slices.find((slice) => slice.unreadable !== undefined)?.unreadable;
	if (unreadable !== undefined) return { ready: 0, draining: 0, unreadable };
	const [only] = slices;
	// Within one slice nobody stands twice in one state: the usual case needs no set.
	if (slices.length === 1 && only?.draining.length === 0) return { ready: only.ready.length, draining: 0 };
	const ready = union(slices, 'ready');
	return { ready: ready.size, draining: union(slices, 'draining').difference(ready).size };
}

/**
 * Whether the Service has no ready endpoint left, and one that was ready in a slice before is in none of them any
 * more. Pods that fail or end are shown as not ready first, so this may be a move to another slice half seen.
 */
export function haveVanished(source: Source<SliceFacts> | undefined, before: SliceFacts): boolean {
	if (before.ready.length === 0) return false;
	const slices = lookUp(source, before.service);
	if (slices.some(({ ready }) => ready.length > 0)) return false;
	const listed = union(slices, 'draining').union(union(slices, 'unready'));
	return before.ready.some((identity) => !listed.has(identity));
}

function union(slices: readonly SliceFacts[], state: 'ready' | 'draining' | 'unready'): Set<number> {
	const identities = new Set<number>();
	for (const slice of slices) for (const identity of slice[state]) identities.add(identity);
	return identities;
}
