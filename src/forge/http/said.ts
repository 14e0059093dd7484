import { showText } from '../../model/problem.ts';

const longest = 300;

/** What an answer says in words, on one line; '' where it says nothing. Forges say it in many ways. */
export function readWords(text: string): string {
	const words = [...new Set(findWords(parse(text), 0))].join('; ');
	return showText(words.replace(/\s+/g, ' ').trim(), longest);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** `{message}`, `{message: {base: [..]}}`, `{error, error_description}`, `{errors: [{message}]}`, `{errors: ['..']}` */
const wordFields = ['message', 'error', 'error_description', 'errors', 'detail'];

function findWords(value: unknown, depth: number): readonly string[] {
	if (typeof value === 'string') return value === '' ? [] : [value];
	if (typeof value !== 'object' || value === null || depth > 3) return [];
	if (Array.isArray(value)) return value.slice(0, 8).flatMap((each) => findWords(each, depth + 1));
	const known = Object.entries(value).filter(([name]) => wordFields.includes(name));
	const told = known.length === 0 && depth > 0 ? Object.entries(value).slice(0, 8) : known;
	return told.flatMap(([, each]) => findWords(each, depth + 1));
}
