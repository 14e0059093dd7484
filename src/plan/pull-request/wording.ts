// Small parts of sentences.
import type { PullRequestChange } from '../../model/change.ts';
import { sanitizeName } from './sanitize.ts';

export function nameTargets(changes: readonly PullRequestChange[]): 'split' | 'route' | 'target' {
	if (changes.every(({ target }) => target.kind === 'TrafficSplit')) return 'split';
	return changes.some(({ target }) => target.kind === 'TrafficSplit') ? 'target' : 'route';
}

/** `1 split`, `30 splits`. */
export function countTargets(changes: readonly PullRequestChange[]): string {
	return count(changes.length, nameTargets(changes));
}

export function count(size: number, noun: string): string {
	return `${size} ${noun}${size === 1 ? '' : 's'}`;
}

/** `a, b and c`; `a, b, c and 4 more`. */
export function list(parts: readonly string[], size: number = parts.length): string {
	const shown = parts.slice(0, Math.max(1, size));
	const more = parts.length - shown.length;
	if (more > 0) return `${shown.join(', ')} and ${more} more`;
	return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter(Boolean).join(' and ');
}

/** The first few names, as code. */
export function listNames(names: readonly string[], size: number = 3): string {
	return list(
		// Those that are only counted may be thousands.
		names.map((name, index) => (index < size ? sanitizeName(name) : name)),
		size,
	);
}

/** Something to unfold. What is inside may hold any Markdown. */
export function fold(summary: string, content: string): string {
	return `<details><summary><b>${summary}</b></summary>\n\n${content}\n\n</details>`;
}

export function bullets(lines: readonly string[]): string {
	return lines.map((line) => `- ${line}`).join('\n');
}

/** The first few lines; the rest is counted, as `noun` if there is room for none. */
export function firstLines(
	lines: readonly string[],
	limit: number,
	noun: string,
): { readonly shown: readonly string[]; readonly rest?: string } {
	const shown = lines.slice(0, limit);
	const rest = lines.length - shown.length;
	if (rest === 0) return { shown };
	return {
		shown,
		rest: shown.length === 0 ? count(rest, noun) : `${rest} more ${noun}${rest === 1 ? '' : 's'}`,
	};
}

/** A sentence that ends in one full stop. */
export function endSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}

export function capitalize(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}
