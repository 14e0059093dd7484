import type { KubernetesObject } from '../model/ports/cluster.ts';
import { showValue } from '../model/problem.ts';
import { type ApiStatus, decodeStatus } from './api-status.ts';
import { isKubernetesObject, parseJson } from './json.ts';

/** One line of a watch. */
export type WatchEvent =
	| { readonly kind: 'applied' | 'deleted'; readonly object: KubernetesObject }
	| {
			readonly kind: 'bookmark';
			readonly resourceVersion: string;
			/** Everything that there was when the watch began has been told. */
			readonly endsInitialEvents: boolean;
	  }
	| { readonly kind: 'error'; readonly status: ApiStatus }
	/** Of a type that Kubernetes does not document. */
	| { readonly kind: 'unknown'; readonly type: string };

/** A line that is no event. */
export class MalformedEventError extends Error {
	override readonly name = 'MalformedEventError';
}

export function decodeWatchEvent(line: string): WatchEvent {
	const { type, object } = parseLine(line);
	switch (type) {
		case 'ADDED':
		case 'MODIFIED':
			return { kind: 'applied', object: requireObject(object) };
		case 'DELETED':
			return { kind: 'deleted', object: requireObject(object) };
		case 'BOOKMARK':
			return { kind: 'bookmark', resourceVersion: requireVersion(object), endsInitialEvents: isMark(object) };
		case 'ERROR':
			return { kind: 'error', status: decodeStatus(object, 500) };
		default:
			return { kind: 'unknown', type: showValue(type) };
	}
}

function parseLine(line: string): { readonly type?: unknown; readonly object?: unknown } {
	const event = parseJson(line);
	if (typeof event === 'object' && event !== null) return event;
	throw new MalformedEventError(`no JSON object: ${showValue(line)}`);
}

function requireObject(value: unknown): KubernetesObject {
	if (isKubernetesObject(value)) return value;
	throw new MalformedEventError(`an object without name, uid and resourceVersion: ${showValue(value)}`);
}

/** The bookmark that ends a streamed list (KEP-3157). */
function isMark(value: unknown): boolean {
	const { annotations } = (value as KubernetesObject).metadata;
	return annotations?.['k8s.io/initial-events-end'] === 'true';
}

/** Bookmarks carry nothing else that matters. */
function requireVersion(value: unknown): string {
	const version = (value as { metadata?: { resourceVersion?: unknown } } | null)?.metadata?.resourceVersion;
	if (typeof version === 'string' && version !== '') return version;
	throw new MalformedEventError(`a bookmark without resourceVersion: ${showValue(value)}`);
}
