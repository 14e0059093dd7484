/** What XML 1.0 has no way to write, not even as a reference. */
const impossible = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const references: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	'\t': '&#9;',
	'\n': '&#10;',
	'\r': '&#13;',
};

/** Text for an element or a quoted attribute. Characters that XML cannot hold are shown as `\u0007`. */
export function escapeXml(text: string): string {
	return text
		.replace(impossible, showCode)
		.replace(/[&<>"\t\n\r]/g, (character) => references[character] ?? '');
}

function showCode(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
