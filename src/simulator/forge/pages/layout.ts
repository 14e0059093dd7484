import { escapeHtml } from './escape-html.ts';

export interface Page {
	readonly title: string;
	/** HTML. */
	readonly content: string;
	/** Whether a script is to draw what it has of diagrams. */
	readonly hasDiagrams: boolean;
}

/** A whole page; everything it loads is from where it is from. */
export function renderPage({ title, content, hasDiagrams }: Page): string {
	const script = hasDiagrams ? '\n<script type="module" src="/assets/diagrams.js"></script>' : '';
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/assets/markdown.css">
<link rel="stylesheet" href="/assets/page.css">${script}
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

/**
 * Nothing from elsewhere, no forms, no frames. Diagrams are drawn with styles of their own, and only a page that has
 * some may run a script.
 */
export function composePolicy(hasDiagrams: boolean): string {
	const own =
		"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src 'self'";
	return hasDiagrams
		? `${own}; script-src 'self'; style-src 'self' 'unsafe-inline'`
		: `${own}; script-src 'none'; style-src 'self'`;
}

export const pageStyle = `:root { color-scheme: light dark; --line: #d1d9e0; --soft: #59636e; --panel: #f6f8fa; }
body { margin: 0; background: #fff; color: #1f2328; font: 16px/1.5 system-ui, sans-serif; }
main { box-sizing: border-box; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 0.5rem; font-weight: 600; }
h2 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }
a { color: #0969da; }
.number, .facts { color: var(--soft); }
.facts { font-size: 0.875rem; }
.badge, .label { display: inline-block; border-radius: 1rem; padding: 0.1rem 0.7rem; font-size: 0.875rem; }
.badge { color: #fff; background: #59636e; }
.badge.open { background: #1a7f37; }
.badge.merged { background: #8250df; }
.badge.closed { background: #cf222e; }
.label { border: 1px solid var(--line); }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
article { border: 1px solid var(--line); border-radius: 0.4rem; margin: 1rem 0; }
article > header { background: var(--panel); padding: 0.4rem 0.8rem; font-size: 0.875rem; }
article > .markdown-body { padding: 0.8rem; }
.markdown-body table { display: block; overflow-x: auto; }
.status { font-weight: 600; }
.status.success { color: #1a7f37; }
.status.failure { color: #cf222e; }
.status.pending { color: #9a6700; }
pre.diff { overflow-x: auto; padding: 0.8rem; border: 1px solid var(--line); border-radius: 0.4rem; font-size: 0.8rem; }
.diff span { display: block; min-width: max-content; white-space: pre; }
.diff .added { background: #dafbe1; }
.diff .removed { background: #ffebe9; }
.diff .place { color: var(--soft); }
@media (max-width: 30rem) { main { padding: 0.6rem; } article > .markdown-body { padding: 0.6rem; } .markdown-body :is(td, th) { padding: 6px 8px; } }
@media (prefers-color-scheme: dark) {
	:root { --line: #3d444d; --soft: #9198a1; --panel: #151b23; }
	body { background: #0d1117; color: #f0f6fc; }
	a { color: #4493f8; }
	.diff .added { background: #12261e; }
	.diff .removed { background: #301b1e; }
	.status.success { color: #3fb950; }
	.status.failure { color: #f85149; }
	.status.pending { color: #d29922; }
}
`;

/** Draws diagrams where Mermaid is installed; where it is not, their text stays as it is. */
export const diagramScript = `const diagrams = document.querySelectorAll('pre.mermaid');
const { default: mermaid } = await import('/assets/mermaid/mermaid.esm.min.mjs');
const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: isDark ? 'dark' : 'default' });
for (const [index, element] of diagrams.entries()) {
	try {
		const { svg } = await mermaid.render('diagram-' + index, element.textContent ?? '');
		const drawn = document.createElement('div');
		drawn.innerHTML = svg;
		element.replaceWith(drawn);
	} catch {
		// The text says as much.
	}
}
`;
