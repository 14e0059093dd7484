// What people ask for: `/spillway hold 1h` at the start of a line, or a ticked box.
import type { Command } from '../../model/ports/pull-request-text.ts';
import type { Milliseconds } from '../../model/time.ts';
import { type Box, beginMark, findOurPart, readTickedBoxes } from './marks.ts';

const hour: Milliseconds = 3_600_000;
const minute: Milliseconds = 60_000;

/** A hold that nobody gives a span. */
const usualHold: Milliseconds = hour;
const shortestHold: Milliseconds = minute;
const longestHold: Milliseconds = 24 * hour;

/** One comment has no more; the rest is passed over. */
const mostCommands = 10;

/** How much of an unknown command is quoted. */
const quotedLength = 80;

/**
 * The commands of a comment, in order. Of a body with our part only its ticked boxes count: it is read again and
 * again, and what stands in it was not said now.
 */
export function readCommands(text: string): readonly Command[] {
	if (text.includes(beginMark)) {
		const ours = findOurPart(text);
		return ours === undefined ? [] : readTickedBoxes(text.slice(ours.start, ours.end)).map(commandOfBox);
	}
	return visibleLines(text)
		.flatMap((line) => readLine(line) ?? [])
		.slice(0, mostCommands);
}

function commandOfBox(box: Box): Command {
	return box === 'hold' ? { kind: 'hold', span: usualHold } : { kind: box };
}

function readLine(line: string): Command | undefined {
	const [, rest] = /^ {0,3}\/(?:spillway|failover)(?:[ \t]+(.*))?$/i.exec(line.trimEnd()) ?? [];
	if (rest === undefined) return /^ {0,3}\/(?:spillway|failover)\s*$/i.test(line) ? unknown('') : undefined;
	const [verb = '', span] = rest.trim().split(/\s+/);
	switch (verb.toLowerCase()) {
		case 'hold':
			return readHold(rest, span);
		case 'resume':
			return { kind: 'resume' };
		case 'retry':
			return { kind: 'retry' };
		case 'veto':
			return { kind: 'veto' };
		case 'escalate':
			return { kind: 'escalate' };
		default:
			return unknown(rest);
	}
}

/** `hold`, `hold 30m`, `hold until I had a look`. */
function readHold(rest: string, written: string | undefined): Command {
	if (written === undefined || !/^\d/.test(written)) return { kind: 'hold', span: usualHold };
	const span = readSpan(written);
	const isAllowed = span !== undefined && span >= shortestHold && span <= longestHold;
	return isAllowed ? { kind: 'hold', span } : unknown(rest);
}

function readSpan(written: string): Milliseconds | undefined {
	const [whole, hours = '0', minutes = '0', seconds = '0'] =
		/^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(written) ?? [];
	return whole === undefined
		? undefined
		: Number(hours) * hour + Number(minutes) * minute + Number(seconds) * 1000;
}

function unknown(text: string): Command {
	return { kind: 'unknown', text: [...text.trim()].slice(0, quotedLength).join('') };
}

/** What the next line stands in: `text`, `comment`, or code that ends with such a fence. */
type Inside = 'text' | 'comment' | { readonly fence: string };

/** Lines outside of fenced code and HTML comments; a quoted line does not begin with a command anyway. */
function visibleLines(text: string): readonly string[] {
	let inside: Inside = 'text';
	return text.split(/\r\n|\n|\r/).filter((line) => {
		const before = inside;
		inside = readOn(inside, line);
		return before === 'text' && inside === 'text';
	});
}

function readOn(inside: Inside, line: string): Inside {
	if (inside === 'comment') return line.includes('-->') ? 'text' : inside;
	if (inside !== 'text') return closes(line, inside.fence) ? 'text' : inside;
	const fence = openedFence(line);
	if (fence !== undefined) return { fence };
	return /^ {0,3}<!--/.test(line) && !line.includes('-->') ? 'comment' : 'text';
}

function openedFence(line: string): string | undefined {
	const [, ticks, tildes] = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line) ?? [];
	return ticks ?? tildes;
}

function closes(line: string, fence: string): boolean {
	const [, found = ''] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line) ?? [];
	return found.length >= fence.length && found[0] === fence[0];
}
