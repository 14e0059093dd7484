/**
 * Breaks a text between words so that each line has at most `width` characters; a longer word keeps its own line.
 * What follows the first line of a list's item stands under its text.
 */
export function wrapText(text: string, width: number): readonly string[] {
	const hang = text.startsWith('- ') ? '  ' : '';
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (line.trim() !== '' && [...longer].length > width) {
			lines.push(line);
			line = `${hang}${word}`;
		} else {
			line = longer;
		}
	}
	return [...lines, line];
}
