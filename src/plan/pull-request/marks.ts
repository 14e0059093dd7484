// Marks that nobody sees: by them Spillway finds its own text again, whoever wrote around it.

/** Our part of a body is between these. */
export const beginMark = '<!-- spillway:begin -->';
export const endMark = '<!-- spillway:end -->';

/** What a box asks for. */
export const boxes = ['hold', 'resume', 'retry', 'veto', 'escalate'] as const;
export type Box = (typeof boxes)[number];

/** A box to tick, as a line of a list. It is always drawn empty. */
export function formatBox(box: Box, text: string): string {
	return `- [ ] ${text} <!-- spillway:box:${box} -->`;
}

/** The boxes of our part that somebody ticked. */
export function readTickedBoxes(text: string): readonly Box[] {
	const written = [...text.matchAll(/^[ \t]*[-*+] \[[xX]\] .*<!-- spillway:box:([a-z]+) -->/gm)];
	return boxes.filter((box) => written.some(([, name]) => name === box));
}

/** The note's place in a body. */
export function formatNoteMark(content: string): string {
	return `<!-- spillway:note ${content} -->`;
}

/** The contents of all notes in a text. */
export function readNoteMarks(text: string): readonly string[] {
	return [...text.matchAll(/<!-- spillway:note ([A-Za-z0-9+/=]+) -->/g)].map(([, content = '']) => content);
}

/** The mark of a comment. */
export function formatTopicMark(topic: string, key: string): string {
	return `<!-- spillway:${topic}:${key} -->`;
}

/** Whether a text begins with a mark of ours. */
export function beginsWithMark(text: string): boolean {
	return /^\s*<!-- spillway:[a-z]/.test(text);
}

/** Our part of a body, where it has just one. */
export function findOurPart(body: string): { readonly start: number; readonly end: number } | undefined {
	const start = body.indexOf(beginMark);
	const end = body.indexOf(endMark);
	const isWhole = start >= 0 && end > start;
	const isOnly = start === body.lastIndexOf(beginMark) && end === body.lastIndexOf(endMark);
	return isWhole && isOnly ? { start, end: end + endMark.length } : undefined;
}

/** A text without anything of ours that can be told from what people wrote. */
export function withoutMarks(text: string): string {
	return text
		.replaceAll(
			/<!-- spillway:begin -->(?:(?!<!-- spillway:begin -->)[\s\S])*?<!-- spillway:(?:end -->|note [^<>]*-->)/g,
			'',
		)
		.replaceAll(/<!-- spillway:[^<>]*?-->/g, '');
}
