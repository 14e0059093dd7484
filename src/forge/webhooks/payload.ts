import type { CommitId } from '../../model/ports/repository.ts';
import type { WebhookDelivery } from './delivery.ts';

/** A decoded body. What is in it was written by whoever caused the event: nothing is taken for granted. */
export type Payload = Readonly<Record<string, unknown>>;

/** The body, sent as JSON or as a form's field `payload`; `undefined` where it is no object. */
export function decodePayload({ headers, body }: WebhookDelivery): Payload | undefined {
	const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
	const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
	try {
		return toPayload(JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text));
	} catch {
		return undefined;
	}
}

function toPayload(value: unknown): Payload | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Payload)
		: undefined;
}

/** What stands at the end of a path of fields, each the payload's own. */
export function find(payload: unknown, ...path: readonly string[]): unknown {
	let at = payload;
	for (const name of path) {
		const fields = toPayload(at);
		at = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
	}
	return at;
}

export function findList(payload: unknown, ...path: readonly string[]): readonly unknown[] {
	const value = find(payload, ...path);
	return Array.isArray(value) ? value.slice(0, 32) : [];
}

export function findNumber(payload: unknown, ...path: readonly string[]): number | undefined {
	const value = find(payload, ...path);
	return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

export function findName(payload: unknown, ...path: readonly string[]): string | undefined {
	const value = find(payload, ...path);
	return typeof value === 'string' && value !== '' && value.length <= 255 ? value : undefined;
}

/** A commit's id in full; all zeros is what forges write for none. */
export function findCommitId(payload: unknown, ...path: readonly string[]): CommitId | undefined {
	const value = findName(payload, ...path) ?? '';
	return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value) && !/^0+$/.test(value) ? value : undefined;
}
