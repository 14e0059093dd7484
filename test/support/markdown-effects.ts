// What a text does at a forge beyond being read: links, pictures, mentions, HTML and the like.
import { parseMarkdown, type Tokens } from '../rendering/forge-markdown.ts';

type Token = Tokens[number];

/** What forges see in plain text, whatever the Markdown around it. */
const seenInText: readonly (readonly [what: string, pattern: RegExp])[] = [
	['mention', /@[\w/]/],
	['reference', /[#!$%~^&][\w]/],
	['reference', /\bGH-\d/i],
	['commit', /\b[0-9a-f]{7,40}\b/i],
	['address', /https?:|www\.|\w@\w|\w\.(?:com|example|dev)\b/i],
	['emoji', /:[a-z_+-]+:/i],
	['HTML', /[<>]/],
	['hidden character', /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\p{Cc}--[\n]]/v],
];

const ownComment = /^<!-- spillway:[A-Za-z-]+(?:[: ][\w.:+/=-]+)? -->\n?$/;
const ownHtml = /^(?:<details><summary><b>[^<>]*<\/b><\/summary>|<\/details>|<br>)\n?$/;
const ownBlocks = new Set([
	'paragraph',
	'bullet_list',
	'list_item',
	'table',
	'thead',
	'tbody',
	'tr',
	'th',
	'td',
]);
const ownInlines = new Set(['strong', 'code_inline', 'text', 'softbreak', 'link']);

/** Everything in a text that has an effect, but for links to `origins`, our own marks and folds, and one picture. */
export function findEffects(markdown: string, origins: readonly string[] = []): readonly string[] {
	const tokens = parseMarkdown(markdown);
	const fences = tokens.filter(({ type }) => type === 'fence');
	const strange = fences.filter(({ info }, index) => index > 0 || info !== 'mermaid');
	const inline = tokens.flatMap(({ children }) => children ?? []);
	return [
		...strange.map(({ info }) => `code block ${info}`),
		...tokens.flatMap((token) => judgeBlock(token)),
		...inline.flatMap((token) => judgeInline(token, origins)),
	];
}

function judgeBlock({ type, content }: Token): readonly string[] {
	const name = type.replace(/_(?:open|close)$/, '');
	if (type === 'html_block')
		return ownComment.test(content) || ownHtml.test(content) ? [] : [`HTML ${content}`];
	return type === 'inline' || type === 'fence' || ownBlocks.has(name) ? [] : [`block ${name}`];
}

function judgeInline(token: Token, origins: readonly string[]): readonly string[] {
	const { type, content } = token;
	const name = type.replace(/_(?:open|close)$/, '');
	if (type === 'html_inline')
		return ownComment.test(content) || ownHtml.test(content) ? [] : [`HTML ${content}`];
	if (type === 'link_open') {
		const url = String(token.attrGet('href'));
		return origins.some((origin) => url.startsWith(origin)) ? [] : [`link ${url}`];
	}
	if (!ownInlines.has(name)) return [`${name} ${content}`];
	if (type !== 'text') return [];
	return seenInText.filter(([, pattern]) => pattern.test(content)).map(([what]) => `${what} in ${content}`);
}
