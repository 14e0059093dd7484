// What the fake Azure DevOps tells of its state.
import { type AzureState, type FakePull, type FakeStatus, type FakeThread, ids } from './azure-state.ts';

export interface Reply {
	readonly status: number;
	readonly body?: unknown;
	/** Told as a list, of which only a part may be wanted. */
	readonly values?: readonly unknown[];
}

export interface RouteRequest {
	readonly state: AzureState;
	/** Whose token it is. */
	readonly person: string;
	readonly parameters: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
}

export type Route = (request: RouteRequest) => Reply;

export function refuse(status: number, message: string): Reply {
	return { status, body: { $id: '1', innerException: null, message, typeKey: 'Exception', errorCode: 0 } };
}

function formatTime(at: number): string {
	return new Date(at).toISOString();
}

export function describePerson(state: AzureState, person: string): object {
	return { id: person, displayName: person, uniqueName: state.accounts.get(person) ?? person };
}

export function describeRepository({ project, name }: AzureState): object {
	return { id: ids.repository, name, project: { id: ids.project, name: project } };
}

/** `isListed`: a text is cut in a list, and labels are never told along. */
export function describePull(state: AzureState, pull: FakePull, isListed = false): object {
	const { closedAt, closedBy, mergeCommit, autoCompleteBy, mergeMessage } = pull;
	return {
		pullRequestId: pull.id,
		title: pull.title,
		description: isListed ? pull.description.slice(0, 400) : pull.description,
		sourceRefName: `refs/heads/${pull.head}`,
		targetRefName: `refs/heads/${pull.base}`,
		status: pull.status,
		isDraft: pull.isDraft,
		createdBy: describePerson(state, pull.author),
		creationDate: formatTime(pull.createdAt),
		lastMergeSourceCommit: { commitId: pull.commit },
		mergeStatus: pull.mergeStatus,
		reviewers: [...pull.votes].map(([person, vote]) => ({ ...describePerson(state, person), vote })),
		repository: describeRepository(state),
		...(pull.isForeign ? { forkSource: { name: `refs/heads/${pull.head}` } } : {}),
		...(closedAt === undefined ? {} : { closedDate: formatTime(closedAt) }),
		...(closedBy === undefined ? {} : { closedBy: describePerson(state, closedBy) }),
		...(mergeCommit === undefined ? {} : { lastMergeCommit: { commitId: mergeCommit } }),
		...(mergeMessage === undefined ? {} : { mergeFailureMessage: mergeMessage }),
		...(autoCompleteBy === undefined ? {} : { autoCompleteSetBy: describePerson(state, autoCompleteBy) }),
	};
}

export function describeComment(state: AzureState, thread: FakeThread): object {
	return {
		id: 1,
		parentCommentId: 0,
		author: describePerson(state, thread.author),
		content: thread.content,
		publishedDate: formatTime(thread.createdAt),
		commentType: thread.isSystem ? 'system' : 'text',
		isDeleted: thread.isDeleted,
	};
}

export function describeThread(state: AzureState, thread: FakeThread): object {
	const { place } = thread;
	const at = place && { line: place.line, offset: 1 };
	return {
		id: thread.id,
		status: thread.status,
		publishedDate: formatTime(thread.createdAt),
		comments: [describeComment(state, thread)],
		isDeleted: false,
		...(place && { threadContext: { filePath: place.path, rightFileStart: at, rightFileEnd: at } }),
	};
}

export function describeStatus(status: FakeStatus): object {
	const { id, genre, name, state, description, createdAt, iteration } = status;
	return {
		id,
		state,
		description,
		context: { name, ...(genre === undefined ? {} : { genre }) },
		creationDate: formatTime(createdAt),
		...(iteration === undefined ? {} : { iterationId: iteration }),
	};
}
