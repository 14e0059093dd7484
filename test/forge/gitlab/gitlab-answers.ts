// What the fake GitLab tells of its state; what is not told here is filled in by the API's description.
import {
	detailOf,
	type FakeMerge,
	type FakeNote,
	type FakeStatus,
	type GitLabState,
	isDraft,
	mayMerge,
	pipelineOf,
} from './gitlab-state.ts';

export function formatTime(at: number): string {
	return new Date(at).toISOString();
}

/** People are numbered in the order in which GitLab got to know them. */
export function describeUser(state: GitLabState, login: string): object {
	return { id: [...state.people.keys()].indexOf(login) + 1, username: login, name: login, state: 'active' };
}

export function describeMerge(state: GitLabState, merge: FakeMerge): object {
	const detail = detailOf(state, merge);
	const user = (login: string | undefined): object | null =>
		login === undefined ? null : describeUser(state, login);
	const time = (at: number | undefined): string | null => (at === undefined ? null : formatTime(at));
	return {
		id: 1_000 + merge.iid,
		iid: merge.iid,
		project_id: state.projectId,
		title: merge.title,
		description: merge.description,
		state: merge.state,
		created_at: formatTime(merge.createdAt),
		updated_at: formatTime(merge.updatedAt),
		merged_at: time(merge.mergedAt),
		closed_at: time(merge.closedAt),
		merge_user: user(merge.mergedBy),
		closed_by: user(merge.closedBy),
		target_branch: merge.base,
		source_branch: merge.head,
		author: describeUser(state, merge.author),
		reviewers: merge.reviewers.map((login) => describeUser(state, login)),
		source_project_id: merge.sourceProject,
		target_project_id: state.projectId,
		labels: merge.labels,
		draft: isDraft(merge),
		work_in_progress: isDraft(merge),
		merge_when_pipeline_succeeds: merge.autoMergeBy !== undefined,
		merge_status: describeFit(detail),
		detailed_merge_status: detail,
		sha: merge.sha,
		merge_commit_sha: merge.mergeCommit ?? null,
		web_url: `https://gitlab.test/${state.path}/-/merge_requests/${merge.iid}`,
		has_conflicts: detail === 'conflict',
	};
}

function describeFit(detail: string): string {
	if (detail === 'unchecked') return 'unchecked';
	return detail === 'conflict' ? 'cannot_be_merged' : 'can_be_merged';
}

/** One that is read by its number: GitLab finds out, for the next time, whether it fits. */
export function describeWholeMerge(state: GitLabState, merge: FakeMerge, login: string): object {
	const told = describeMerge(state, merge);
	merge.checkedFor = merge.sha;
	const pipeline = pipelineOf(state, merge);
	const base = state.commits.branches.get(merge.base) ?? merge.sha;
	return {
		...told,
		diff_refs: { base_sha: base, start_sha: base, head_sha: merge.sha },
		head_pipeline: pipeline === undefined ? null : { id: 1, status: pipeline, sha: merge.sha },
		user: { can_merge: mayMerge(state, login) },
	};
}

export function describeNote(state: GitLabState, note: FakeNote): object {
	return {
		id: note.id,
		type: note.place === undefined ? null : 'DiffNote',
		body: note.body,
		author: describeUser(state, note.author),
		created_at: formatTime(note.createdAt),
		updated_at: formatTime(note.createdAt),
		system: note.isSystem,
	};
}

export function describeStatus(state: GitLabState, status: FakeStatus): object {
	return {
		id: status.id,
		sha: status.sha,
		status: status.state,
		name: status.name,
		description: status.description,
		target_url: status.url,
		allow_failure: status.isOptional,
		author: describeUser(state, status.author),
	};
}
