// A page that shows a pull request about as GitHub does.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { renderMarkdown } from './forge-markdown.ts';

const { resolve } = createRequire(import.meta.url);

/** Where Mermaid's own bundle is, which it exports to nobody by name. */
const mermaid = new URL('mermaid.min.js', pathToFileURL(resolve('mermaid')));
const styles = pathToFileURL(resolve('github-markdown-css/github-markdown-light.css'));

export interface PageText {
	readonly title: string;
	readonly body: string;
}

/** The page as HTML. Once all pictures are drawn, or cannot be, `document.title` says `drawn`. */
export function composePage({ title, body }: PageText): string {
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>drawing</title>
<link rel="stylesheet" href="${styles}">
<style>
body { margin: 0; padding: 16px; max-width: 900px; }
h1 { font: 600 24px/1.25 sans-serif; overflow-wrap: anywhere; }
.task-list-item-checkbox { margin: 0 .2em .25em -1.4em; vertical-align: middle; }
li:has(> .task-list-item-checkbox) { list-style: none; }
pre.mermaid { background: none; padding: 0; text-align: center; }
</style>
<h1>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</h1>
<article class="markdown-body">
${renderMarkdown(body)}
</article>
<script src="${mermaid}"></script>
<script>
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
mermaid.run().catch(() => {}).then(() => { document.title = 'drawn'; });
</script>
</html>
`;
}
