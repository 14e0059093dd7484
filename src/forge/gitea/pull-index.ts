import type { PullRequest } from '../../model/ports/forge.ts';
import { branchPrefix } from '../../model/pull-request.ts';
import type { Instant, Milliseconds } from '../../model/time.ts';
import { understand } from '../http/client.ts';
import { readPages } from '../http/pages.ts';
import { type GiteaApi, pageSize } from './gitea-api.ts';
import { parsePull } from './parse-pull.ts';
import { findPull, newestFirst } from './pulls.ts';

/** Times of updates are whole seconds, and two of them may have the same. */
const grain: Milliseconds = 2_000;

/** Finds pull requests by their branches, which Gitea's API cannot. */
export type FindByHead = (head: string, signal: AbortSignal) => Promise<readonly PullRequest[]>;

/**
 * Goes through all pull requests once, from the one that was updated last, and remembers those from Spillway's
 * branches. From then on it reads only as far as something has changed, which is one page as a rule.
 */
export function createPullIndex(api: GiteaApi): FindByHead {
	const known = new Map<number, PullRequest>();
	/** Whatever was updated before is known. */
	let readUntil: Instant = Number.NEGATIVE_INFINITY;
	let turn: Promise<unknown> = Promise.resolve();

	const remember = (pull: PullRequest): void => {
		if (!pull.isForeign && pull.head.startsWith(branchPrefix)) known.set(pull.number, pull);
	};

	/** Reads what is new. Resolves to the numbers that were seen just now. */
	const catchUp = async (signal: AbortSignal): Promise<ReadonlySet<number>> => {
		const fresh: PullRequest[] = [];
		for await (const page of walk(api, signal)) {
			fresh.push(...page);
			const oldest = page.at(-1)?.updatedAt ?? Number.POSITIVE_INFINITY;
			if (oldest < readUntil) break;
		}
		for (const pull of fresh) remember(pull);
		readUntil = fresh.reduce((newest, { updatedAt }) => Math.max(newest, updatedAt - grain), readUntil);
		return new Set(fresh.map(({ number }) => number));
	};

	const find: FindByHead = async (head, signal) => {
		const fresh = await catchUp(signal);
		const found = [...known.values()].filter((pull) => pull.head === head);
		// A push or a check changes an open one without an update of it; and no list says who merged one.
		const [newest] = newestFirst(found);
		const stale = found.filter(
			(pull) =>
				(pull.state === 'open' && !fresh.has(pull.number)) ||
				(pull === newest && pull.state === 'merged' && pull.mergedBy === undefined),
		);
		for (const { number } of stale) {
			const now = await findPull(api, number, signal);
			if (now === undefined) known.delete(number);
			else known.set(number, now.pull);
		}
		return newestFirst([...known.values()].filter((pull) => pull.head === head));
	};

	return async (head, signal) => {
		if (!head.startsWith(branchPrefix)) return await findUnknown(api, head, signal);
		// One at a time: the second one reads what the first one has not.
		const mine = turn.then(() => find(head, signal));
		turn = mine.catch(() => undefined);
		return await mine;
	};
}

/** A branch that is none of Spillway's: nothing of it is remembered. */
async function findUnknown(
	api: GiteaApi,
	head: string,
	signal: AbortSignal,
): Promise<readonly PullRequest[]> {
	const found: PullRequest[] = [];
	for await (const page of walk(api, signal)) {
		found.push(...page.filter((pull) => pull.head === head && !pull.isForeign));
	}
	return newestFirst(found);
}

/** In whatever state, the one updated last first: what changes meanwhile moves to the front, and nothing is missed. */
async function* walk(
	{ client, repository }: GiteaApi,
	signal: AbortSignal,
): AsyncGenerator<readonly PullRequest[]> {
	const query = { state: 'all', sort: 'recentupdate', limit: pageSize };
	const request = { method: 'GET', path: `${repository}/pulls`, query, what: 'list pull requests' } as const;
	for await (const page of readPages(client, request, signal)) {
		yield understand(client, request, () => page.map((item) => parsePull(item).pull));
	}
}
