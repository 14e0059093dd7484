import type { HostedRepository } from '../hosted-repository.ts';
import { escapeHtml } from './escape-html.ts';
import type { Page } from './layout.ts';

/** More lines are left out. */
const shownLines = 5_000;

/** A file at a commit, as links in pull requests name it: `/owner/name/src/commit/<id>/<path>`. */
export async function composeFile(
	{ git, fullName }: HostedRepository,
	commit: string,
	encoded: string,
): Promise<Page | undefined> {
	const path = decode(encoded);
	if (path === undefined) return undefined;
	const lines = await git.readLines(commit, path);
	if (lines === undefined) return undefined;
	const shown = lines
		.slice(0, shownLines)
		.map((line) => `<span>${escapeHtml(line.replace(/\r?\n$/, ''))}</span>`);
	const content = [
		`<h1>${escapeHtml(path)}</h1>`,
		`<p class="facts">${escapeHtml(fullName)} at <code>${escapeHtml(commit.slice(0, 12))}</code></p>`,
		`<pre class="diff">${shown.join('')}</pre>`,
	];
	return { title: `${path} · ${fullName}`, content: content.join('\n'), hasDiagrams: false };
}

function decode(path: string): string | undefined {
	try {
		return decodeURIComponent(path);
	} catch {
		return undefined;
	}
}
