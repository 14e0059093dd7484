import { showText } from '../model/problem.ts';

/** One line of so many characters at most: what is not shown as it is takes more of them. */
export function shortText(text: string, length: number): string {
	const characters = [...showText(text.replace(/\s+/g, ' ').trim(), length)];
	return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : characters.join('');
}
