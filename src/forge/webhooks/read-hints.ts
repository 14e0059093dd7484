import type { WebhookDelivery, WebhookForge } from './delivery.ts';
import type { Hint } from './hint.ts';
import { find, findCommitId, findList, findName, findNumber, type Payload } from './payload.ts';

/** Reads what one forge tells of an event. */
type Reader = (event: string, payload: Payload) => readonly Hint[];

interface Dialect {
	readonly eventHeaders: readonly string[];
	readonly repository: readonly string[];
	readonly read: Reader;
}

const dialects: Readonly<Record<WebhookForge, Dialect>> = {
	GitHub: {
		eventHeaders: ['x-github-event'],
		repository: ['repository', 'full_name'],
		read: readGitHub,
	},
	Gitea: {
		eventHeaders: ['x-forgejo-event', 'x-gitea-event'],
		repository: ['repository', 'full_name'],
		read: readGitea,
	},
	GitLab: {
		eventHeaders: ['x-gitlab-event'],
		repository: ['project', 'path_with_namespace'],
		read: readGitLab,
	},
	Bitbucket: {
		eventHeaders: ['x-event-key'],
		repository: ['repository', 'full_name'],
		read: readBitbucket,
	},
};

/** What a genuine delivery hints at: nothing, where its event is of no interest, or its repository another one. */
export function readHints(
	forge: WebhookForge,
	repository: string,
	{ headers }: Pick<WebhookDelivery, 'headers'>,
	payload: Payload,
): readonly Hint[] {
	const dialect = dialects[forge];
	const event = dialect.eventHeaders.map((name) => headers[name]).find((value) => value !== undefined) ?? '';
	const named = findName(payload, ...dialect.repository);
	if (named?.toLowerCase() !== repository.toLowerCase()) return [];
	return dialect.read(event, payload);
}

function readGitHub(event: string, payload: Payload): readonly Hint[] {
	switch (event) {
		case 'push':
			return pushOf(payload);
		case 'pull_request':
		case 'pull_request_review':
			return pullOf(find(payload, 'pull_request'), 'number', ['head', 'ref']);
		case 'issue_comment':
		case 'pull_request_review_comment':
			return commentOf(
				findNumber(payload, 'issue', 'number') ?? findNumber(payload, 'pull_request', 'number'),
			);
		case 'check_run':
		case 'check_suite':
			return findList(payload, event, 'pull_requests').flatMap((pull) =>
				pullOf(pull, 'number', ['head', 'ref']),
			);
		default:
			return [];
	}
}

/** Forgejo's are the same. A review's event tells its verdict: `pull_request_approved`. */
function readGitea(event: string, payload: Payload): readonly Hint[] {
	switch (event) {
		case 'push':
			return pushOf(payload);
		case 'create':
		case 'delete':
			return find(payload, 'ref_type') === 'branch' ? pushTo(payload, findName(payload, 'ref'), ['sha']) : [];
		case 'issue_comment':
		case 'pull_request_comment':
			return commentOf(
				findNumber(payload, 'issue', 'number') ?? findNumber(payload, 'pull_request', 'number'),
			);
		default:
			if (!event.startsWith('pull_request')) return [];
			return pullOf(find(payload, 'pull_request'), 'number', ['head', 'ref']);
	}
}

function readGitLab(event: string, payload: Payload): readonly Hint[] {
	switch (event) {
		case 'Push Hook':
			return pushOf(payload);
		case 'Merge Request Hook':
			return pullOf(find(payload, 'object_attributes'), 'iid', ['source_branch']);
		case 'Pipeline Hook':
			return pullOf(find(payload, 'merge_request'), 'iid', ['source_branch']);
		case 'Note Hook':
			return commentOf(findNumber(payload, 'merge_request', 'iid'));
		default:
			return [];
	}
}

function readBitbucket(event: string, payload: Payload): readonly Hint[] {
	if (event === 'repo:push') {
		return findList(payload, 'push', 'changes').flatMap((change) => {
			const branch = findName(change, 'new', 'name') ?? findName(change, 'old', 'name');
			return pushTo(change, branch, ['new', 'target', 'hash']);
		});
	}
	if (event.startsWith('pullrequest:comment_')) return commentOf(findNumber(payload, 'pullrequest', 'id'));
	if (!event.startsWith('pullrequest:')) return [];
	return pullOf(find(payload, 'pullrequest'), 'id', ['source', 'branch', 'name']);
}

/** `{ref: refs/heads/…, after}`; a tag is of no interest. */
function pushOf(payload: Payload): readonly Hint[] {
	const [, branch] = /^refs\/heads\/(.+)$/s.exec(findName(payload, 'ref') ?? '') ?? [];
	return pushTo(payload, branch, ['after']);
}

function pushTo(payload: unknown, branch: string | undefined, place: readonly string[]): readonly Hint[] {
	if (branch === undefined) return [];
	const commit = findCommitId(payload, ...place);
	return [commit === undefined ? { kind: 'push', branch } : { kind: 'push', branch, commit }];
}

function pullOf(pull: unknown, numberField: string, place: readonly string[]): readonly Hint[] {
	const number = findNumber(pull, numberField);
	const head = findName(pull, ...place);
	return number === undefined || head === undefined ? [] : [{ kind: 'pull-request', number, head }];
}

function commentOf(number: number | undefined): readonly Hint[] {
	return number === undefined ? [] : [{ kind: 'comment', number }];
}
