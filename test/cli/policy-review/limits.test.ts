import test from 'ava';
import { maxChangedBytes } from '../../../src/cli/policy-review/merged-view.ts';
import type { FileChanges } from '../../../src/simulator/memory-history.ts';
import { configFiles, spillwayYaml } from '../../support/config-repository.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { startPolicyReviewStage } from '../../support/policy-review-stage.ts';

function files(size: number, write: (index: number) => string, folder = 'policies/more'): FileChanges {
	return Object.fromEntries(
		Array.from({ length: size }, (_, index) => [`${folder}/${index}.yaml`, write(index)]),
	);
}

test('of 1,000 problems 50 are shown, and the rest is counted', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open(
		files(1_000, (index) => writePolicy(`p-${index}`, `s-${index}`, 'mode: Paused')),
	);
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'failure', description: '1000 problems' });
	t.is(pull.reviews()[0]?.remarks.length, 50);
	t.regex(pull.reviews()[0]?.body ?? '', /950 more problems are not shown: `spillway validate` lists all\./);
});

test('errors are shown before warnings', async (t) => {
	const synced = spillwayYaml.replace('[policies]', '[policies, clusters]');
	const stage = await startPolicyReviewStage(t, { files: { ...configFiles, 'spillway.yaml': synced } });
	const pull = await stage.open({
		...files(40, (index) => writePolicy(`p-${index}`, `s-${index}`, 'mode: Paused')),
		...files(20, (index) => writePolicy(`w-${index}`, `t-${index}`), 'clusters/east'),
	});
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'failure', description: '40 problems and 20 warnings' });
	const shown = pull.reviews()[0]?.remarks ?? [];
	t.is(shown.length, 50);
	t.true(shown.slice(0, 40).every(({ body }) => body.startsWith('**E_')));
	t.true(shown.slice(40).every(({ body }) => body.startsWith('**W_')));
});

test('500 changed policies are planned, 501 are counted', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const policies = (size: number) => files(size, (index) => writePolicy(`p-${index}`, `s-${index}`));
	const most = await stage.open(policies(500));
	const more = await stage.open(policies(501));
	await stage.pass();
	t.deepEqual(
		stage.planned.map((call) => call.policies.length),
		[500],
	);
	t.regex(most.comments()[0] ?? '', /450 more are not shown\./);
	t.regex(more.comments()[0] ?? '', /\*\*501 policies change\*\*, too many/);
	t.deepEqual(more.status(), { state: 'success', description: '501 policies change, no problems' });
});

test('a tree with thousands of other files is of no concern', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const huge = Object.fromEntries(
		Array.from({ length: 20_000 }, (_, index) => [`src/${index}/main.go`, `package p${index}\n`]),
	);
	const pull = await stage.open(huge);
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'success', description: 'no policies changed' });
});

test('files that are too large are told as such', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/large.yaml': `# ${'x'.repeat(300_000)}\n` });
	await stage.pass();
	t.like(pull.reviews()[0]?.remarks[0], { path: 'policies/large.yaml' });
	t.regex(pull.reviews()[0]?.remarks[0]?.body ?? '', /^\*\*E_FILE_TOO_LARGE\*\* /);
});

test('a pull request that changes more than is read of one is refused by its status, and never read again', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const size = 1 + Math.ceil(maxChangedBytes / 262_144);
	const pull = await stage.open(files(size, (index) => `# ${index} ${'x'.repeat(262_144)}\n`));
	await stage.pass();
	const said = {
		state: 'failure',
		description: 'more is changed than Spillway reads of one pull request: split it up',
	};
	t.deepEqual(pull.status(), said);
	t.deepEqual([pull.reviews(), pull.comments(), stage.planned], [[], [], []]);
	const { calls } = stage.forge.counts();
	await stage.pass(180_000);
	t.is(stage.forge.counts().calls - calls, 3, 'three lists, and nothing else');
});
