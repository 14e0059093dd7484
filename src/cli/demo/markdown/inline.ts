import { paint, type Style, type Terminal } from '../../terminal.ts';

/** A run of characters that look the same. */
export interface Span {
	readonly text: string;
	readonly isBold: boolean;
	readonly isCode: boolean;
}

/** What no line is broken within. */
export type Word = readonly Span[];

/** Code comes first: in it, nothing else means anything. */
const marks = /`([^`]+)`|(\*\*)|\[((?:`[^`]*`|[^\]`])*)\]\(<[^>]*>\)|&(amp|lt|gt|quot);|[^`*[&]+|[\s\S]/g;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The words of one line of Markdown. Of a link only its text is kept. */
export function readWords(text: string): readonly Word[] {
	return splitWords(readSpans(text, false));
}

function readSpans(text: string, isInBold: boolean): readonly Span[] {
	const spans: Span[] = [];
	let isBold = isInBold;
	for (const [all, code, bold, linked, entity] of text.matchAll(marks)) {
		if (bold !== undefined) isBold = !isBold;
		else if (linked !== undefined) spans.push(...readSpans(linked, isBold));
		else if (code !== undefined) spans.push({ text: code, isBold, isCode: true });
		else spans.push({ text: entity === undefined ? all : (entities[entity] ?? all), isBold, isCode: false });
	}
	return spans;
}

function splitWords(spans: readonly Span[]): readonly Word[] {
	const words: Span[][] = [[]];
	for (const span of spans) {
		const [first = '', ...others] = span.text.split(/\s/);
		words.at(-1)?.push({ ...span, text: first });
		words.push(...others.map((text) => [{ ...span, text }]));
	}
	return words.map((word) => word.filter(({ text }) => text !== '')).filter((word) => word.length > 0);
}

/** How many columns words take in one line. */
export function measure(words: readonly Word[]): number {
	const lengths = words.map((word) => word.reduce((sum, { text }) => sum + [...text].length, 0));
	return lengths.reduce((sum, length) => sum + length, Math.max(0, words.length - 1));
}

/** Breaks lines between words, and within a word that is wider than a line. */
export function wrapWords(words: readonly Word[], width: number): readonly (readonly Word[])[] {
	const lines: Word[][] = [[]];
	for (const word of words.flatMap((each) => breakWord(each, width))) {
		const last = lines.at(-1) ?? [];
		if (last.length > 0 && measure([...last, word]) > width) lines.push([word]);
		else last.push(word);
	}
	return lines;
}

function breakWord(word: Word, width: number): readonly Word[] {
	if (measure([word]) <= width) return [word];
	const characters = word.flatMap((span) => [...span.text].map((text) => ({ ...span, text })));
	const count = Math.ceil(characters.length / width);
	return Array.from({ length: count }, (_, at) => characters.slice(at * width, (at + 1) * width));
}

export function paintWords(terminal: Pick<Terminal, 'color'>, words: readonly Word[]): string {
	return words.map((word) => word.map((span) => paintSpan(terminal, span)).join('')).join(' ');
}

function paintSpan(terminal: Pick<Terminal, 'color'>, { text, isBold, isCode }: Span): string {
	const styles: readonly Style[] = [
		...(isBold ? ['bold' as const] : []),
		...(isCode ? ['cyan' as const] : []),
	];
	return styles.reduce<string>((painted, style) => paint(terminal, style, painted), text);
}
