import test from 'ava';
import type { PresentPlan } from '../../../src/cli/policy-review/present-plan.ts';
import type { Decision } from '../../../src/model/decision.ts';
import { spillwayYaml } from '../../support/config-repository.ts';
import { weights } from '../../support/policies.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { hold, startPolicyReviewStage } from '../../support/policy-review-stage.ts';

const right = writePolicy('web', 'web', 'mode: Observe');

const shift: Decision = {
	kind: 'shift',
	move: 'failover',
	from: weights({ a: 1, b: 0 }),
	to: weights({ a: 0, b: 1 }),
	episode: { id: 'e', since: 0 },
	reasons: [{ code: 'BackendUnhealthy', backend: 'a', seen: '0 ready endpoints', minReady: 1 }],
};

const shifts: PresentPlan = async (policies) =>
	await Promise.resolve(new Map(policies.map(({ key }) => [key, shift])));

test('what a change would move right now is one comment, with why, and it is edited in place', async (t) => {
	const stage = await startPolicyReviewStage(t, { parts: { plan: shifts } });
	const pull = await stage.open({ 'policies/web.yaml': writePolicy('web', 'other') });
	await stage.pass();
	const [comment = '', ...others] = pull.comments();
	t.deepEqual(others, []);
	t.true(comment.startsWith('<!-- spillway:plan -->\n'));
	t.regex(comment, /\*\*1 of 1 changed policy would move traffic now\.\*\*/);
	t.regex(
		comment,
		/^\| `shop\/web` \| failover via Direct: `a` 1 → 0, `b` 0 → 1 \| a is unhealthy: 0 ready endpoints/m,
	);
	t.regex(comment, /with the clusters as the base branch declares them\.$/);
	pull.push({ 'policies/web.yaml': right });
	await stage.pass();
	t.is(pull.comments().length, 1);
	t.regex(pull.comments()[0] ?? '', /nothing, as its mode is Observe; else failover via Direct/);
});

test('where nothing would move, that is said', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': right });
	await stage.pass();
	t.regex(pull.comments()[0] ?? '', /\*\*Nothing would move now\.\*\*/);
});

test('only policies that are new or say something else are planned: not those whose lines moved', async (t) => {
	const stage = await startPolicyReviewStage(t);
	await stage.open({
		'policies/web.yaml': `# more\n\n${writePolicy('web', 'web')}`,
		'policies/new.yaml': writePolicy('new', 'new'),
		'policies/api.yaml': writePolicy('api', 'other'),
	});
	await stage.pass();
	t.deepEqual(
		stage.planned.map(({ policies }) => [...policies].sort()),
		[['shop/api', 'shop/new']],
	);
});

test('a default of spillway.yaml that changes changes the policies that rest on it', async (t) => {
	const stage = await startPolicyReviewStage(t);
	await stage.open({
		'spillway.yaml': spillwayYaml.replace('failover: {via: Direct}', 'failover: {via: Commit}'),
	});
	await stage.pass();
	t.deepEqual(
		stage.planned.map(({ policies }) => [...policies].sort()),
		[['shop/api', 'shop/web']],
	);
});

test('a comment or a space in a policy makes nothing to plan', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': `# why\n${writePolicy('web', 'web')}` });
	await stage.pass();
	t.deepEqual(stage.planned, []);
	t.regex(pull.comments()[0] ?? '', /\*\*No policy says anything else than before\*\*/);
});

test('policies that would be gone are named', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/api.yaml': null });
	await stage.pass();
	t.like(pull.status(), { state: 'success', description: '1 policy changes, no problems' });
	t.regex(
		pull.comments()[0] ?? '',
		/No longer there: `shop\/api`\. The weights of what they moved stay as they are\./,
	);
});

