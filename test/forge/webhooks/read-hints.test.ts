import test from 'ava';
import fc from 'fast-check';
import type { WebhookForge } from '../../../src/forge/webhooks/delivery.ts';
import type { Hint } from '../../../src/forge/webhooks/hint.ts';
import { decodePayload, type Payload } from '../../../src/forge/webhooks/payload.ts';
import { readHints } from '../../../src/forge/webhooks/read-hints.ts';

const commit = 'c0ffee0000000000000000000000000000000000';
const zero = '0'.repeat(40);
const branch = 'spillway/failover/east';
const pull: Hint = { kind: 'pull-request', number: 7, head: branch };
const comment: Hint = { kind: 'comment', number: 7 };
const moved: Hint = { kind: 'push', branch, commit };
const gone: Hint = { kind: 'push', branch };

const eventHeaders = {
	GitHub: 'x-github-event',
	Gitea: 'x-gitea-event',
	GitLab: 'x-gitlab-event',
	Bitbucket: 'x-event-key',
} as const;

const homes: Readonly<Record<WebhookForge, Payload>> = {
	GitHub: { repository: { full_name: 'Acme/Config' } },
	Gitea: { repository: { full_name: 'acme/config' } },
	GitLab: { project: { path_with_namespace: 'acme/config' } },
	Bitbucket: { repository: { full_name: 'acme/config' } },
};

function read(forge: WebhookForge, event: string, payload: Payload): readonly Hint[] {
	const headers = { [eventHeaders[forge]]: event };
	return readHints(forge, 'acme/config', { headers }, { ...homes[forge], ...payload });
}

const headPull = { pull_request: { number: 7, head: { ref: branch, sha: commit } } };

const events: readonly (readonly [WebhookForge, string, Payload, readonly Hint[]])[] = [
	['GitHub', 'push', { ref: `refs/heads/${branch}`, after: commit }, [moved]],
	['GitHub', 'push', { ref: `refs/heads/${branch}`, after: zero, deleted: true }, [gone]],
	['GitHub', 'push', { ref: 'refs/tags/v1', after: commit }, []],
	['GitHub', 'pull_request', { action: 'closed', number: 7, ...headPull }, [pull]],
	['GitHub', 'pull_request_review', { action: 'submitted', ...headPull }, [pull]],
	['GitHub', 'pull_request_review_comment', headPull, [comment]],
	['GitHub', 'issue_comment', { action: 'created', issue: { number: 7, pull_request: {} } }, [comment]],
	[
		'GitHub',
		'check_suite',
		{ check_suite: { pull_requests: [{ number: 7, head: { ref: branch } }] } },
		[pull],
	],
	['GitHub', 'check_run', { check_run: { pull_requests: [] } }, []],
	['GitHub', 'ping', { zen: 'x' }, []],
	['GitHub', 'star', headPull, []],
	['Gitea', 'push', { ref: `refs/heads/${branch}`, after: commit }, [moved]],
	['Gitea', 'create', { ref: branch, ref_type: 'branch', sha: commit }, [moved]],
	['Gitea', 'delete', { ref: branch, ref_type: 'branch' }, [gone]],
	['Gitea', 'delete', { ref: 'v1', ref_type: 'tag' }, []],
	['Gitea', 'pull_request', { action: 'synchronized', number: 7, ...headPull }, [pull]],
	['Gitea', 'pull_request_approved', { action: 'reviewed', number: 7, ...headPull }, [pull]],
	['Gitea', 'issue_comment', { action: 'created', is_pull: true, issue: { number: 7 } }, [comment]],
	['Gitea', 'release', {}, []],
	['GitLab', 'Push Hook', { ref: `refs/heads/${branch}`, after: commit }, [moved]],
	['GitLab', 'Merge Request Hook', { object_attributes: { iid: 7, id: 99, source_branch: branch } }, [pull]],
	['GitLab', 'Pipeline Hook', { merge_request: { iid: 7, source_branch: branch } }, [pull]],
	['GitLab', 'Pipeline Hook', { merge_request: null }, []],
	[
		'GitLab',
		'Note Hook',
		{ merge_request: { iid: 7 }, object_attributes: { note: '/spillway hold' } },
		[comment],
	],
	['GitLab', 'Note Hook', { issue: { iid: 7 } }, []],
	[
		'Bitbucket',
		'repo:push',
		{
			push: {
				changes: [{ new: { name: branch, target: { hash: commit } } }, { new: null, old: { name: branch } }],
			},
		},
		[moved, gone],
	],
	[
		'Bitbucket',
		'pullrequest:updated',
		{ pullrequest: { id: 7, source: { branch: { name: branch } } } },
		[pull],
	],
	['Bitbucket', 'pullrequest:comment_created', { pullrequest: { id: 7 } }, [comment]],
];

for (const [index, [forge, event, payload, hints]] of events.entries()) {
	test(`${forge} ${event} (${index}) is a hint at ${hints.map(({ kind }) => kind).join(' and ') || 'nothing'}`, (t) => {
		t.deepEqual(read(forge, event, payload), hints);
		const other = { repository: { full_name: 'acme/other' }, project: { path_with_namespace: 'acme/other' } };
		t.deepEqual(
			readHints(
				forge,
				'acme/config',
				{ headers: { [eventHeaders[forge]]: event } },
				{ ...payload, ...other },
			),
			[],
		);
	});
}

test('values that are not what they should be are no hints', (t) => {
	for (const number of [0, -1, 1.5, '7', null, 2 ** 60, {}]) {
		t.deepEqual(read('GitHub', 'issue_comment', { issue: { number } }), []);
	}
	for (const ref of ['main', 'refs/heads/', 7, null, `refs/heads/${'x'.repeat(300)}`]) {
		t.deepEqual(read('GitHub', 'push', { ref, after: commit }), []);
	}
	for (const after of ['HEAD', commit.slice(1), `${commit}\n`, 7]) {
		t.deepEqual(read('GitHub', 'push', { ref: `refs/heads/${branch}`, after }), [gone]);
	}
});

test('no payload makes a reader fail', (t) => {
	const payload = fc.object({
		key: fc.constantFrom(
			'repository',
			'full_name',
			'project',
			'path_with_namespace',
			'ref',
			'pull_request',
			'number',
			'head',
			'check_run',
			'pull_requests',
			'push',
			'changes',
			'__proto__',
		),
		maxDepth: 4,
	});
	const event = fc.constantFrom(...events.map(([, name]) => name), '');
	fc.assert(
		fc.property(
			fc.constantFrom('GitHub', 'GitLab', 'Gitea', 'Bitbucket'),
			event,
			payload,
			(forge, name, value) => {
				t.true(Array.isArray(read(forge, name, { ...value, ...homes[forge] })));
			},
		),
	);
});

test('a body may be a form', (t) => {
	const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
	const body = Buffer.from(`payload=${encodeURIComponent('{"a":"ü+"}')}`);
	t.deepEqual(decodePayload({ headers, body }), { a: 'ü+' });
	t.is(decodePayload({ headers, body: Buffer.from('{"a":1}') }), undefined);
});
