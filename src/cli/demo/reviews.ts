import type { CommitId } from '../../model/ports/repository.ts';
import type { Milliseconds } from '../../model/time.ts';
import { systemClock } from '../system-clock.ts';
import type { DemoForge } from './forge.ts';
import { type Sighting, sight } from './sightings.ts';

/** A pull request as its page shows it. */
export interface PullRequest {
	readonly number: number;
	readonly title: string;
	/** Markdown. */
	readonly body: string;
	/** Its page. */
	readonly url: string;
	readonly head: CommitId;
}

/** What the person of the story does at the forge, as its page's buttons do. */
export interface Reviews {
	read(number: number, signal: AbortSignal): Promise<PullRequest>;
	/** Merges what was read, and nothing that came since. */
	merge(pull: PullRequest, signal: AbortSignal): Promise<void>;
	/** Waits until a commit's status is green, and tells its text. */
	untilGreen(commit: CommitId, context: string, signal: AbortSignal): Promise<Sighting<string>>;
}

/** Below the repository's API. */
export function mergePath(number: number): string {
	return `/pulls/${number}/merge`;
}

/** From one look at something that changes to the next. */
const lookInterval: Milliseconds = 50;

interface PullReply {
	readonly title: string;
	readonly body: string;
	readonly html_url: string;
	readonly head: { readonly sha: string };
}

interface StatusReply {
	readonly statuses: readonly {
		readonly context: string;
		readonly status: string;
		readonly description: string;
	}[];
}

export function openReviews({ apiUrl, person }: Pick<DemoForge, 'apiUrl' | 'person'>): Reviews {
	const ask = async (path: string, signal: AbortSignal, body?: object): Promise<Response> =>
		await fetch(`${apiUrl}${path}`, {
			method: body === undefined ? 'GET' : 'POST',
			headers: { authorization: `token ${person.token}`, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
			signal,
		});
	const read = async <T>(path: string, signal: AbortSignal): Promise<T> => {
		const response = await ask(path, signal);
		if (!response.ok) throw new Error(`the forge answers ${response.status} to GET ${path}`);
		return (await response.json()) as T;
	};

	return {
		async read(number, signal) {
			const { title, body, html_url: url, head } = await read<PullReply>(`/pulls/${number}`, signal);
			return { number, title, body, url, head: head.sha };
		},
		async merge({ number, head }, signal) {
			const path = mergePath(number);
			for (;;) {
				const response = await ask(path, signal, { Do: 'merge', head_commit_id: head });
				const text = await response.text();
				if (response.ok) return;
				// Gitea tries a merge out first, in the background.
				if (!/try again later/i.test(text)) {
					throw new Error(`the forge answers ${response.status} to POST ${path}: ${text}`);
				}
				await systemClock.sleep(lookInterval, signal);
			}
		},
		async untilGreen(commit, context, signal) {
			for (;;) {
				const { statuses } = await read<StatusReply>(`/commits/${commit}/status`, signal);
				const found = statuses.find((each) => each.context === context);
				if (found?.status === 'success') return sight(found.description);
				await systemClock.sleep(lookInterval, signal);
			}
		},
	};
}
