import MarkdownIt, { type StateCore, type Token } from 'markdown-it';
import { escapeHtml } from './escape-html.ts';

/** Tags that people may write, without attributes: they only fold and set text. */
const plainTags =
	/<!--[\s\S]*?-->|<\/?(?:details|summary|br|sub|sup|kbd|b|i|em|strong)\s*\/?>|<details open>/gi;

const linked = 'rel="nofollow noopener noreferrer"';

const markdown: ReturnType<typeof MarkdownIt> = createMarkdown();

/**
 * Renders what people and programs wrote as HTML that does nothing: no scripts, styles, frames, forms, or addresses but
 * of http, https and mailto; images become links; comments are left out, all other tags are shown as text.
 */
export function renderMarkdown(text: string): string {
	return markdown.render(text);
}

function createMarkdown(): ReturnType<typeof MarkdownIt> {
	const made = MarkdownIt({ html: true, linkify: false, breaks: false });
	made.validateLink = (address) => /^(?:https?:|mailto:|[/#])/i.test(address.trim());
	made.core.ruler.after('inline', 'tasks', turnTasks);
	const { rules } = made.renderer;
	const showTags = (tokens: Token[], index: number): string => defuse(tokens[index]?.content ?? '');
	rules['html_block'] = showTags;
	rules['html_inline'] = showTags;
	rules['image'] = (tokens, index) => {
		const address = String(tokens[index]?.attrGet('src') ?? '');
		const text = tokens[index]?.content || address;
		return `<a href="${escapeHtml(address)}" ${linked}>${escapeHtml(text)}</a>`;
	};
	rules['link_open'] = (tokens, index) => {
		const address = String(tokens[index]?.attrGet('href') ?? '');
		return `<a href="${escapeHtml(address)}" ${linked}>`;
	};
	rules['td_open'] = (tokens, index) => openCell('td', tokens[index]);
	rules['th_open'] = (tokens, index) => openCell('th', tokens[index]);
	rules['fence'] = (tokens, index) => {
		const { info = '', content = '' } = tokens[index] ?? {};
		// Drawn by a script of the page's own, which takes it for text.
		const name = /^\s*mermaid\b/.test(info) ? ' class="mermaid"' : '';
		return `<pre${name}><code>${escapeHtml(content)}</code></pre>\n`;
	};
	rules['task_box'] = (tokens, index) =>
		`<input type="checkbox" disabled${tokens[index]?.content === 'x' ? ' checked' : ''}> `;
	return made;
}

/** Without a style of its own, which pages may not have. */
function openCell(name: 'td' | 'th', cell: Token | undefined): string {
	const [, side] = /^text-align:(left|center|right)$/.exec(String(cell?.attrGet('style') ?? '')) ?? [];
	return side === undefined ? `<${name}>` : `<${name} align="${side}">`;
}

/** Leaves comments out, and shows every tag but a few plain ones as text. */
function defuse(html: string): string {
	const kept = html.match(plainTags) ?? [];
	const parts = html.split(plainTags).map((text, index) => {
		const tag = kept[index] ?? '';
		return escapeHtml(text) + (tag.startsWith('<!--') ? '' : tag);
	});
	return parts.join('');
}

/** `- [ ]` and `- [x]` become boxes, which nobody can tick here. */
function turnTasks(state: StateCore): void {
	for (const [index, token] of state.tokens.entries()) {
		const item = state.tokens[index - 2];
		if (token.type === 'inline' && item?.type === 'list_item_open') turnTask(state, item, token);
	}
}

function turnTask(state: StateCore, item: Token, { children }: Token): void {
	const first = children?.[0];
	const [mark, tick] = /^\[([ xX])\] /.exec(first?.type === 'text' ? first.content : '') ?? [];
	if (first === undefined || mark === undefined) return;
	first.content = first.content.slice(mark.length);
	item.attrSet('class', 'task-list-item');
	const box = new state.Token('task_box', '', 0);
	box.content = tick === ' ' ? '' : 'x';
	children?.unshift(box);
}
