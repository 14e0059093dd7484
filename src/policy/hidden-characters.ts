import { type Problem, problem } from '../model/problem.ts';
import type { SourceText } from './source-text.ts';

/** Characters nobody can see or that change how text is shown; a lone carriage return is no line end. */
const hidden = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\r\n]]|\r(?!\n)/v;
const everyHidden = new RegExp(hidden, 'gv');

/** Names the first hidden character of a text, such as `invisible character U+202E`. */
export function nameHiddenCharacter(text: string): string | undefined {
	const [character] = hidden.exec(text) ?? [];
	return character === undefined ? undefined : nameCharacter(character);
}

/** The hidden characters of a file, in comments too: they can make a review see something else. */
export function findHiddenCharacters(source: SourceText): readonly Problem[] {
	return [...source.text.matchAll(everyHidden)].map(({ 0: character, index }) =>
		problem('E_CONTROL_CHAR', {
			where: source.at(index),
			message: `${nameCharacter(character)} is not allowed`,
		}),
	);
}

function nameCharacter(character: string): string {
	const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	return `${/\p{Cc}/u.test(character) ? 'control' : 'invisible'} character U+${point}`;
}
