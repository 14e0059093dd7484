import { catalogue, type ProblemCode } from './catalogue.ts';

/** Where a person has to look. */
export type Where =
	| { readonly kind: 'text'; readonly file: string; readonly line: number; readonly column: number }
	/** A file as a whole, an object on a cluster, a repository, a flag: named, without a position. */
	| { readonly kind: 'named'; readonly name: string };

/** Something a person must mend: what, where, how. */
export interface Problem {
	readonly code: ProblemCode;
	readonly where: Where;
	readonly message: string;
	/** The offending value, escaped and cut by `showValue`. */
	readonly got?: string;
	readonly expected?: string;
	readonly remedy: string;
}

export interface ProblemFacts {
	readonly where: Where;
	readonly message: string;
	readonly got?: string | undefined;
	readonly expected?: string | undefined;
	/** Overrides the catalogue's remedy where this case allows a better one. */
	readonly remedy?: string | undefined;
}

export function problem(code: ProblemCode, facts: ProblemFacts): Problem {
	return {
		code,
		where: facts.where,
		message: facts.message,
		...(facts.got === undefined ? {} : { got: facts.got }),
		...(facts.expected === undefined ? {} : { expected: facts.expected }),
		remedy: facts.remedy ?? catalogue[code].remedy,
	};
}

export function isWarning({ code }: Pick<Problem, 'code'>): boolean {
	return code.startsWith('W_');
}

/** A problem longer than this is cut. */
const problemLength = 4096;

/** One line, safe to print: `file:line:col CODE message (got …; expected …) → remedy`. */
export function formatProblem(found: Problem): string {
	return showText(`${formatWhere(found.where)} ${found.code} ${tell(found)}`, problemLength);
}

/** The same without place and code, for what shows those itself. */
export function explainProblem(found: Problem): string {
	return showText(tell(found), problemLength);
}

function tell({ message, got, expected, remedy }: Problem): string {
	const facts = [got === undefined ? '' : `got ${got}`, expected === undefined ? '' : `expected ${expected}`];
	const bracket = facts.filter((fact) => fact !== '').join('; ');
	return `${message}${bracket === '' ? '' : ` (${bracket})`} → ${remedy}`;
}

export function formatWhere(where: Where): string {
	return where.kind === 'text' ? `${where.file}:${where.line}:${where.column}` : where.name;
}

/** A problem as an error, for what cannot go on without being mended. */
export class ProblemError extends Error {
	override readonly name: string = 'ProblemError';
	readonly problem: Problem;

	constructor(reported: Problem, options?: ErrorOptions) {
		super(formatProblem(reported), options);
		this.problem = reported;
	}
}

const shownLength = 80;
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A foreign value made safe to print: control and invisible characters escaped, cut at 80 characters. */
export function showValue(value: unknown): string {
	if (typeof value === 'string') return showText(`"${value}"`);
	return showText(typeof value === 'number' ? String(value) : String(JSON.stringify(value) ?? value));
}

/** Foreign text made safe to print on one line; `length` counts characters, not code units. */
export function showText(text: string, length: number = shownLength): string {
	// Most texts are short and plain, and this is asked of each of them.
	if (text.length <= length && text.search(invisible) === -1) return text;
	const characters = [...text.slice(0, 2 * length + 2)];
	const cut =
		characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : characters.join('');
	return cut.replace(invisible, (character) => {
		const code = character.codePointAt(0) ?? 0;
		return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
	});
}
