import test from 'ava';
import { renderDiff } from '../../../src/simulator/forge/pages/diff.ts';
import { composePolicy } from '../../../src/simulator/forge/pages/layout.ts';
import { renderMarkdown } from '../../../src/simulator/forge/pages/markdown.ts';
import { startEmbeddedGitea } from '../../support/embedded-gitea.ts';

/** Tags that a rendered text may hold, and the attributes of each. */
const allowed: Readonly<Record<string, readonly string[]>> = {
	a: ['href', 'rel'],
	input: ['type', 'disabled', 'checked'],
	pre: ['class'],
	li: ['class'],
	td: ['align'],
	th: ['align'],
	details: ['open'],
	...Object.fromEntries(
		'p br hr h1 h2 h3 h4 h5 h6 ul ol code em strong s blockquote table thead tbody tr summary sub sup kbd b i'
			.split(' ')
			.map((name) => [name, []]),
	),
};

/** Tags and attributes that are not allowed, as a browser would find them. */
function findForeign(html: string): readonly string[] {
	return [...html.matchAll(/<\/?([a-z][\w-]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>|</gi)].flatMap(
		([whole, name, attributes = '']) => {
			const known = name === undefined ? undefined : allowed[name];
			if (known === undefined) return [whole];
			const names = [...attributes.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, each = '']) => each);
			return names.filter((each) => !known.includes(each)).map((each) => `${name} ${each}`);
		},
	);
}

const hostile = [
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'a <svg/onload=alert(1)> b',
	'<details open ontoggle=alert(1)>x</details>',
	'<a href="javascript:alert(1)">x</a>',
	'[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html;base64,PHNjcmlwdD4=)',
	'[x](&#106;avascript:alert(1)) [y](java&#10;script:alert(1)) <javascript:alert(1)>',
	'![x](https://evil.example/track.png "t")',
	'![" onerror="alert(1)](https://evil.example/"onerror="alert(1))',
	'[x](https://e.example/"onmouseover="alert(1))',
	'<iframe src="//evil.example"></iframe><form action="/x"><input name=a></form>',
	'<style>body{display:none}</style>',
	'<!-- hidden --><script>alert(1)</script><!-- more -->',
	'<!-- <b>--><script>alert(1)</script>',
	'```mermaid\nflowchart LR\n  A["<img src=x onerror=alert(1)>"] --> B\n```',
	'```html\n</code></pre><script>alert(1)</script>\n```',
	'```"><script>alert(1)</script>\nx\n```',
	'`</code><script>alert(1)</script>`',
	'| a | b |\n|---|---|\n| <script>alert(1)</script> | ![x](javascript:1) |',
	'- [ ] <script>alert(1)</script>\n- [x] [y](vbscript:1)',
	'<div\n onclick="alert(1)">x</div>',
	'&lt;script&gt;alert(1)&lt;/script&gt;',
	'<br onclick=alert(1)> <br/> <kbd>k</kbd>',
	'# <script\n<b',
	'[a]: javascript:alert(1)\n[a]',
];

