import { createGiteaForge } from '../../src/forge/gitea/gitea-forge.ts';
import type { Forge } from '../../src/model/ports/forge.ts';
import { createImpatientClock } from './impatient-clock.ts';
import { type ScriptedAnswer, type SeenRequest, scriptFetch } from './scripted-fetch.ts';

/** The adapter on a Gitea that answers as written; and what it asked, as `GET /pulls?state=all` below the repository. */
export function scriptGitea(answers: readonly ScriptedAnswer[]): {
	readonly forge: Forge;
	asked(): readonly string[];
	readonly seen: readonly SeenRequest[];
} {
	const { fetch, seen } = scriptFetch(answers);
	const forge = createGiteaForge({
		apiUrl: 'https://git.example/api/v1',
		webUrl: 'https://git.example/acme/config',
		owner: 'acme',
		name: 'config',
		tokens: { token: () => Promise.resolve('token') },
		fetch,
		clock: createImpatientClock(),
		random: () => 0,
		pacing: 0,
	});
	const shorten = ({ method, url }: SeenRequest): string =>
		`${method} ${url.replace('https://git.example/api/v1', '').replace('/repos/acme/config', '')}`;
	return { forge, seen, asked: () => seen.map(shorten) };
}

interface PullFacts {
	readonly head?: string;
	readonly state?: 'open' | 'closed';
	readonly merged?: boolean;
	readonly mergeable?: boolean;
	readonly title?: string;
	/** Seconds after the first of them. */
	readonly updated?: number;
	readonly fork?: boolean;
}

/** A pull request as Gitea writes it. */
export function giteaPull(number: number, facts: PullFacts = {}): object {
	const {
		head = 'spillway/failover/east',
		state = 'open',
		merged = false,
		mergeable = true,
		updated = 0,
	} = facts;
	const time = (after: number): string => new Date(1_750_000_000_000 + after * 1_000).toISOString();
	const closed = state === 'closed' ? time(updated) : null;
	return {
		number,
		html_url: `https://git.example/acme/config/pulls/${number}`,
		state,
		title: facts.title ?? 'Fail over east',
		body: '',
		draft: false,
		user: { login: 'spillway' },
		labels: null,
		requested_reviewers: null,
		created_at: time(0),
		updated_at: time(updated),
		closed_at: closed,
		mergeable,
		merged,
		merged_at: merged ? closed : null,
		merged_by: merged ? { login: 'ann' } : null,
		merge_commit_sha: merged ? 'd'.repeat(40) : null,
		base: { label: 'main', ref: 'main', sha: 'b'.repeat(40), repo_id: 1 },
		head: { label: head, ref: head, sha: 'a'.repeat(40), repo_id: facts.fork === true ? 2 : 1 },
	};
}
