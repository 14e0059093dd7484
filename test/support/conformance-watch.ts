import assert from 'node:assert/strict';
import type { ApiAccess } from './api-access.ts';

/** An open watch, read event by event. */
export interface ConformanceWatch {
	/**
	 * The next event; `undefined` once the watch has ended. Where bookmarks were asked for, a server may send one at any
	 * time: it is passed over, unless a bookmark is what is expected.
	 */
	next(expected?: unknown): Promise<unknown>;
}

export async function openConformanceWatch(
	access: Pick<ApiAccess, 'watch'>,
	path: string,
): Promise<ConformanceWatch> {
	const lines = await access.watch(path);
	const wantsBookmarks = new URL(path, 'https://server').searchParams.get('allowWatchBookmarks') === 'true';
	return {
		async next(expected) {
			const passesOver = wantsBookmarks && !isBookmark(expected);
			for (;;) {
				const event = await readEvent(lines);
				if (!passesOver || !isPlainBookmark(event)) return event;
			}
		},
	};
}

async function readEvent(lines: AsyncIterator<string>): Promise<unknown> {
	try {
		const { value, done } = await lines.next();
		return done ? undefined : JSON.parse(value);
	} catch (cause) {
		assert.fail(`the watch tells nothing more: ${cause}`);
	}
}

interface WatchEvent {
	readonly type?: unknown;
	readonly object?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
}

function isBookmark(event: unknown): event is WatchEvent {
	return typeof event === 'object' && event !== null && 'type' in event && event.type === 'BOOKMARK';
}

/** One that does not say where a streamed list ends: that one comes once, in its place. */
function isPlainBookmark(event: unknown): boolean {
	return isBookmark(event) && event.object?.metadata?.annotations?.['k8s.io/initial-events-end'] !== 'true';
}
