import { judgeStatus, newestStatuses } from '../commit-statuses.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import { isDraft, type Label, type StoredPull } from '../records.ts';
import { renderDiff } from './diff.ts';
import { escapeHtml } from './escape-html.ts';
import type { Page } from './layout.ts';
import { renderMarkdown } from './markdown.ts';

/** More are left out, and said to be. */
const shownPulls = 100;
const shownComments = 200;
/** More of a text is left out: Spillway's own are at most 60 KiB. */
const shownText = 131_072;

/** All pull requests of a repository, the newest first. */
export async function composeList(hosted: HostedRepository): Promise<Page> {
	const pulls = await hosted.pulls();
	const items = pulls.slice(0, shownPulls).map((pull) => {
		const link = `<a href="/${hosted.fullName}/pulls/${pull.number}">${escapeHtml(pull.title)}</a>`;
		const facts = `<span class="number">#${pull.number}</span> by ${escapeHtml(pull.author)}`;
		return `<li>${badge(pull)} ${link} ${facts} ${showLabels(hosted, pull)}</li>`;
	});
	const rest =
		pulls.length > shownPulls ? `<p>${pulls.length - shownPulls} older ones are not shown.</p>` : '';
	const list = items.length === 0 ? '<p>There are none.</p>' : `<ul class="plain">${items.join('\n')}</ul>`;
	const title = `Pull requests of ${hosted.fullName}`;
	return { title, content: `<h1>${escapeHtml(title)}</h1>\n${list}\n${rest}`, hasDiagrams: false };
}

/** One pull request as people read it. */
export async function composePull(hosted: HostedRepository, number: number): Promise<Page> {
	const pull = await hosted.pull(number);
	const comments = pull.comments.slice(-shownComments);
	const hidden = pull.comments.length - comments.length;
	const diff = await hosted.git.diff(pull.mergeBase, pull.headCommit).catch(() => '');
	const parts = [
		`<p class="facts"><a href="/${hosted.fullName}/pulls">Pull requests of ${escapeHtml(hosted.fullName)}</a></p>`,
		`<h1>${escapeHtml(pull.title)} <span class="number">#${number}</span></h1>`,
		`<p>${badge(pull)} ${describeBranches(pull)} ${showLabels(hosted, pull)}</p>`,
		composeText(pull.author, pull.createdAt, pull.body),
		composeStatuses(hosted, pull),
		hidden > 0 ? `<p class="facts">${hidden} older comments are not shown.</p>` : '',
		...comments.map(({ author, createdAt, body }) => composeText(author, createdAt, body)),
		...pull.reviews
			.filter(({ state }) => state !== 'PENDING')
			.map(({ author, at, state, body }) => composeText(`${author} (${state})`, at, body)),
		`<h2>Changes</h2>\n${renderDiff(diff)}`,
	];
	const content = parts.filter((part) => part !== '').join('\n');
	return {
		title: `${pull.title} · #${number} · ${hosted.fullName}`,
		content,
		hasDiagrams: content.includes('<pre class="mermaid">'),
	};
}

function badge({ state, title }: StoredPull): string {
	const name = state === 'open' && isDraft(title) ? 'draft' : state;
	return `<span class="badge ${name}">${name}</span>`;
}

function describeBranches({ head, base, headCommit, mergedBy, closedAt }: StoredPull): string {
	const commit = `<code>${headCommit.slice(0, 10)}</code>`;
	const branches = `<code>${escapeHtml(head)}</code> (${commit}) into <code>${escapeHtml(base)}</code>`;
	const merged = mergedBy === undefined ? '' : `, merged by ${escapeHtml(mergedBy)} ${showTime(closedAt)}`;
	return `<span class="facts">${branches}${merged}</span>`;
}

function showLabels({ state }: HostedRepository, { labels }: StoredPull): string {
	const show = ({ name }: Label): string => `<span class="label">${escapeHtml(name)}</span>`;
	return state.labels
		.filter(({ id }) => labels.includes(id))
		.map(show)
		.join(' ');
}

function composeText(author: string, at: number, body: string): string {
	const text = body.length > shownText ? `${body.slice(0, shownText)}\n\n…` : body;
	const header = `<header>${escapeHtml(author)} ${showTime(at)}</header>`;
	return `<article>${header}<div class="markdown-body">${renderMarkdown(text)}</div></article>`;
}

function composeStatuses({ state }: HostedRepository, { headCommit }: StoredPull): string {
	const items = newestStatuses(state, headCommit).map((status) => {
		const verdict = judgeStatus(status.state);
		const name = `<span class="status ${verdict}">${verdict}</span> <code>${escapeHtml(status.context)}</code>`;
		return `<li>${name} ${escapeHtml(status.description)}</li>`;
	});
	return items.length === 0 ? '' : `<h2>Statuses</h2>\n<ul class="plain">${items.join('\n')}</ul>`;
}

function showTime(at: number | undefined): string {
	if (at === undefined) return '';
	const text = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
	return `<time>${text} UTC</time>`;
}
