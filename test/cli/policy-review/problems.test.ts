import test from 'ava';
import { configFiles, spillwayYaml } from '../../support/config-repository.ts';
import { splitManifest } from '../../support/manifests.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { startPolicyReviewStage } from '../../support/policy-review-stage.ts';

const wrong = writePolicy('web', 'web', 'mode: Paused');
const right = writePolicy('web', 'web', 'mode: Observe');

test('what a pull request brings of problems is one review, with a remark at file and line, and a red status', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': `# who did it\n${wrong}` });
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'failure', description: '1 problem' });
	const [review, ...others] = pull.reviews();
	t.deepEqual(others, []);
	t.is(review?.commit, pull.head());
	const [remark, ...more] = review?.remarks ?? [];
	t.deepEqual(more, []);
	t.like(remark, { path: 'policies/web.yaml', line: 5 });
	t.regex(remark?.body ?? '', /^\*\*E_ENUM\*\* .+ To mend it: .+ <!-- spillway:problem:[0-9a-f]{32} -->$/);
	t.regex(review?.body ?? '', /^<!-- spillway:review:[0-9a-f]{32} -->\n\*\*1 problem\*\* /);
	t.is(pull.comments().length, 1);
	t.regex(pull.comments()[0] ?? '', /\*\*1 problem\*\*, told in the review\./);
});

test('what is right gets a green status that counts, and nothing else is said of problems', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': right });
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'success', description: '1 policy changes, no problems' });
	t.deepEqual(pull.reviews(), []);
	t.notRegex(pull.comments()[0] ?? '', /problem/);
});

test('a pull request without policies gets a green status, and so does one of Spillway itself; no word is said', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const docs = await stage.open({ 'README.md': 'hello\n', 'clusters/east/web.yaml': splitManifest });
	const own = await stage.open(
		{ 'clusters/east/web.yaml': splitManifest },
		{ by: 'spillway', branch: 'spillway/failover/east' },
	);
	await stage.pass();
	for (const pull of [docs, own]) {
		t.deepEqual(pull.status(), { state: 'success', description: 'no policies changed' });
		t.deepEqual([pull.reviews(), pull.comments()], [[], []]);
	}
	t.deepEqual(stage.planned, []);
});

test('policies that somebody pushed to a branch of Spillway are looked at as any', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const own = await stage.open(
		{ 'policies/web.yaml': wrong },
		{ by: 'spillway', branch: 'spillway/failover/east' },
	);
	await stage.pass();
	t.like(own.status(), { state: 'failure' });
});

test('a pull request into another branch is passed over', async (t) => {
	const stage = await startPolicyReviewStage(t);
	stage.repository.commitDirectly({ 'README.md': 'old\n' }, 'release', {}, 'release');
	const pull = await stage.open({ 'policies/web.yaml': wrong }, { base: 'release' });
	await stage.pass();
	t.is(pull.status(), undefined);
	t.deepEqual([pull.reviews(), pull.comments()], [[], []]);
});

test('problems that the base has already are counted, not repeated, wherever their lines are now', async (t) => {
	const stage = await startPolicyReviewStage(t, {
		files: { ...configFiles, 'policies/old.yaml': writePolicy('old', 'old', 'mode: Paused') },
	});
	const pull = await stage.open({
		'policies/old.yaml': `# moved\n\n${writePolicy('old', 'old', 'mode: Paused')}`,
		'policies/web.yaml': wrong,
	});
	const mends = await stage.open({ 'policies/web.yaml': right });
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'failure', description: '1 problem, 1 on the base already' });
	t.deepEqual(
		pull.reviews().map(({ remarks }) => remarks.map(({ path }) => path)),
		[['policies/web.yaml']],
	);
	t.regex(pull.reviews()[0]?.body ?? '', /1 other is on the base branch already\./);
	t.deepEqual(mends.status(), {
		state: 'success',
		description: '1 policy changes, no problems, 1 on the base already',
	});
	t.deepEqual(mends.reviews(), []);
});

test('a file that is missing on the base and on the head is no news', async (t) => {
	const stage = await startPolicyReviewStage(t, {
		files: { ...configFiles, 'spillway.yaml': spillwayYaml.replace('[policies]', '[policies, gone]') },
	});
	const pull = await stage.open({ 'policies/web.yaml': right });
	await stage.pass();
	t.like(pull.status(), { state: 'success' });
	t.deepEqual(pull.reviews(), []);
});

test('once it is mended the status is green, and nobody is disturbed: the comment is edited', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': wrong });
	await stage.pass();
	pull.push({ 'policies/web.yaml': right });
	await stage.pass();
	t.like(pull.status(), { state: 'success' });
	t.is(pull.reviews().length, 1);
	t.is(pull.comments().length, 1);
	t.notRegex(pull.comments()[0] ?? '', /\d problem/);
});

