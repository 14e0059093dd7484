// Markdown as forges render it: GitHub's flavour, line ends as breaks, and no HTML but a few harmless elements.
import createMarkdownIt, { type MarkdownIt } from 'markdown-it';

/** What the sanitisers of GitHub, GitLab and Gitea all let through, as far as it is used here; without attributes. */
const letThrough = new Set(['b', 'br', 'code', 'details', 'summary']);

/** The HTML of a body. Fenced `mermaid` becomes what the script of that name looks for. */
export function renderMarkdown(text: string): string {
	return createRenderer().render(text);
}

export type Tokens = ReturnType<MarkdownIt['parse']>;

/** The same before it is rendered. */
export function parseMarkdown(text: string): Tokens {
	return createRenderer().parse(text, {});
}

function createRenderer(): MarkdownIt {
	const markdown: MarkdownIt = createMarkdownIt({
		html: true,
		linkify: true,
		breaks: true,
		highlight: (code, language) => (language === 'mermaid' ? drawLater(markdown, code) : ''),
	});
	const { rules } = markdown.renderer;
	rules['html_block'] = (tokens, index) => sanitizeHtml(tokens[index]?.content ?? '');
	rules['html_inline'] = (tokens, index) => sanitizeHtml(tokens[index]?.content ?? '');
	rules['text'] = (tokens, index) => {
		const text = markdown.utils.escapeHtml(tokens[index]?.content ?? '');
		return index === 0 ? text.replace(/^\[([ xX])\] /, drawBox) : text;
	};
	return markdown;
}

/** What begins with `<pre` is left as it is. */
function drawLater({ utils }: MarkdownIt, code: string): string {
	return `<pre class="mermaid">${utils.escapeHtml(code)}</pre>`;
}

function drawBox(_: string, state: string): string {
	return `<input type="checkbox" class="task-list-item-checkbox" disabled${state === ' ' ? '' : ' checked'}> `;
}

/** Comments vanish, a few elements stay, and all others are shown as text. */
function sanitizeHtml(html: string): string {
	return html
		.replaceAll(/<!--[\s\S]*?-->/g, '')
		.replaceAll(/<(\/?)([A-Za-z][A-Za-z0-9]*)([^>]*)>/g, (whole, slash: string, name: string) =>
			letThrough.has(name.toLowerCase()) ? `<${slash}${name.toLowerCase()}>` : whole.replaceAll('<', '&lt;'),
		);
}
