// What the fake GitHub tells of its state; what is not told here is filled in by the API's description.
import {
	type FakeComment,
	type FakePull,
	type FakeStatus,
	findBlock,
	type GitHubState,
} from './github-state.ts';

export function formatTime(at: number): string {
	return new Date(at).toISOString().replace('.000', '');
}

export function describeUser(login: string): object {
	return { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}

function describeRepository(state: GitHubState, owner: string): object {
	return { name: state.name, full_name: `${owner}/${state.name}`, fork: owner !== state.owner };
}

export function describePullSimple(state: GitHubState, pull: FakePull): object {
	const side = (owner: string, ref: string, sha: string): object => ({
		label: `${owner}:${ref}`,
		ref,
		sha,
		repo: describeRepository(state, owner),
		user: describeUser(owner),
	});
	return {
		id: 1_000 + pull.number,
		node_id: `PR_${pull.number}`,
		number: pull.number,
		html_url: `https://github.test/${state.owner}/${state.name}/pull/${pull.number}`,
		state: pull.state,
		title: pull.title,
		body: pull.body === '' ? null : pull.body,
		draft: pull.isDraft,
		user: describeUser(pull.author),
		labels: pull.labels.map((name) => ({ name })),
		created_at: formatTime(pull.createdAt),
		updated_at: formatTime(pull.updatedAt),
		closed_at: pull.closedAt === undefined ? null : formatTime(pull.closedAt),
		merged_at: pull.mergedAt === undefined ? null : formatTime(pull.mergedAt),
		// Of one that is open it names a trial merge.
		merge_commit_sha: pull.mergeCommit ?? '0123456789012345678901234567890123456789',
		head: side(pull.headOwner, pull.head, pull.sha),
		base: side(state.owner, pull.base, state.commits.branches.get(pull.base) ?? ''),
		auto_merge: pull.autoMerge === undefined ? null : describeAutoMerge(pull),
	};
}

function describeAutoMerge({ autoMerge }: FakePull): object {
	return {
		enabled_by: describeUser(autoMerge?.by ?? ''),
		merge_method: autoMerge?.method,
		commit_title: '',
		commit_message: '',
	};
}

/** Mergeability is not known when it is first asked for after a push. */
export function describePull(state: GitHubState, pull: FakePull): object {
	const isKnown = pull.computedFor === pull.sha || pull.state === 'closed';
	pull.computedFor = pull.sha;
	const hasConflict = pull.state === 'open' && state.commits.hasConflict(pull.base, pull.sha);
	return {
		...describePullSimple(state, pull),
		merged: pull.mergedAt !== undefined,
		merged_by: pull.mergedBy === undefined ? null : describeUser(pull.mergedBy),
		mergeable: isKnown && pull.state === 'open' ? !hasConflict : null,
		mergeable_state: isKnown ? judge(state, pull, hasConflict) : 'unknown',
	};
}

function judge(state: GitHubState, pull: FakePull, hasConflict: boolean): string {
	if (pull.state === 'closed') return 'unknown';
	if (hasConflict) return 'dirty';
	if (pull.isDraft) return 'draft';
	return findBlock(state, pull) === undefined ? 'clean' : 'blocked';
}

export function describeComment(state: GitHubState, comment: FakeComment): object {
	return {
		id: comment.id,
		body: comment.body,
		user: describeUser(comment.author),
		created_at: formatTime(comment.createdAt),
		updated_at: formatTime(comment.createdAt),
		html_url: `https://github.test/${state.owner}/${state.name}/pull/${comment.pull}#${comment.id}`,
	};
}

export function describeStatus({ context, state, description, url }: FakeStatus): object {
	return { context, state, description, target_url: url };
}

export function describeRules(rules: readonly object[]): readonly object[] {
	return rules.map((rule) => ({
		...rule,
		ruleset_source_type: 'Repository',
		ruleset_source: 'acme/config',
		ruleset_id: 1,
	}));
}
