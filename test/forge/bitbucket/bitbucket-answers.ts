// What the fake Bitbucket tells of its state; what is not told here is filled in by the API's description.
import {
	type BitbucketState,
	type FakeComment,
	type FakePull,
	type FakeStatus,
	fullName,
	type Restriction,
} from './bitbucket-state.ts';

export interface Reply {
	readonly status: number;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	/** Of which only a page is sent. */
	readonly values?: readonly unknown[];
}

export interface RouteRequest {
	readonly state: BitbucketState;
	/** Whose token it is. */
	readonly account: string;
	readonly parameters: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
}

export type Route = (request: RouteRequest) => Reply;

export function refuse(status: number, message: string): Reply {
	return { status, body: { type: 'error', error: { message } } };
}

function formatTime(at: number): string {
	return new Date(at).toISOString().replace('Z', '+00:00');
}

export function describeAccount(state: BitbucketState, account: string): object {
	const nickname = state.nicknames.get(account) ?? account;
	return {
		type: 'user',
		uuid: `{${account}}`,
		nickname,
		display_name: nickname,
		account_id: `557058:${account}`,
	};
}

export function describeRepository(state: BitbucketState, name: string = fullName(state)): object {
	return { type: 'repository', full_name: name, name: name.split('/')[1], is_private: state.isPrivate };
}

/** Commits of pull requests are told by their first twelve digits. */
function describeEnd(
	state: BitbucketState,
	repository: string,
	name: string,
	commit: string | undefined,
): object {
	return {
		branch: { name },
		commit: commit === undefined ? undefined : { hash: commit.slice(0, 12) },
		repository: describeRepository(state, repository),
	};
}

export function describePull(state: BitbucketState, pull: FakePull): object {
	const { closedBy, mergeCommit } = pull;
	const base = describeEnd(state, fullName(state), pull.base, state.commits.branches.get(pull.base));
	return {
		type: 'pullrequest',
		id: pull.id,
		title: pull.title,
		description: pull.description,
		summary: { raw: pull.description, markup: 'markdown', html: '' },
		state: pull.state,
		draft: pull.isDraft,
		author: describeAccount(state, pull.author),
		source: describeEnd(state, pull.source, pull.head, pull.commit),
		destination: {
			...base,
			branch: {
				name: pull.base,
				merge_strategies: state.strategies,
				default_merge_strategy: state.strategies[0],
			},
		},
		reviewers: pull.reviewers.map((account) => describeAccount(state, account)),
		created_on: formatTime(pull.createdAt),
		updated_on: formatTime(pull.updatedAt),
		links: { html: { href: `https://bitbucket.test/${fullName(state)}/pull-requests/${pull.id}` } },
		...(closedBy === undefined ? {} : { closed_by: describeAccount(state, closedBy) }),
		...(mergeCommit === undefined ? {} : { merge_commit: { hash: mergeCommit.slice(0, 12) } }),
	};
}

export function describeComment(state: BitbucketState, comment: FakeComment): object {
	return {
		type: 'pullrequest_comment',
		id: comment.id,
		content: { raw: comment.raw, markup: 'markdown', html: '' },
		user: describeAccount(state, comment.author),
		created_on: formatTime(comment.createdAt),
		updated_on: formatTime(comment.createdAt),
		deleted: comment.isDeleted,
		...(comment.inline === undefined ? {} : { inline: comment.inline }),
	};
}

export function describeStatus(status: FakeStatus): object {
	const { key, name, state, description, url } = status;
	return { type: 'build', key, name, state, description, url };
}

export function describeRestriction(state: BitbucketState, rule: Restriction, id: number): object {
	return {
		type: 'branchrestriction',
		id,
		kind: rule.kind,
		branch_match_kind: 'glob',
		pattern: rule.pattern,
		value: rule.value,
		users: rule.users.map((account) => describeAccount(state, account)),
		groups: [],
	};
}