for (const text of hostile) {
	test(`a hostile text renders as nothing but harmless tags: ${JSON.stringify(text)}`, (t) => {
		const html = renderMarkdown(text);
		t.deepEqual(findForeign(html), [], html);
		t.notRegex(html, /(?:href)="(?!https?:|mailto:|[/#])/i);
	});
}

test('the search for foreign tags finds them', (t) => {
	t.deepEqual(findForeign('<p>x</p><script>1</script>'), ['<script>', '</script>']);
	t.deepEqual(findForeign('<p onclick="x">y</p>'), ['p onclick']);
	t.deepEqual(findForeign('<img src=x onerror=1>'), ['<']);
});

test('comments are hidden, tables and boxes are shown, folds work', (t) => {
	const html = renderMarkdown(
		'<!-- note -->\nHello <!-- inline --> **you**\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [ ] hold <!-- box -->\n- [x] done\n\n<details><summary>More</summary>\n\ntext\n\n</details>\n',
	);
	t.notRegex(html, /note|inline|box --/);
	t.regex(html, /<strong>you<\/strong>/);
	t.regex(html, /<td>1<\/td>\s*<td align="right">2<\/td>/);
	t.regex(html, /<input type="checkbox" disabled> hold/);
	t.regex(html, /<input type="checkbox" disabled checked> done/);
	t.regex(html, /<details><summary>More<\/summary>\n<p>text<\/p>\n<\/details>/);
});

test('what a comment hides in code is shown', (t) => {
	t.regex(renderMarkdown('`<!-- x -->`'), /&(?:lt|#60);!-- x --/);
});

test('a picture becomes a link, which nothing loads', (t) => {
	const html = renderMarkdown('![logo](https://example.com/logo.png)');
	t.is(html, '<p><a href="https://example.com/logo.png" rel="nofollow noopener noreferrer">logo</a></p>\n');
});

test('a long diff is cut, and says so', (t) => {
	const html = renderDiff(Array.from({ length: 2_500 }, (_, line) => `+line ${line}`).join('\n'));
	t.is(html.match(/<span class="added">/g)?.length, 2_000);
	t.regex(html, /500 more lines are not shown/);
	t.notRegex(renderDiff('+<script>'), /<script/);
	t.true(renderDiff(`+${'x'.repeat(100_000)}`).length < 1_000);
});

test('a pull request has a page with its text, state, labels, statuses, comments and changes', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	const { repository, core } = forge;
	const { hosted } = repository;
	const writer = 'the-writer';
	await hosted.git.move('spillway/failover/east', undefined, hosted.state.tips.get('main'));
	const body = '## Why\n\n<script>alert(1)</script>\n\n```mermaid\nflowchart LR\n  a --> b\n```\n';
	const title = 'failover: <b>east</b> → west';
	const pull = await hosted.open(writer, { title, body, head: 'spillway/failover/east', base: 'main' });
	await hosted.makeLabel(writer, { name: 'spill<way', color: '00aabb', description: '' });
	await hosted.addLabels(writer, pull.number, ['spill<way']);
	await hosted.comment(writer, pull.number, 'a comment <img src=x onerror=alert(1)>');
	const status = { context: 'spillway/still-needed', state: 'failure', description: 'not <b>', url: '' };
	await hosted.setStatus(writer, pull.headCommit, status);

	const answer = await fetch(`${repository.page}/pulls/${pull.number}`);
	t.is(answer.status, 200);
	const html = await answer.text();
	for (const part of [
		/<h1>failover: &#60;b&#62;east&#60;\/b&#62; → west/,
		/<span class="badge open">open<\/span>/,
		/<span class="label">spill&#60;way<\/span>/,
		/<span class="status failure">failure<\/span> <code>spillway\/still-needed<\/code> not &#60;b&#62;/,
		/<pre class="mermaid"><code>flowchart LR/,
		/a comment &#60;img/,
		/width=device-width/,
	]) {
		t.regex(html, part);
	}
	t.deepEqual(html.match(/<script[^>]*>/g), ['<script type="module" src="/assets/diagrams.js">']);
	const policy = answer.headers.get('content-security-policy') ?? '';
	t.is(policy, composePolicy(true));
	t.regex(policy, /script-src 'self';/);

	const list = await fetch(`${repository.page}/pulls`);
	t.is(list.status, 200);
	t.is(list.headers.get('content-security-policy'), composePolicy(false));
	t.regex(await list.text(), /href="\/the-owner\/config\/pulls\/1">failover: &#60;b&#62;east/);
	t.is(core.repository('the-owner/config'), hosted);
});

test('a file at a commit has a page, and what is none has not', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	const { page, hosted } = forge.repository;
	const commit = hosted.state.tips.get('main') ?? '';
	const answer = await fetch(`${page}/src/commit/${commit}/README.md`);
	t.is(answer.status, 200);
	t.regex(await answer.text(), /<pre class="diff"><span>hello<\/span>/);
	for (const path of [
		`${commit}/missing`,
		`${'0'.repeat(40)}/README.md`,
		`${commit}/%E0%A4%A`,
		`${commit}/../x`,
	]) {
		t.is((await fetch(`${page}/src/commit/${path}`)).status, 404, path);
	}
});

test('pages load what they name from the forge alone, and nothing beside it', async (t) => {
	const { forge } = await startEmbeddedGitea(t);
	const css = await fetch(`${forge.url}/assets/markdown.css`);
	t.regex(await css.text(), /\.markdown-body/);
	t.is(css.headers.get('content-type'), 'text/css;charset=utf-8');
	for (const path of ['page.css', 'diagrams.js', 'mermaid/mermaid.esm.min.mjs']) {
		const answer = await fetch(`${forge.url}/assets/${path}`);
		t.is(answer.status, 200, path);
		await answer.body?.cancel();
	}
	for (const path of [
		'/assets/mermaid/../package.json',
		'/assets/mermaid/%2e%2e/package.json',
		'/assets/mermaid/package.json',
		'/assets/none.css',
		'/the-owner/missing/pulls',
		'/the-owner/config/pulls/99',
		'/',
	]) {
		const answer = await fetch(`${forge.url}${path}`);
		t.is(answer.status, 404, path);
		t.notRegex(await answer.text(), /<script/);
	}
	t.is((await fetch(`${forge.repository.page}/pulls`, { method: 'POST' })).status, 405);
});
