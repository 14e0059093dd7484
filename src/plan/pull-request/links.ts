// Where to read on: the policies' files, and the pages that spillway.yaml names.
import { fillTemplate } from '../../model/message-template.ts';
import type { PullRequestLink } from '../../model/policy.ts';
import type { PullRequestFacts } from '../../model/ports/pull-request-text.ts';
import { describeChange, type MessageValues } from '../message-values.ts';
import { sanitizeName, sanitizeSentence } from './sanitize.ts';
import type { TrafficMove } from './traffic-moves.ts';
import { bullets, listNames } from './wording.ts';

/** A group has as many dashboards as policies; nobody reads all of them. */
const shownFiles = 3;
const shownPages = 3;

/** Browsers and servers cut longer ones. */
const longestUrl = 2_000;

/** Empty where there is nothing to read. */
export function writeLinks(facts: PullRequestFacts, moves: readonly TrafficMove[], limit: number): string {
	const files = linkFiles(facts, moves, Math.min(limit, shownFiles));
	const pages = linkPages(facts.settings.links, moves.slice(0, shownPages), limit);
	const lines = [...files, ...pages];
	return lines.length === 0 ? '' : `**Read on**\n\n${bullets(lines)}`;
}

function linkFiles(
	{ fileUrl }: PullRequestFacts,
	moves: readonly TrafficMove[],
	limit: number,
): readonly string[] {
	const files = Map.groupBy(moves, ({ change }) => change.source.replace(/:\d+$/, ''));
	const shown = [...files].slice(0, limit).map(([path, [first]]) => {
		const url = first && safeUrl(fileUrl?.(path, first.change.edit.policyCommit) ?? '');
		return url === undefined ? sanitizeName(path) : `[${sanitizeName(path)}](<${url}>)`;
	});
	const rest = files.size - shown.length;
	if (shown.length === 0) return [];
	const noun = files.size === 1 ? 'Policy' : 'Policies';
	return [`${noun}: ${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`];
}

/** The same page for several policies is linked once. */
function linkPages(
	links: readonly PullRequestLink[],
	moves: readonly TrafficMove[],
	limit: number,
): readonly string[] {
	const pages = new Map<string, { readonly title: string; readonly policies: Set<string> }>();
	for (const { title, url } of links) {
		for (const { change } of moves) {
			const values = describeChange(change.edit, moves.length);
			const filled = safeUrl(fillTemplate(url, encode(values)));
			if (filled === undefined) continue;
			const page = pages.get(filled) ?? { title, policies: new Set<string>() };
			page.policies.add(change.policy);
			pages.set(filled, page);
		}
	}
	const isAlone = moves.length === 1;
	return [...pages].slice(0, limit).map(([url, { title, policies }]) => {
		const of = isAlone || policies.size > 1 ? '' : ` of ${listNames([...policies], 1)}`;
		return `[${sanitizeSentence(title, 80)}](<${url}>)${of}`;
	});
}

function encode(values: MessageValues): MessageValues {
	const encoded = Object.entries(values).map(([name, value]) => [
		name,
		encodeURIComponent(value.toWellFormed()),
	]);
	return Object.fromEntries(encoded) as MessageValues;
}

/** A page's address as Markdown takes it between `<` and `>`; `undefined` of anything but a page without secrets. */
function safeUrl(written: string): string | undefined {
	if (!URL.canParse(written)) return undefined;
	const url = new URL(written);
	const isPage = url.protocol === 'https:' || url.protocol === 'http:';
	if (!isPage || url.username !== '' || url.password !== '' || url.href.length > longestUrl) return undefined;
	return url.href
		.replaceAll(/[`|\\<>"'{}^]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('&', '&amp;');
}
