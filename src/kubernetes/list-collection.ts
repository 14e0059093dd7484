import { describeUnserved } from './api-problem.ts';
import { describeCall } from './collection-source.ts';
import { listPages } from './list-pages.ts';
import { streamList } from './list-stream.ts';
import type { Listing, ListSource } from './listing.ts';
import type { WatchSession } from './watch-session.ts';

/** A listing, and the watch that goes on from it where it was streamed. */
export interface ListResult<T> {
	readonly listing: Listing<T>;
	/** Whoever has it closes it. */
	readonly session?: WatchSession;
}

/** Lists a collection in the first of its versions that is served, streamed where the server knows how. */
export async function listCollection<T>(source: ListSource<T>, signal: AbortSignal): Promise<ListResult<T>> {
	for (const version of source.collection.resource.versions) {
		const result = await listVersion(source, version, signal);
		if (result.listing.kind !== 'unserved') return result;
	}
	if (source.collection.optional === true) return { listing: { kind: 'unserved' } };
	return { listing: { kind: 'failed', problem: describeUnserved(describeCall(source, 'list')) } };
}

async function listVersion<T>(
	source: ListSource<T>,
	version: string,
	signal: AbortSignal,
): Promise<ListResult<T>> {
	const { pace, clock } = source;
	if (pace.mayStream(clock.now())) {
		const streamed = await streamList(source, version, signal);
		if (streamed.kind === 'streamed') return streamed;
		if (streamed.kind !== 'unsupported') return { listing: streamed };
		if (streamed.forGood) pace.refuseStreams(clock.now());
	}
	return { listing: await listPages(source, version, signal) };
}
