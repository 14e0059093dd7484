// What people wrote in a body around our part.
import { findOurPart, withoutMarks } from './marks.ts';

export interface KeptText {
	readonly above: string;
	readonly below: string;
}

/** So much of it is kept, in bytes: ours has to fit beside it. */
const keptBytes = 40 * 1024;

/**
 * What is outside of our marks, in its place. Where somebody broke the marks, all that cannot be told to be ours goes
 * below, once: with the new marks in place it is found there the next time.
 */
export function readKeptText(existing: string): KeptText {
	const ours = findOurPart(existing);
	const found =
		ours === undefined
			? { above: '', below: removeMarks(existing).trim() }
			: { above: existing.slice(0, ours.start).trimEnd(), below: existing.slice(ours.end).trimStart() };
	const above = cutToBytes(found.above, keptBytes);
	return { above, below: cutToBytes(found.below, keptBytes - countBytes(above)) };
}

/** Without a mark, what was around it may be one. */
function removeMarks(text: string): string {
	const rest = withoutMarks(text);
	return rest === text ? text : removeMarks(rest);
}

export function countBytes(text: string): number {
	return new TextEncoder().encode(text).length;
}

function cutToBytes(text: string, limit: number): string {
	const bytes = new TextEncoder().encode(text);
	if (bytes.length <= limit) return text;
	const mark = '…';
	const room = Math.max(0, limit - countBytes(mark));
	// A character that is cut through reads as U+FFFD, which takes three bytes.
	const rest = new TextDecoder().decode(bytes.subarray(0, room)).replace(/\uFFFD$/, '');
	return `${rest.trimEnd()}${limit < countBytes(mark) ? '' : mark}`;
}
