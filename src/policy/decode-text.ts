import type { ProblemCode } from '../model/catalogue.ts';
import { type Problem, type ProblemFacts, problem } from '../model/problem.ts';

/** The most bytes a policy file may have. */
export const maxFileBytes = 262_144;

export type DecodedText =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'refused'; readonly problem: Problem };

const lineFeed = 0x0a;

/** Reads a file's bytes as UTF-8, without its byte order mark. */
export function decodeText(file: string, bytes: Uint8Array, maxBytes: number = maxFileBytes): DecodedText {
	if (bytes.length > maxBytes) {
		return refuse(file, 'E_FILE_TOO_LARGE', {
			message: 'the file is too large',
			// A repository hands over no more than one byte above the limit.
			got: bytes.length > maxBytes + 1 ? `${bytes.length} bytes` : `more than ${maxBytes} bytes`,
			expected: `at most ${maxBytes}`,
		});
	}
	const utf16 = detectUtf16(bytes);
	if (utf16 !== undefined) {
		return refuse(file, 'E_ENCODING', { message: `the file is not UTF-8 (looks like ${utf16})` });
	}
	try {
		return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
	} catch {
		const line = findUndecodableLine(bytes);
		return refuse(file, 'E_ENCODING', { message: 'this line is not UTF-8', line });
	}
}

type Refusal = Omit<ProblemFacts, 'where'> & { readonly line?: number };

function refuse(file: string, code: ProblemCode, { line = 1, ...facts }: Refusal): DecodedText {
	const where = { kind: 'text', file, line, column: 1 } as const;
	return { kind: 'refused', problem: problem(code, { ...facts, where }) };
}

/** By its byte order mark, or by the zero half of a first ASCII character. */
function detectUtf16([first, second]: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | undefined {
	if (first === undefined || second === undefined) return undefined;
	if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'UTF-16LE';
	if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'UTF-16BE';
	return undefined;
}

/** A line feed never occurs inside a UTF-8 sequence, so lines can be tried one by one. */
function findUndecodableLine(bytes: Uint8Array): number {
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let line = 1;
	for (let start = 0; start < bytes.length; line += 1) {
		const feed = bytes.indexOf(lineFeed, start);
		const end = feed === -1 ? bytes.length : feed + 1;
		try {
			decoder.decode(bytes.subarray(start, end));
		} catch {
			return line;
		}
		start = end;
	}
	return line;
}
