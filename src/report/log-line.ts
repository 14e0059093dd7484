import type { LogFields } from '../model/ports/log.ts';
import { showText } from '../model/problem.ts';
import type { Instant } from '../model/time.ts';

export interface LogEntry {
	readonly at: Instant;
	readonly level: string;
	readonly message: string;
	readonly fields: LogFields;
}

/** A log line longer than this is cut. */
export const maxLineLength = 8192;

/** `09:12:03.123 warn  holding  policy=emojivoto/emoji reasons="…"`: one line, safe to print on a terminal. */
export function renderLogLine({ at, level, message, fields }: LogEntry): string {
	const time = new Date(at).toISOString().slice(11, 23);
	const facts = Object.entries(fields).map(([name, value]) => `${name}=${renderValue(value)}`);
	const line = showText([time, level.padEnd(5), message, ...facts].join(' '), maxLineLength);
	// Escapes lengthen what they show.
	return `${showText(line, maxLineLength)}\n`;
}

function renderValue(value: unknown): string {
	const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
	const text = isList ? value.join('; ') : writeValue(value);
	return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

function writeValue(value: unknown): string {
	return typeof value === 'string' ? value : String(JSON.stringify(value));
}
