import { escapeHtml } from './escape-html.ts';

/** More lines are left out, and said to be. */
const shownLines = 2_000;
const shownLength = 500;

/** What `git diff` prints, line by line. */
export function renderDiff(diff: string): string {
	if (diff === '') return '<p>There are none.</p>';
	const lines = diff.replace(/\n$/, '').split('\n');
	const shown = lines.slice(0, shownLines).map((line) => {
		const text = line.length > shownLength ? `${line.slice(0, shownLength)}…` : line;
		return `<span${nameLine(line)}>${escapeHtml(text)}</span>`;
	});
	const rest =
		lines.length > shownLines ? `<p>${lines.length - shownLines} more lines are not shown.</p>` : '';
	return `<pre class="diff">${shown.join('')}</pre>${rest}`;
}

function nameLine(line: string): string {
	if (/^(?:diff |index |--- |\+\+\+ |@@)/.test(line)) return ' class="place"';
	if (line.startsWith('+')) return ' class="added"';
	return line.startsWith('-') ? ' class="removed"' : '';
}
