import type { ServerResponse } from 'node:http';
import type { Clock } from '../../model/ports/clock.ts';
import { ApiStatusError, refuse } from './api-status.ts';
import { describeGarbled } from './event-log.ts';
import type { WatchFault } from './faults.ts';
import { checkListOptions, checkReached } from './list-options.ts';
import { encodeObject } from './object-encoding.ts';
import type { ObjectStore, Selection } from './object-store.ts';
import { type RequestTarget, readSelection } from './request-target.ts';
import { formatApiVersion } from './resource-types.ts';

export interface WatchStreams {
	/** Answers a watch request until it ends. Throws 400, 422 and 500, before it answers anything. */
	open(target: RequestTarget, query: URLSearchParams, response: ServerResponse): void;
	/** Sends a bookmark to every watch that asked for them. */
	bookmark(): void;
	strike(fault: WatchFault): void;
	/** How many are open. */
	count(): number;
}

interface Stream {
	readonly target: RequestTarget;
	readonly apiVersion: string;
	readonly kind: string;
	readonly wantsBookmarks: boolean;
	readonly response: ServerResponse;
	silent: boolean;
}

/** The open watches: JSON lines, one event each. */
export function createWatchStreams(store: ObjectStore, clock: Clock): WatchStreams {
	const streams = new Set<Stream>();
	store.onServed(() => {
		for (const stream of streams) {
			const { type, version } = stream.target;
			if (!store.served(type).includes(version)) endStream(stream);
		}
	});

	return {
		open(target, query, response) {
			checkListOptions(query, { watches: true });
			const stream = createStream(target, query, response);
			const stop = startEvents(store, { target, query, stream });
			const closed = new AbortController();
			response.once('close', () => {
				streams.delete(stream);
				stop();
				closed.abort();
			});
			response.flushHeaders();
			streams.add(stream);
			const timeout = Number(query.get('timeoutSeconds') ?? 0) * 1_000;
			if (timeout > 0) {
				const end = () => endStream(stream);
				clock.sleep(timeout, closed.signal).then(end, () => undefined);
			}
		},
		bookmark() {
			for (const stream of streams) {
				if (stream.wantsBookmarks) sendLine(stream, formatBookmark(stream, store.resourceVersion()));
			}
		},
		strike(fault) {
			for (const stream of streams) strikeStream(stream, fault);
		},
		count: () => streams.size,
	};
}

function createStream(target: RequestTarget, query: URLSearchParams, response: ServerResponse): Stream {
	const { type, version } = target;
	const wantsBookmarks = isSet(query, 'allowWatchBookmarks');
	const apiVersion = formatApiVersion(type.group, version);
	response.setHeader('content-type', 'application/json');
	return { target, apiVersion, kind: type.kind, wantsBookmarks, response, silent: false };
}

interface Watching {
	readonly target: RequestTarget;
	readonly query: URLSearchParams;
	readonly stream: Stream;
}

/**
 * Versions '' and '0' start with what there is, as every version does where the first list is streamed. A version
 * that is too old, or yet to come, is told in the stream.
 */
function startEvents(store: ObjectStore, { target, query, stream }: Watching): () => void {
	const selection = readSelection(target, query);
	const since = query.get('resourceVersion') ?? '';
	if (!/^\d*$/.test(since)) throw refuse({ code: 500, message: describeGarbled(since) });
	const streamsList = isSet(query, 'sendInitialEvents');
	const fromNow = streamsList || since === '' || since === '0';
	try {
		if (streamsList) checkReached(since, store.resourceVersion());
		if (fromNow) sendPresent(store, selection, stream);
		if (streamsList && stream.wantsBookmarks) {
			sendLine(stream, formatBookmark(stream, store.resourceVersion(), endOfList));
		}
		return store.watch(selection, fromNow ? undefined : since, ({ type, object }) => {
			sendLine(stream, formatEvent(type, encodeObject(object, stream.apiVersion)));
		});
	} catch (error) {
		if (!(error instanceof ApiStatusError) || ![410, 504].includes(error.status.code)) throw error;
		sendLine(stream, formatEvent('ERROR', JSON.stringify(error.status)));
		stream.response.end();
		return () => undefined;
	}
}

/** Marks the bookmark after the last object of a list that was streamed. */
const endOfList = { 'k8s.io/initial-events-end': 'true' };

function sendPresent(store: ObjectStore, selection: Selection, stream: Stream): void {
	for (const item of store.list(selection).items) {
		sendLine(stream, formatEvent('ADDED', encodeObject(item, stream.apiVersion)));
	}
}

function isSet(query: URLSearchParams, option: string): boolean {
	return ['true', '1'].includes(query.get(option) ?? '');
}

function formatEvent(type: string, object: string): string {
	return `{"type":"${type}","object":${object}}`;
}

function formatBookmark(
	{ apiVersion, kind }: Stream,
	resourceVersion: string,
	annotations?: Readonly<Record<string, string>>,
): string {
	return formatEvent(
		'BOOKMARK',
		JSON.stringify({ apiVersion, kind, metadata: { resourceVersion, annotations } }),
	);
}

function sendLine({ response, silent }: Stream, line: string): void {
	if (!silent) response.write(`${line}\n`);
}

function endStream({ response, silent }: Stream): void {
	if (!silent) response.end();
}

function strikeStream(stream: Stream, fault: WatchFault): void {
	switch (fault.kind) {
		case 'cut-watches':
			stream.response.socket?.destroy();
			return;
		case 'end-watches':
			stream.response.end();
			return;
		case 'silence-watches':
			stream.silent = true;
			return;
		case 'send-line':
			sendLine(stream, fault.line);
	}
}
