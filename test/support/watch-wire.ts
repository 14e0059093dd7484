import type { Collection, KubernetesObject } from '../../src/model/ports/cluster.ts';
import type { Reply } from './scripted-api.ts';

/** The splits of emojivoto, each reduced to its apex; one without apex cannot be decoded. */
export const splits: Collection<string> = {
	resource: { group: 'split.smi-spec.io', versions: ['v1alpha2', 'v1alpha1'], plural: 'trafficsplits' },
	namespace: 'emojivoto',
	decode({ spec }) {
		const service = (spec as { readonly service?: unknown }).service;
		if (typeof service !== 'string') throw new Error('spec.service is not a string');
		return service;
	},
};

/** A split as a server sends it. */
export function splitOnWire(
	name: string,
	resourceVersion: string,
	service: unknown = name,
): KubernetesObject {
	return {
		apiVersion: 'split.smi-spec.io/v1alpha2',
		kind: 'TrafficSplit',
		metadata: { name, namespace: 'emojivoto', uid: `uid-of-${name}`, resourceVersion },
		spec: { service },
	};
}

/** One page of a list; `next` is the token of the page after it. */
export function listReply(resourceVersion: string, items: readonly unknown[] | null, next?: string): Reply {
	const metadata = { resourceVersion, ...(next === undefined ? {} : { continue: next }) };
	return { kind: 'answer', status: 200, body: { metadata, items } };
}

export function statusReply(code: number, message: string, headers?: Record<string, string>): Reply {
	const body = { kind: 'Status', status: 'Failure', code, message };
	return { kind: 'answer', status: code, body, ...(headers === undefined ? {} : { headers }) };
}

/** One line of a watch. */
export function eventLine(type: string, object: unknown): string {
	return `${JSON.stringify({ type, object })}\n`;
}

export function bookmarkLine(resourceVersion: string): string {
	return eventLine('BOOKMARK', { kind: 'TrafficSplit', metadata: { resourceVersion } });
}

/** The bookmark that ends a streamed list. */
export function markLine(resourceVersion: string): string {
	const annotations = { 'k8s.io/initial-events-end': 'true' };
	return eventLine('BOOKMARK', { kind: 'TrafficSplit', metadata: { resourceVersion, annotations } });
}

export function errorLine(code: number, reason: string): string {
	return eventLine('ERROR', { kind: 'Status', code, reason, message: `the server says ${reason}` });
}
