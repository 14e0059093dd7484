import type { CollectionChange } from '../model/ports/cluster.ts';
import { isOlderVersion, newerVersion } from '../model/resource-version.ts';
import type { Instant, Milliseconds } from '../model/time.ts';
import { type ApiCall, describeFailure, describeRefusal } from './api-problem.ts';
import { readStatus } from './api-status.ts';
import type { ApiAnswer } from './client.ts';
import { silenceMargin } from './cluster-pace.ts';
import { describeCall, type ReflectorSource } from './collection-source.ts';
import { SilenceError } from './silence-guard.ts';
import { collectionPath, withQuery } from './urls.ts';
import { decodeWatchEvent, MalformedEventError } from './watch-event.ts';
import { MalformedLineError } from './watch-lines.ts';
import { describeEvent, interpretEvent, type WatchEnd } from './watch-news.ts';
import { type OpenedWatch, openWatch, type WatchSession } from './watch-session.ts';

export interface WatchResult {
	readonly end: WatchEnd;
	/** Where to go on: everything up to here has been told. */
	readonly resourceVersion: string;
	/** From opening to the end. */
	readonly lived: Milliseconds;
}

export interface WatchOptions<T> {
	readonly version: string;
	/** What is known already. */
	readonly resourceVersion: string;
	/** A watch from there that is open already. */
	readonly session?: WatchSession;
	/** When it is to end at the latest. */
	readonly until: Instant;
	readonly sink: (change: CollectionChange<T>) => void;
}

/** How far a watch has come. */
interface Progress {
	resourceVersion: string;
}

/** No watch is asked for less: opening it would cost more than it tells. */
const shortest: Milliseconds = 2_000;

/** Watches a collection from a version on, until that ends for whatever reason but `signal`. */
export async function watchCollection<T>(
	source: ReflectorSource<T>,
	options: WatchOptions<T>,
	signal: AbortSignal,
): Promise<WatchResult> {
	const { clock, pace } = source;
	const call = describeCall(source, 'watch');
	const progress: Progress = { resourceVersion: options.resourceVersion };
	let { session } = options;
	const openedAt = session?.openedAt ?? clock.now();
	const result = (end: WatchEnd): WatchResult => ({ ...progress, end, lived: clock.now() - openedAt });
	try {
		if (session === undefined) {
			const opened = await openFrom(source, options, signal);
			if (opened.kind === 'answered') return result(explainAnswer(call, opened.answer));
			session = opened.session;
		}
		session.bear(pace.watchSpan() + silenceMargin);
		options.sink({ kind: 'alive' });
		return result(await followLines(source, options.sink, progress, session.lines));
	} catch (error) {
		signal.throwIfAborted();
		return result(explainEnd(call, error));
	} finally {
		session?.close();
	}
}

function openFrom<T>(
	{ api, clock, random, pace, collection }: ReflectorSource<T>,
	{ version, resourceVersion, until }: WatchOptions<T>,
	signal: AbortSignal,
): Promise<OpenedWatch> {
	const { resource, namespace, labelSelector } = collection;
	// Watches that began together do not end together.
	const span = pace.watchSpan() * (1 - random() / 8);
	const rest = Math.max(shortest, until - clock.now());
	const query = {
		watch: true,
		allowWatchBookmarks: true,
		timeoutSeconds: Math.round(Math.min(span, rest) / 1_000),
		resourceVersion,
		labelSelector,
	};
	const path = withQuery(collectionPath(resource, version, namespace), query);
	return openWatch({ api, clock, path, silenceLimit: pace.watchSpan() + silenceMargin }, signal);
}

async function followLines<T>(
	source: ReflectorSource<T>,
	sink: (change: CollectionChange<T>) => void,
	progress: Progress,
	lines: WatchSession['lines'],
): Promise<WatchEnd> {
	const call = describeCall(source, 'watch');
	for (;;) {
		const { done, value: line } = await lines.next();
		if (done === true) return { kind: 'closed' };
		if (line === undefined) {
			sink({ kind: 'alive' });
			continue;
		}
		const event = decodeWatchEvent(line);
		// Only a server that has lost its newest state, and tells no more of what follows, is behind us.
		if (event.kind === 'bookmark' && isOlderVersion(event.resourceVersion, progress.resourceVersion)) {
			return { kind: 'expired' };
		}
		const news = interpretEvent(call, source.collection, event);
		if (news.kind === 'ended') return news.end;
		for (const change of news.changes) sink(change);
		const { resourceVersion = progress.resourceVersion } = news;
		progress.resourceVersion = newerVersion(progress.resourceVersion, resourceVersion);
	}
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
