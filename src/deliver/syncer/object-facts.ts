// What Flux's and Argo CD's objects have in common, pruned.
import type { KubernetesObject } from '../../model/ports/cluster.ts';
import type { CommitId } from '../../model/ports/repository.ts';
import { showText } from '../../model/problem.ts';
import { isRecord, type Unstructured } from '../../model/unstructured.ts';

/** What a patch of annotations has to know of an object. */
export interface Annotatable {
	readonly namespace: string;
	readonly name: string;
	readonly uid: string;
	readonly resourceVersion: string;
	/** Those that matter here; absent where the object has no annotations at all. */
	readonly annotations?: Readonly<Record<string, string>>;
}

export interface Condition {
	readonly status: string;
	readonly reason: string;
	readonly message: string;
}

/** Keeps these annotations only. */
export function readAnnotatable({ metadata }: KubernetesObject, kept: readonly string[]): Annotatable {
	const { name, namespace = '', uid, resourceVersion, annotations } = metadata;
	const facts = { namespace, name, uid, resourceVersion };
	if (annotations === undefined) return facts;
	const found = Object.entries(annotations).filter(([key]) => kept.includes(key));
	return { ...facts, annotations: Object.fromEntries(found) };
}

/** A condition of `status.conditions`. Foreign text is made safe to print. */
export function readCondition(status: Unstructured, type: string): Condition | undefined {
	const found = list(status['conditions']).find((each) => each['type'] === type);
	if (found === undefined) return undefined;
	return { status: text(found['status']), reason: text(found['reason']), message: text(found['message']) };
}

/** The mappings of a list; whatever else it is or holds is left out. */
export function list(value: unknown): readonly Unstructured[] {
	return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function record(value: unknown): Unstructured {
	return isRecord(value) ? value : {};
}

/** Messages may hold whole manifests. */
const messageLength = 400;

export function text(value: unknown): string {
	return typeof value === 'string' ? showText(value.trim(), messageLength) : '';
}

/** The commit of `main@sha1:…`, of the older `main/…`, or of a plain id. */
export function commitOf(revision: unknown): CommitId | undefined {
	return typeof revision === 'string'
		? /(?:^|[:/])([0-9a-f]{40}|[0-9a-f]{64})$/.exec(revision)?.[1]
		: undefined;
}
