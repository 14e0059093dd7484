import type { Clock } from '../model/ports/clock.ts';
import type { CollectionChange } from '../model/ports/cluster.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { withAbortScope } from './abort-scope.ts';
import { type ApiCall, describeFailure, describeRefusal } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import type { ApiAnswer } from './client.ts';
import { type CollectionSource, describeCall } from './collection-source.ts';
import { collectionPath, withQuery } from './urls.ts';
import { decodeWatchEvent, MalformedEventError } from './watch-event.ts';
import { createLineSplitter, MalformedLineError } from './watch-lines.ts';
import { describeEvent, interpretEvent, type WatchEnd } from './watch-news.ts';

export interface WatchResult {
	readonly end: WatchEnd;
	/** Where to go on: everything up to here has been told. */
	readonly resourceVersion: string;
	/** From opening to the end. */
	readonly lived: Milliseconds;
}

export interface WatchOptions<T> {
	readonly clock: Clock;
	readonly version: string;
	/** What is known already. */
	readonly resourceVersion: string;
	readonly sink: (change: CollectionChange<T>) => void;
}

/**
 * API servers send bookmarks about once a minute, and one 2 s before a watch times out, but none while the version
 * watched from is still the newest: a span below a minute gives a proof of life every 23 s, or a new connection
 * every 25 s.
 */
const watchSeconds = 25;

/**
 * Without a byte for this long the connection is taken for dead. With the 10 s that the next one may take to
 * open it stays within 40 s, the default of `health.staleAfter`.
 */
const silenceLimit: Milliseconds = 30_000;

/** Aborts a stream that has gone silent. */
class SilenceError extends Error {
	override readonly name = 'SilenceError';
}

/** How far a watch has come. */
interface Progress {
	heardAt: Instant;
	resourceVersion: string;
}

/** Watches a collection from a version on, until that ends for whatever reason but `signal`. */
export function watchCollection<T>(
	source: CollectionSource<T>,
	options: WatchOptions<T>,
	signal: AbortSignal,
): Promise<WatchResult> {
	const { clock, resourceVersion } = options;
	const openedAt = clock.now();
	const progress: Progress = { heardAt: openedAt, resourceVersion };
	return withAbortScope(signal, async (scope) => {
		endWhenSilent(clock, progress, scope).catch(() => undefined);
		let end: WatchEnd;
		try {
			end = await followStream(source, options, progress, scope.signal);
		} catch (error) {
			signal.throwIfAborted();
			end = explainEnd(describeCall(source, 'watch'), error);
		}
		return { end, resourceVersion: progress.resourceVersion, lived: clock.now() - openedAt };
	});
}

/** Rejects once the scope ends otherwise. */
async function endWhenSilent(clock: Clock, progress: Progress, scope: AbortController): Promise<void> {
	let rest = silenceLimit;
	while (rest > 0) {
		await clock.sleep(rest, scope.signal);
		rest = progress.heardAt + silenceLimit - clock.now();
	}
	scope.abort(new SilenceError());
}

async function followStream<T>(
	source: CollectionSource<T>,
	options: WatchOptions<T>,
	progress: Progress,
	signal: AbortSignal,
): Promise<WatchEnd> {
	const { resource, namespace, labelSelector } = source.collection;
	const { resourceVersion } = progress;
	const query = {
		watch: true,
		allowWatchBookmarks: true,
		timeoutSeconds: watchSeconds,
		resourceVersion,
		labelSelector,
	};
	const path = withQuery(collectionPath(resource, options.version, namespace), query);
	const stream = await source.api.open(path, signal);
	if (stream.kind === 'answered') return explainAnswer(describeCall(source, 'watch'), stream.answer);
	progress.heardAt = options.clock.now();
	options.sink({ kind: 'alive' });
	return followLines(source, options, progress, stream.chunks);
}

async function followLines<T>(
	source: CollectionSource<T>,
	{ clock, sink }: WatchOptions<T>,
	progress: Progress,
	chunks: AsyncIterable<Uint8Array>,
): Promise<WatchEnd> {
	const call = describeCall(source, 'watch');
	const splitter = createLineSplitter();
	for await (const chunk of chunks) {
		progress.heardAt = clock.now();
		const lines = splitter.push(chunk);
		if (lines.length === 0) sink({ kind: 'alive' });
		for (const line of lines) {
			const news = interpretEvent(call, source.collection, decodeWatchEvent(line));
			if (news.kind === 'ended') return news.end;
			for (const change of news.changes) sink(change);
			progress.resourceVersion = news.resourceVersion ?? progress.resourceVersion;
		}
	}
	splitter.end();
	return { kind: 'closed' };
}

function explainAnswer(call: ApiCall, answer: ApiAnswer): WatchEnd {
	if (answer.status === 410 || answer.status === 404) return { kind: 'expired' };
	const { retryAfter } = answer;
	const failed = { kind: 'failed', problem: describeRefusal(call, readStatus(answer)) } as const;
	return retryAfter === undefined ? failed : { ...failed, retryAfter };
}

function explainEnd(call: ApiCall, error: unknown): WatchEnd {
	if (error instanceof SilenceError) return { kind: 'closed' };
	if (error instanceof MalformedLineError || error instanceof MalformedEventError) {
		return { kind: 'failed', problem: describeEvent(call, error.message) };
	}
	return { kind: 'failed', problem: describeFailure(call, error) };
}
