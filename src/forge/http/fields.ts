import type { Instant } from '../../model/time.ts';

/** An object of an answer, whose fields are whatever the forge sends. */
export type Fields = Readonly<Record<string, unknown>>;

/** An answer lacks what it has to have. Says which field, never what was in it. */
export class UnreadableAnswerError extends Error {
	override readonly name = 'UnreadableAnswerError';
}

export function asFields(value: unknown, name: string): Fields {
	const found = findFields(value);
	if (found === undefined) throw new UnreadableAnswerError(`no object ${name}`);
	return found;
}

export function findFields(value: unknown): Fields | undefined {
	const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
	return isObject ? (value as Fields) : undefined;
}

export function readText(fields: Fields, name: string): string {
	const value = fields[name];
	if (typeof value !== 'string') throw new UnreadableAnswerError(`no text ${name}`);
	return value;
}

/** `undefined` where it is absent, null, empty or no text. */
export function findText(fields: Fields | undefined, name: string): string | undefined {
	const value = fields?.[name];
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number from 1. */
export function readNumber(fields: Fields, name: string): number {
	const value = fields[name];
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
		throw new UnreadableAnswerError(`no number ${name}`);
	}
	return value;
}

export function readTime(fields: Fields, name: string): Instant {
	const at = findTime(fields, name);
	if (at === undefined) throw new UnreadableAnswerError(`no time ${name}`);
	return at;
}

/** RFC 3339. */
export function findTime(fields: Fields, name: string): Instant | undefined {
	const at = Date.parse(findText(fields, name) ?? '');
	return Number.isNaN(at) ? undefined : at;
}

/** Absent and null are an empty list: some forges write those for it. */
export function readList(fields: Fields, name: string): readonly unknown[] {
	const value = fields[name];
	if (value === undefined || value === null) return [];
	if (!Array.isArray(value)) throw new UnreadableAnswerError(`no list ${name}`);
	return value;
}

/** A commit's id in full, SHA-1 or SHA-256. */
export function findCommit(fields: Fields | undefined, name: string): string | undefined {
	const text = findText(fields, name);
	return text !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}
