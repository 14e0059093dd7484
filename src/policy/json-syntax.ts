import { type Problem, problem } from '../model/problem.ts';
import type { SourceText } from './source-text.ts';

/** What may come next. */
type Expected = 'a value' | 'a value or ]' | 'a key' | 'a key or }' | 'a colon' | 'a comma or the end';

interface JsonFault {
	readonly offset: number;
	readonly message: string;
}

const space = /[ \t\r\n]*/y;
const token =
	/[{}[\],:]|"(?:[^"\\\t\r\n]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** The first place where a `.json` file is not JSON: YAML's parser is more lenient. */
export function findJsonFault(source: SourceText): Problem | undefined {
	const fault = scanJson(source.text);
	return fault && problem('E_JSON_SYNTAX', { where: source.at(fault.offset), message: fault.message });
}

function scanJson(text: string): JsonFault | undefined {
	const open: string[] = [];
	let expected: Expected | undefined = 'a value';
	let previous: string | undefined;
	let offset = takeFrom(text, space, 0).length;
	while (offset < text.length) {
		const found = takeFrom(text, token, offset);
		const after: Expected | undefined = found === '' ? undefined : stepOver(found, expected, open);
		if (after === undefined) {
			const trailing = previous === ',' && (found === '}' || found === ']');
			return { offset, message: trailing ? 'a trailing comma before this' : `expected ${expected} here` };
		}
		expected = after;
		previous = found;
		offset += found.length;
		offset += takeFrom(text, space, offset).length;
	}
	return expected === 'a comma or the end' && open.length === 0
		? undefined
		: { offset, message: 'the JSON ends too early' };
}

function takeFrom(text: string, pattern: RegExp, offset: number): string {
	pattern.lastIndex = offset;
	return pattern.exec(text)?.[0] ?? '';
}

/** What may follow `found`, or `undefined` where it may not stand. `open` holds the closing marks still due. */
function stepOver(found: string, expected: Expected, open: string[]): Expected | undefined {
	const isText = found.startsWith('"');
	switch (expected) {
		case 'a colon':
			return found === ':' ? 'a value' : undefined;
		case 'a comma or the end':
			return found === ',' ? startEntry(open) : closeCollection(found, open);
		case 'a key':
			return isText ? 'a colon' : undefined;
		case 'a key or }':
			return isText ? 'a colon' : closeCollection(found, open);
		case 'a value or ]':
			return openValue(found, open) ?? closeCollection(found, open);
		case 'a value':
			return openValue(found, open);
	}
}

function openValue(found: string, open: string[]): Expected | undefined {
	if (found === '{') {
		open.push('}');
		return 'a key or }';
	}
	if (found === '[') {
		open.push(']');
		return 'a value or ]';
	}
	return /^[}\],:]$/.test(found) ? undefined : 'a comma or the end';
}

function startEntry(open: readonly string[]): Expected | undefined {
	const [innermost] = open.slice(-1);
	if (innermost === undefined) return undefined;
	return innermost === '}' ? 'a key' : 'a value';
}

function closeCollection(found: string, open: string[]): Expected | undefined {
	if (found !== open.at(-1)) return undefined;
	open.pop();
	return 'a comma or the end';
}
