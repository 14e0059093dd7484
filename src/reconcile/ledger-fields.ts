// Fields of the ledger's JSON, each read or refused.
import type { Instant } from '../model/time.ts';
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import { undeliverable, type Weights } from '../model/weights.ts';

export class UnreadableError extends Error {
	override readonly name = 'UnreadableError';
}

export function record(value: unknown, field: string): Unstructured {
	if (isRecord(value)) return value;
	throw new UnreadableError(`${field} is no object`);
}

export function text(value: unknown, field: string): string {
	if (typeof value === 'string' && value !== '') return value;
	throw new UnreadableError(`${field} is no text`);
}

export function instant(value: unknown, field: string, latest: Instant): Instant {
	if (typeof value === 'number' && Number.isFinite(value)) return Math.min(value, latest);
	throw new UnreadableError(`${field} is no instant`);
}

export function count(value: unknown, field: string): number {
	if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
	throw new UnreadableError(`${field} is no count`);
}

export function weights(value: unknown, field: string): Weights {
	const entries = Object.entries(record(value, field));
	return new Map(
		entries.map(([service, weight]) => {
			if (typeof weight === 'number' && weight >= 0 && Number.isFinite(weight)) return [service, weight];
			throw new UnreadableError(`${field} has a weight that is no number`);
		}),
	);
}

/** Weights that are going to be written. */
export function deliverable(value: unknown, field: string): Weights {
	const found = weights(value, field);
	const fault = undeliverable(found);
	if (fault !== undefined) throw new UnreadableError(`${field}: ${fault}`);
	return found;
}
