import type { Fault } from './fault.ts';

/** What is wrong with a text of more than `longest` characters. */
export function judgeLength(text: string, longest: number): Fault | undefined {
	const { length } = [...text];
	if (length <= longest) return undefined;
	const got = `${length} characters`;
	return {
		code: 'E_LIMIT',
		message: 'is too long',
		got,
		expected: `at most ${longest}`,
		remedy: 'shorten it',
	};
}
