import test from 'ava';
import { spillwayYaml } from '../../support/config-repository.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { hold, type OpenPull, startPolicyReviewStage } from '../../support/policy-review-stage.ts';

const { signal } = new AbortController();
const wrong = { 'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused') };

test('the forge is asked every minute, and every five minutes while nothing is open', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const lists = () => stage.forge.counts().byCall.get('list') ?? 0;
	await stage.pass(1_500_000);
	t.is(lists(), 6);
	await stage.open({ 'README.md': 'hello\n' });
	await stage.pass(60_000);
	const [listed, { calls }] = [lists(), stage.forge.counts()];
	await stage.pass(600_000);
	t.is(lists() - listed, 10);
	t.is(stage.forge.counts().calls - calls, 10, 'a head that was judged is not asked for again');
});

test('a hint brings a look forward, and many hints do not bring many', async (t) => {
	const stage = await startPolicyReviewStage(t);
	await stage.pass(20_000);
	const pull = await stage.open(wrong);
	await stage.pass(10);
	t.like(pull.status(), { state: 'failure' });
	const before = stage.forge.counts().byCall.get('list') ?? 0;
	for (let hint = 0; hint < 600; hint += 1) {
		stage.review().hint();
		await stage.pass(100);
	}
	const lists = (stage.forge.counts().byCall.get('list') ?? 0) - before;
	t.true(lists >= 10 && lists <= 13, String(lists));
});

test('a replica that does not lead asks nothing, nor does one that has not read the repository', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open(wrong);
	const { calls } = stage.forge.counts();
	let leads = false;
	stage.start({ leads: () => leads });
	await stage.pass(600_000);
	t.is(stage.forge.counts().calls, calls);
	leads = true;
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
	await stage.stop();
	const seen = stage.forge.counts().calls;
	stage.start({ clusters: () => undefined });
	await stage.pass(600_000);
	t.is(stage.forge.counts().calls, seen);
});

test('of many heads twenty are looked at in a round', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pulls: OpenPull[] = [];
	for (let index = 0; index < 45; index += 1) pulls.push(await stage.open({ [`docs/${index}.md`]: 'x\n' }));
	const judged = () => pulls.filter((pull) => pull.status() !== undefined).length;
	stage.start();
	await stage.pass(1);
	t.is(judged(), 20);
	await stage.pass(5_000);
	t.is(judged(), 40);
	await stage.pass(5_000);
	t.is(judged(), 45);
});

test('a process that starts again says nothing about heads that were judged', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open(wrong);
	await stage.pass();
	await stage.stop();
	const { creations } = stage.forge.counts();
	stage.start();
	await stage.pass(180_000);
	t.is(stage.forge.counts().creations, creations);
	t.is(stage.forge.counts().byCall.get('setStatus'), 2, 'looked at, judged');
	t.is(pull.reviews().length, 1);
});

test('of several Spillways on one repository one speaks', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open(wrong);
	for (const name of ['east', 'west', 'north']) stage.start({ name });
	await stage.pass(180_000);
	t.like(pull.status(), { state: 'failure' });
	t.is(pull.reviews().length, 1);
	t.is(pull.comments().length, 1);
	pull.push({ 'policies/api.yaml': 'x: [' });
	await stage.pass(180_000);
	t.is(pull.reviews().length, 2);
	t.is(pull.comments().length, 1);
});

test('while one Spillway looks, which may take long, another one waits; after five minutes it takes over', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open(wrong);
	const never = new Promise<never>(() => undefined);
	stage.start({ name: 'east', forge: { ...stage.forge, comments: () => never } });
	await stage.pass(1_000);
	t.deepEqual(pull.status(), { state: 'pending', description: 'being looked at by Spillway (east)' });
	stage.start({ name: 'west' });
	await stage.pass(240_000);
	t.like(pull.status(), { state: 'pending' });
	await stage.pass(180_000);
	t.like(pull.status(), { state: 'failure' });
	t.is(pull.reviews().length, 1);
});

test('a process that takes over from its own kind goes on at once', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open(wrong);
	const never = new Promise<never>(() => undefined);
	stage.start({ forge: { ...stage.forge, comments: () => never } });
	await stage.pass(1_000);
	await stage.stop();
	stage.start();
	await stage.pass(1_000);
	t.like(pull.status(), { state: 'failure' });
});

test('a look that hangs is given up, and tried again', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open({ 'policies/web.yaml': writePolicy('web', 'other') });
	let calls = 0;
	stage.start({
		plan: async (policies) => {
			calls += 1;
			if (calls === 1) return await new Promise<never>(() => undefined);
			return new Map(policies.map(({ key }) => [key, hold]));
		},
	});
	await stage.pass(240_000);
	t.like(pull.status(), { state: 'pending' });
	await stage.pass(600_000);
	t.like(pull.status(), { state: 'success' });
});

test('a merge of the base into the branch is none of its changes', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'README.md': 'hello\n' });
	const base = stage.commit({ 'policies/broken.yaml': 'x: [' });
	const { history } = stage.repository.server;
	const tree = new Map([...history.tree(base), ...history.tree(pull.head())]);
	const merged = history.addCommit(tree, { parent: pull.head(), merged: base, message: 'Merge main' });
	pull.rewrite(merged);
	stage.commit({ 'docs/more.md': 'more\n' });
	await stage.pass();
	t.deepEqual(pull.status(), { state: 'success', description: 'no policies changed' });
});

test('a branch that has nothing in common with the base is judged by all it has', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const pull = await stage.open({ 'README.md': 'hello\n' });
	const { history } = stage.repository.server;
	const tree = new Map([['spillway.yaml', { path: 'spillway.yaml', mode: 'file' as const, blob: '' }]]);
	const blob = history.addBlob(Buffer.from(spillwayYaml));
	tree.set('spillway.yaml', { path: 'spillway.yaml', mode: 'file', blob });
	pull.rewrite(history.addCommit(tree, { parent: undefined, message: 'all new' }));
	await stage.pass();
	t.like(pull.status(), { state: 'failure' });
	t.regex(pull.reviews()[0]?.body ?? '', /E_GIT_PATH/);
});

test('an abort ends it at once, whatever it does', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	await stage.open(wrong);
	const life = new AbortController();
	const review = stage.start({ plan: async () => await new Promise<never>(() => undefined) });
	await stage.pass(1_000);
	await stage.stop();
	const running = review.run(life.signal);
	life.abort();
	await running;
	t.false(signal.aborted);
});