test('a pull request never says how a cluster is reached: those of the base are asked, others are unknown until merged', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const evil = spillwayYaml.replace(
		'east: {context: east,',
		'north: {context: admin}, east: {secret: kube-system/token,',
	);
	const pull = await stage.open({
		'spillway.yaml': evil,
		'policies/web.yaml': right,
		'policies/north.yaml': writePolicy('far', 'far').replace('cluster: east', 'cluster: north'),
		'policies/origin.yaml': writePolicy('near', 'near').replace(
			'{service: b, tier: 1}',
			'{service: b, tier: 1, origin: {cluster: north, service: b}}',
		),
	});
	await stage.pass();
	t.like(pull.status(), { state: 'success' });
	t.deepEqual(stage.planned, [{ policies: ['shop/web'], clusters: ['east'] }]);
	t.regex(
		pull.comments()[0] ?? '',
		/as the base branch declares no cluster `north`: `shop\/near` and `shop\/far`\.|`shop\/far` and `shop\/near`\./,
	);
});

test('policies without an answer in time are named as not known', async (t) => {
	const parts = { plan: async () => await Promise.resolve(new Map()) };
	const stage = await startPolicyReviewStage(t, { parts });
	const pull = await stage.open({ 'policies/web.yaml': right });
	await stage.pass();
	t.regex(pull.comments()[0] ?? '', /What 1 changed policy would move is not known\./);
	t.regex(pull.comments()[0] ?? '', /gave no answer in time: `shop\/web`\./);
});

test('a stranger is told what is wrong, and nothing of the clusters', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const wrong = await stage.open(
		{ 'policies/web.yaml': right, 'policies/x.yaml': 'x: [' },
		{ by: 'eve', fork: 'eve/config' },
	);
	const fine = await stage.open({ 'policies/web.yaml': right }, { by: 'eve', fork: 'eve/config' });
	await stage.pass();
	t.deepEqual(stage.planned, []);
	t.is(wrong.reviews().length, 1);
	t.regex(wrong.comments()[0] ?? '', /told only to people who may write to this repository/);
	t.like(fine.status(), { state: 'success' });
	t.deepEqual([fine.reviews(), fine.comments()], [[], []]);
});

test('a stranger who calls a branch as Spillway would is a stranger all the same', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open(
		{ 'policies/x.yaml': 'x: [' },
		{ by: 'eve', fork: 'eve/config', branch: 'spillway/failover/east' },
	);
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
	t.deepEqual(stage.planned, []);
});

test('whoever may write is told from a fork as well', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'policies/web.yaml': right }, { by: 'ada', fork: 'ada/config' });
	await stage.pass();
	t.is(stage.planned.length, 1);
	t.regex(pull.comments()[0] ?? '', /Nothing would move now/);
});

test('a comment that somebody else dressed up as ours is left alone', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open({ 'policies/web.yaml': right });
	const forged = `<!-- spillway:plan -->\n<!-- spillway:policies ${'0'.repeat(32)} -->\nAll is well`;
	await stage.core.repository('shop/config')?.comment('eve', pull.number, forged);
	stage.start();
	await stage.pass();
	t.is(pull.comments().length, 1);
	t.regex(pull.comments()[0] ?? '', /Nothing would move now/);
});

test('a pull request that is closed while it is looked at is left alone', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open({ 'policies/web.yaml': right, 'policies/x.yaml': 'x: [' });
	stage.start({
		async plan(policies) {
			await stage.forge.update(pull.number, { state: 'closed' }, new AbortController().signal);
			return new Map(policies.map(({ key }) => [key, hold]));
		},
	});
	await stage.pass();
	t.deepEqual([pull.reviews(), pull.comments()], [[], []]);
});

test('a head that is pushed to while it is looked at is told of once: as it is then', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open({ 'policies/web.yaml': right, 'policies/x.yaml': 'x: [' });
	let isFirst = true;
	stage.start({
		async plan(policies) {
			if (isFirst) pull.push({ 'policies/x.yaml': null });
			isFirst = false;
			return await Promise.resolve(new Map(policies.map(({ key }) => [key, hold])));
		},
	});
	await stage.pass(120_000);
	t.like(pull.status(), { state: 'success' });
	t.deepEqual(pull.reviews(), []);
	t.is(pull.comments().length, 1);
});
