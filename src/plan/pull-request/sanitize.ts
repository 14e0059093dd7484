// Foreign text made safe to show at a forge: names, reasons and messages that anybody may have written. Code spans are
// the one thing that keeps every forge from seeing mentions, references, links, emoji, HTML and Markdown, and what is in
// them is copied as it is.
import { showText } from '../../model/problem.ts';

/** Names are shorter: Kubernetes allows 253 characters, a path of names is cut. */
const nameLength = 160;

/** The reasons of one decision; longer ones are cut, the log has all of it. */
const sentenceLength = 600;

/** A name as a code span, on one line; whatever it holds, it is text. */
export function sanitizeName(name: string, length: number = nameLength): string {
	return `\`${makeCode(name, length) || '(empty)'}\``;
}

/**
 * A sentence, on one line: words and numbers stay as they are, and whatever a forge might see more in becomes a code
 * span, such as `west/shop/web`.
 */
export function sanitizeSentence(sentence: string, length: number = sentenceLength): string {
	const words = makeCode(sentence, length).split(' ').filter(Boolean);
	const tokens = words.map((each) => readToken(each, words.length === 1));
	let text = '';
	for (const [index, token] of tokens.entries()) {
		const previous = tokens[index - 1];
		if (previous !== undefined) text += joins(previous, token) ? ' ' : `${closing(previous)} `;
		text += previous !== undefined && joins(previous, token) ? token.core : opening(token);
	}
	const last = tokens.at(-1);
	return last === undefined ? '' : text + closing(last);
}

/** No part of a title is longer. */
const longestTitle = 300;

/** What a title may hold: a squashed merge makes it a commit's subject, where mentions and references count. */
export function sanitizeTitle(name: string, length: number): string {
	const plain = makeVisible(name, longestTitle).replaceAll(/[^\p{Script=Latin}\p{Nd}._/ -]/gu, '_');
	return showText(plain || '_', length);
}

/** One line of plain text, for what no forge reads as Markdown. */
export function sanitizeLine(text: string, length: number): string {
	return makeVisible(text, length);
}

/** The text of a Mermaid node, between quotes: what its grammar or its Markdown might see more in is a question mark. */
export function sanitizeLabel(name: string): string {
	const plain = makeVisible(name, labelLength).replaceAll(/[^\p{Script=Latin}\p{Nd}._/… -]/gu, '?');
	// `1. name` is a list to Mermaid.
	return plain.replaceAll(/\.+(?= |$)|^[ -]+/g, '') || '?';
}

/** A node that is wider makes the whole picture small. */
const labelLength = 36;

interface Token {
	readonly isCode: boolean;
	/** What stands around a code span: `(`, `,`. */
	readonly before: string;
	readonly core: string;
	readonly after: string;
}

const word = /^[("]?\p{Script=Latin}+(?:['’]\p{Script=Latin}+)?[)"]?[,;:.!?]*$/u;
const number = /^(?:\d+|\(\d+\))[,;:%]*$/;
const symbol = /^[→–…=]$/;
/** A forge may have a commit of this name. */
const commit = /^[("]?[0-9a-f]{7,}[)"]?[,;:.!?]*$/i;

/** A number alone would begin a list if a full stop followed. */
function readToken(token: string, isAlone: boolean): Token {
	const isPlain = word.test(token) || (number.test(token) && !isAlone) || symbol.test(token);
	if (isPlain && !commit.test(token)) return { isCode: false, before: '', core: token, after: '' };
	const [, before = '', core = '', after = ''] = /^(\(?)(.*?)(\)?[,;:.]*)$/u.exec(token) ?? [];
	return core === ''
		? { isCode: true, before: '', core: token, after: '' }
		: { isCode: true, before, core, after };
}

/** Neighbours share a code span unless something stands between them. */
function joins(previous: Token, next: Token): boolean {
	return previous.isCode && next.isCode && previous.after === '' && next.before === '';
}

function opening({ isCode, before, core }: Token): string {
	return isCode ? `${before}\`${core}` : core;
}

function closing({ isCode, after }: Token): string {
	return isCode ? `\`${after}` : '';
}

/** Cannot be seen, or makes others be seen elsewhere. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Would end a code span or a cell, or begin one of our own marks. */
const meaning = /[`|]|<(?=!)/g;

/** One line in which every character can be seen. */
function makeVisible(text: string, length: number): string {
	return showText(makeLine(text, length).replace(hidden, spell), length).trim();
}

/** The same, in which nothing ends the code span or the cell it stands in. */
function makeCode(text: string, length: number): string {
	return showText(makeLine(text, length).replace(hidden, spell).replace(meaning, spell), length).trim();
}

/** What is far too long is not looked at to its end. */
function makeLine(text: string, length: number): string {
	return text
		.slice(0, 4 * length)
		.replaceAll(/\s+/g, ' ')
		.trim();
}

function spell(character: string): string {
	const point = character.codePointAt(0) ?? 0;
	return `\\u${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
