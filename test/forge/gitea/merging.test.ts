import test from 'ava';
import { giteaPull, scriptGitea } from '../../support/gitea-pulls.ts';

const { signal } = new AbortController();
const head = 'a'.repeat(40);
const settings = { status: 200, body: { allow_merge_commits: true, default_merge_style: 'merge' } };
const busy = { status: 405, body: { message: 'Please try again later' } };
const merged = { status: 200, body: giteaPull(7, { state: 'closed', merged: true }) };

for (const [what, body, style] of [
	[
		'a merge commit where it is allowed',
		{ allow_merge_commits: true, allow_squash_merge: true, default_merge_style: 'squash' },
		'merge',
	],
	[
		'the default where it is not',
		{ allow_squash_merge: true, allow_rebase: true, default_merge_style: 'rebase' },
		'rebase',
	],
	[
		'what is allowed where the default is not',
		{ allow_fast_forward_only_merge: true, default_merge_style: 'merge' },
		'fast-forward-only',
	],
	['a merge commit where the settings are hidden', {}, 'merge'],
] as const) {
	test(`the way of merging is ${what}`, async (t) => {
		const { forge, seen } = scriptGitea([{ status: 200, body }, { status: 200 }, merged]);
		t.deepEqual(await forge.merge(7, head, signal), { kind: 'merged', commit: 'd'.repeat(40) });
		t.deepEqual(JSON.parse(seen[1]?.body ?? ''), { Do: style, head_commit_id: head });
	});
}

test('F30 a merge that Gitea still tries out is asked for again, a few times', async (t) => {
	const { forge, asked } = scriptGitea([
		settings,
		busy,
		{ status: 200, body: giteaPull(7) },
		{ status: 200 },
		merged,
	]);
	t.is((await forge.merge(7, head, signal)).kind, 'merged');
	t.is(asked().length, 5);
	const open = { status: 200, body: giteaPull(7) };
	const { forge: never } = scriptGitea([
		settings,
		...Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? busy : open)),
	]);
	t.deepEqual(await never.merge(7, head, signal), {
		kind: 'blocked',
		reason: 'the forge is still trying the merge out',
	});
});

test('F30 what happened meanwhile is told instead', async (t) => {
	const meanwhile = [
		[giteaPull(7, { state: 'closed' }), 'notOpen'],
		[{ ...giteaPull(7), head: { label: 'x', ref: 'x', sha: 'e'.repeat(40), repo_id: 1 } }, 'moved'],
	] as const;
	for (const [body, kind] of meanwhile) {
		const { forge } = scriptGitea([settings, busy, { status: 200, body }]);
		t.deepEqual(await forge.merge(7, head, signal), { kind });
	}
});

test('a merge whose commit cannot be read is a merge all the same', async (t) => {
	const { forge } = scriptGitea([settings, { status: 200 }, { status: 500 }]);
	t.deepEqual(await forge.merge(7, head, signal), { kind: 'merged' });
});

test('a merge whose answer was lost is asked for again, and is found done', async (t) => {
	const { forge } = scriptGitea([
		settings,
		{ fails: 'ECONNRESET' },
		{ status: 405, body: { message: 'The PR is already merged' } },
	]);
	t.deepEqual(await forge.merge(7, head, signal), { kind: 'notOpen' });
});

test('a merge that failed on the lines is a conflict', async (t) => {
	const { forge } = scriptGitea([
		settings,
		{ status: 409, body: { Style: 'merge', StdOut: 'CONFLICT (content)', StdErr: '', Err: {} } },
	]);
	t.deepEqual(await forge.merge(7, head, signal), { kind: 'conflict' });
});
