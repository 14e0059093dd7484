import type { CollectionChange, Item } from '../model/ports/cluster.ts';
import type { Problem } from '../model/problem.ts';
import type { Milliseconds } from '../model/time.ts';
import { describeFailure, describeRefusal } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import type { ApiAnswer } from './client.ts';
import { describeCall } from './collection-source.ts';
import { itemKey } from './known-items.ts';
import type { Listed, Listing, ListSource } from './listing.ts';
import { SilenceError } from './silence-guard.ts';
import { collectionPath, withQuery } from './urls.ts';
import { decodeWatchEvent, MalformedEventError, type WatchEvent } from './watch-event.ts';
import { MalformedLineError } from './watch-lines.ts';
import { describeEvent, interpretEvent } from './watch-news.ts';
import { openWatch, type WatchSession } from './watch-session.ts';

/** A list that goes on as the watch, or why there is none. */
export type StreamedListing<T> =
	| { readonly kind: 'streamed'; readonly listing: Listed<T>; readonly session: WatchSession }
	/** This server does not stream lists: ask for pages, also the next time where `forGood`. */
	| { readonly kind: 'unsupported'; readonly forGood: boolean }
	| Exclude<Listing<T>, Listed<T>>;

/**
 * A server that knows how streams at once what it has; one that does not leaves a watch without the mark that
 * ends the list.
 */
export const markLimit: Milliseconds = 4_500;

/** A server waits for up to 3 s until its cache is consistent. */
const headLimit: Milliseconds = 10_000;

/** A list of unknown length must not be cut off by the end of its watch; known ones take 1 s per 500 objects. */
const unknownSpan: Milliseconds = 30_000;

/**
 * Lists a collection as a stream (WatchList, KEP-3157): a consistent read whose objects are decoded one by one.
 * Nothing counts before the bookmark that ends it.
 */
export async function streamList<T>(
	source: ListSource<T>,
	version: string,
	signal: AbortSignal,
): Promise<StreamedListing<T>> {
	const call = describeCall(source, 'list');
	const { api, clock } = source;
	const request = { api, clock, path: pathOf(source, version), silenceLimit: headLimit };
	let session: WatchSession | undefined;
	try {
		const opened = await openWatch(request, signal);
		if (opened.kind === 'answered') return explainRefusal(source, opened.answer);
		session = opened.session;
		session.bear(markLimit);
		const listing = await readInitialEvents(source, version, session);
		if (listing?.kind === 'listed') {
			const streamed = { kind: 'streamed', listing, session } as const;
			session = undefined;
			return streamed;
		}
		// It ended before its mark: the list was too long for its span.
		return listing ?? { kind: 'unsupported', forGood: false };
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof SilenceError && session !== undefined) return { kind: 'unsupported', forGood: true };
		if (error instanceof MalformedLineError || error instanceof MalformedEventError) {
			return { kind: 'failed', problem: describeEvent(call, error.message) };
		}
		return { kind: 'failed', problem: describeFailure(call, error) };
	} finally {
		session?.close();
	}
}

function pathOf({ collection, pace, expected }: ListSource<unknown>, version: string): string {
	const span = expected === undefined ? unknownSpan : pace.watchSpan() + 2 * expected;
	const query = {
		watch: true,
		sendInitialEvents: true,
		resourceVersionMatch: 'NotOlderThan',
		allowWatchBookmarks: true,
		timeoutSeconds: Math.ceil(span / 1_000),
		labelSelector: collection.labelSelector,
	};
	return withQuery(collectionPath(collection.resource, version, collection.namespace), query);
}

/** Servers that do not know how, or must not, say so with 400 or 422. A right to list may be all we have. */
function explainRefusal<T>(source: ListSource<T>, answer: ApiAnswer): StreamedListing<T> {
	const { status, retryAfter } = answer;
	if (status === 404) return { kind: 'unserved' };
	if (status === 401 || status === 429 || status >= 500) {
		const problem = describeRefusal(describeCall(source, 'list'), readStatus(answer));
		return { kind: 'failed', problem, ...(retryAfter === undefined ? {} : { retryAfter }) };
	}
	return { kind: 'unsupported', forGood: status === 400 || status === 422 };
}

/** Returns `undefined` when the stream ends before its mark. */
async function readInitialEvents<T>(
	source: ListSource<T>,
	version: string,
	{ lines }: WatchSession,
): Promise<Listing<T> | undefined> {
	const collect = createCollector(source, version);
	for (;;) {
		const { done, value: line } = await lines.next();
		if (done === true) return undefined;
		const listing = line === undefined ? undefined : collect(decodeWatchEvent(line));
		if (listing !== undefined) return listing;
	}
}

/** Returns the listing with the event that ends it. Until then objects may also change, and go. */
function createCollector<T>(
	source: ListSource<T>,
	version: string,
): (event: WatchEvent) => Listing<T> | undefined {
	const call = describeCall(source, 'list');
	const items = new Map<string, Item<T>>();
	const problems: Problem[] = [];
	const note = (change: CollectionChange<T>): void => {
		if (change.kind === 'applied') items.set(itemKey(change.item), change.item);
		else if (change.kind === 'deleted') items.delete(itemKey(change));
		else if (change.kind === 'problem') problems.push(change.problem);
	};
	return (event) => {
		if (event.kind === 'bookmark') {
			const { endsInitialEvents, resourceVersion } = event;
			const listed = {
				kind: 'listed',
				version,
				resourceVersion,
				items: [...items.values()],
				problems,
			} as const;
			return endsInitialEvents ? listed : undefined;
		}
		const news = interpretEvent(call, source.collection, event);
		if (news.kind === 'ended') return news.end.kind === 'failed' ? news.end : { kind: 'expired' };
		news.changes.forEach(note);
		return undefined;
	};
}
