// The text of a marker comment: `# {"spillway": "emojivoto/web:web-svc-east"}`.
import { type ManifestIdentity, readTargetType, targetKinds } from '../model/manifest-identity.ts';
import type { Namespace, ServiceName } from '../model/names.ts';
import type { ManifestTarget } from '../model/ports/manifest-editor.ts';
import { showValue } from '../model/problem.ts';
import { isRecord } from '../model/unstructured.ts';

/** Whose weight a marker names; `fault` says why it does not hold, and what to write. */
export interface MarkerName {
	/** Absent where the comment does not tell even that. */
	readonly identity?: ManifestIdentity & { readonly namespace: Namespace };
	readonly service?: ServiceName;
	readonly fault?: MarkerFault;
}

export interface MarkerFault {
	readonly message: string;
	readonly got?: string;
	readonly remedy: string;
}

/** The marker that stands for a backend's weight. */
export function formatMarker({ kind, group, namespace, name }: ManifestTarget, service: ServiceName): string {
	const more = kind === 'TrafficSplit' ? {} : { kind };
	const marker = { spillway: `${namespace}/${name}:${service}`, ...more, ...(group && { group }) };
	return `# ${JSON.stringify(marker).replaceAll('":"', '": "').replaceAll('","', '", "')}`;
}

/** Whether a text can hold a marker; parsing costs far more than asking. */
export function mayHoldMarker(text: string): boolean {
	return text.includes('"spillway"');
}

/** Reads a comment, from its `#` on; `undefined` for all that are no markers. */
export function readMarker(comment: string): MarkerName | undefined {
	const text = comment.slice(1).trim();
	if (!text.startsWith('{') || !mayHoldMarker(text)) return undefined;
	const json = parseJson(text);
	if (!isRecord(json)) {
		const written = /"spillway"\s*:\s*"([^"]*)"/.exec(text)?.[1];
		return { ...readName(written), fault: wrong('the marker is not JSON', text) };
	}
	const { spillway, kind, group, ...unknown } = json;
	const named = readName(spillway, kind, group);
	const [key] = Object.keys(unknown);
	if (key !== undefined) return { ...named, fault: wrong('the marker has an unknown key', key) };
	return named;
}

const form = '# {"spillway": "<namespace>/<name>:<service>"}';

function readName(spillway: unknown, kind: unknown = 'TrafficSplit', group?: unknown): MarkerName {
	const parts = typeof spillway === 'string' ? /^([^/:\s]+)\/([^/:\s]+):([^/:\s]+)$/.exec(spillway) : null;
	const [, namespace = '', name = '', service = ''] = parts ?? [];
	if (parts === null) return { fault: wrong('the marker names no weight', spillway) };
	const type = readType(kind, group);
	const fault = type === undefined ? { fault: wrongType(kind, group) } : {};
	return { identity: { kind: 'TrafficSplit', ...type, namespace, name }, service, ...fault };
}

function readType(kind: unknown, group: unknown): Pick<ManifestIdentity, 'kind' | 'group'> | undefined {
	if (typeof kind !== 'string' || (group !== undefined && typeof group !== 'string')) return undefined;
	return readTargetType(kind, group);
}

function wrong(message: string, got: unknown): MarkerFault {
	return { message, got: showValue(got), remedy: `write it as ${form}` };
}

function wrongType(kind: unknown, group: unknown): MarkerFault {
	const of = group === undefined ? '' : ` of group ${showValue(group)}`;
	return {
		message: `the marker names a kind without weights: ${showValue(kind)}${of}`,
		remedy: `write ${targetKinds.join(', ')}; leave the group out, unless it is policy.linkerd.io`,
	};
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
