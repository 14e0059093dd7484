import test from 'ava';
import { scriptGitea } from '../../support/gitea-pulls.ts';

const { signal } = new AbortController();
const remarks = [{ path: 'a`b.yaml', line: 3, body: 'look' }];

test('a review that Gitea kept half of is taken back before it is written anew', async (t) => {
	const pending = [
		{ id: 4, state: 'APPROVED' },
		{ id: 5, state: 'PENDING' },
	];
	const { forge, asked, seen } = scriptGitea([
		{ status: 500 },
		{ status: 200, body: pending },
		{ status: 204 },
		{ status: 200 },
	]);
	await forge.review(7, { commit: 'a'.repeat(40), body: 'checked', remarks }, signal);
	t.deepEqual(asked(), [
		'POST /pulls/7/reviews',
		'GET /pulls/7/reviews?limit=50',
		'DELETE /pulls/7/reviews/5',
		'POST /pulls/7/reviews',
	]);
	t.deepEqual(JSON.parse(seen[3]?.body ?? ''), {
		event: 'COMMENT',
		commit_id: 'a'.repeat(40),
		body: "checked\n\n- `a'b.yaml:3`: look",
	});
});

test('a review whose answer was lost is not written again', async (t) => {
	const { forge, asked } = scriptGitea([{ fails: 'ECONNRESET' }]);
	const error = await t.throwsAsync(forge.review(7, { commit: 'a'.repeat(40), body: 'x', remarks }, signal));
	t.like(error, { isLost: true });
	t.is(asked().length, 1);
});