test('a new head with the same problems gets no further review, one with others does', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': wrong });
	await stage.pass();
	pull.push({ 'policies/web.yaml': `# moved\n${wrong}`, 'README.md': 'more\n' });
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
	t.is(pull.reviews().length, 1);
	pull.push({ 'policies/api.yaml': writePolicy('api', 'api', 'mode: Waiting') });
	await stage.pass();
	t.is(pull.reviews().length, 2);
	t.is(pull.reviews()[1]?.remarks.length, 2);
	t.is(pull.comments().length, 1);
});

test('problems that were mended and come back are told again', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': wrong });
	for (const text of [right, wrong]) {
		await stage.pass();
		pull.push({ 'policies/web.yaml': text });
	}
	await stage.pass();
	t.is(pull.reviews().length, 2);
	t.is(pull.comments().length, 1);
});

test('a rewritten head is looked at as it is then', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': wrong });
	await stage.pass();
	const before = pull.head();
	const other = stage.repository.commitDirectly({ 'policies/web.yaml': right }, 'anew', {}, 'anew');
	pull.rewrite(other);
	await stage.pass();
	t.like(pull.status(), { state: 'success' });
	pull.rewrite(before);
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
	t.is(pull.reviews().length, 1, 'this head was judged');
});

test('a pull request that does not change policies any more loses what was said of them', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': wrong });
	await stage.pass();
	pull.push({ 'policies/web.yaml': String(configFiles['policies/web.yaml']) });
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'success', description: 'no policies changed' });
	t.regex(pull.comments().join(), /changes no policies any more\.$/);
});

test('a branch that is behind is judged as it would be merged: what the base did since is not its doing', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': right });
	const untouched = await stage.open({ 'README.md': 'hello\n' });
	stage.commit({
		'policies/new.yaml': writePolicy('new', 'new'),
		'policies/broken.yaml': 'not: [right',
		'policies/api.yaml': null,
	});
	await stage.pass();
	t.like(untouched.status(), { description: 'no policies changed' });
	t.deepEqual(pull.status(), {
		state: 'success',
		description: '1 policy changes, no problems, 1 on the base already',
	});
	t.deepEqual(stage.planned, [{ policies: ['shop/web'], clusters: ['east'] }]);
});

test('what the base brings makes a pull request wrong that was right alone', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/twin.yaml': writePolicy('twin', 'split') });
	stage.commit({ 'policies/other.yaml': writePolicy('other', 'split') });
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
});

test('a spillway.yaml that no longer fits its policies is told, at the lines of policies that nobody changed', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'spillway.yaml': spillwayYaml.replaceAll('east', 'north') });
	await stage.pass();
	t.like(pull.status(), { state: 'failure', description: '2 problems' });
	const [review] = pull.reviews();
	t.deepEqual(review?.remarks, [], 'those lines are not in the diff');
	t.regex(review?.body ?? '', /^- `policies\/web\.yaml:4:\d+`: \*\*E_REFERENCE\*\* /m);
});

test('a wrong spillway.yaml is told at its line, and the policies below it are judged by the one of the base', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({
		'spillway.yaml': `${spillwayYaml}  more: 1\n`,
		'policies/web.yaml': wrong,
	});
	await stage.pass();
	const remarks = pull.reviews()[0]?.remarks.map(({ path, body }) => `${path} ${body.slice(0, 10)}`);
	t.deepEqual(remarks, ['spillway.yaml **E_UNKNOW', 'policies/web.yaml **E_ENUM**']);
});

test('warnings are told, and hold nothing up', async (t) => {
	const stage = await startPolicyReviewStage(t, {
		files: { ...configFiles, 'spillway.yaml': spillwayYaml.replace('[policies]', '[policies, clusters]') },
	});
	const pull = await stage.open({ 'clusters/east/more.yaml': writePolicy('more', 'more') });
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'success', description: '1 policy changes, 1 warning' });
	t.regex(pull.reviews()[0]?.remarks[0]?.body ?? '', /^\*\*W_SYNCED_FOLDER\*\* /);
});

test('TrafficSplits that are changed beside policies are linted', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const split = splitManifest.replaceAll('emoji-svc-west', 'Emoji-West');
	const pull = await stage.open({ 'policies/web.yaml': right, 'clusters/east/emoji.yaml': split });
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
	t.is(pull.reviews()[0]?.remarks[0]?.path, 'clusters/east/emoji.yaml');
});

test('a symbolic link among policies is told, and not followed', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/link.yaml': { mode: 'symlink', content: '../../etc/passwd' } });
	await stage.pass();
	t.like(pull.reviews()[0]?.remarks[0], { path: 'policies/link.yaml', line: 1 });
	t.regex(pull.reviews()[0]?.remarks[0]?.body ?? '', /E_GIT_MODE/);
});
