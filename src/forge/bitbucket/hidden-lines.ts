// Bitbucket shows HTML comments as text. A definition of a link that nothing refers to is what it does not show.

/** Hides each line that is an HTML comment and nothing else. */
export function hideLines(text: string): string {
	return text.replaceAll(/^<!-- ((?:(?!-->).)*) -->$/gm, '[//]: # ($1)');
}

/** The text as it was before its lines were hidden. */
export function showLines(text: string): string {
	return text.replaceAll(/^\[\/\/\]: # \(((?:(?!-->).)*)\)$/gm, '<!-- $1 -->');
}
