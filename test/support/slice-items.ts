import type { Item, KubernetesObject } from '../../src/model/ports/cluster.ts';
import { readSlice, type SliceFacts } from '../../src/observe/slice-facts.ts';

export interface Pod {
	readonly uid: string;
	readonly address?: string;
	readonly state?: 'ready' | 'draining' | 'unready';
}

const conditionsOf = {
	ready: { ready: true, serving: true, terminating: false },
	draining: { ready: false, serving: true, terminating: true },
	unready: { ready: false, serving: false, terminating: false },
};

let version = 0;

/** Newer than any before. */
export function nextVersion(): string {
	version += 1;
	return String(version);
}

/** A slice of emoji-svc as the API server sends it. */
export function aSlice(
	name: string,
	pods: readonly Pod[],
	fields: object = {},
	label: object = ofEmoji,
): Item<SliceFacts> {
	const resourceVersion = nextVersion();
	const endpoints = pods.map(({ uid, address = uid, state = 'ready' }) => ({
		addresses: [address],
		conditions: conditionsOf[state],
		targetRef: { kind: 'Pod', name: uid, uid },
	}));
	const metadata = { name, namespace: 'emojivoto', uid: name, resourceVersion };
	const slice = { metadata: { ...metadata, labels: label }, addressType: 'IPv4', endpoints, ...fields };
	return {
		namespace: 'emojivoto',
		name,
		resourceVersion,
		value: readSlice(slice as KubernetesObject),
	};
}

export const ofEmoji: Readonly<Record<string, string>> = { 'kubernetes.io/service-name': 'emoji-svc' };
export const pods = (...uids: readonly string[]): readonly Pod[] => uids.map((uid) => ({ uid }));
