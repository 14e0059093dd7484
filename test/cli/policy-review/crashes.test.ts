import test from 'ava';
import type { Forge } from '../../../src/model/ports/forge.ts';
import { ProblemError, problem } from '../../../src/model/problem.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { startPolicyReviewStage } from '../../support/policy-review-stage.ts';

const wrong = { 'policies/web.yaml': writePolicy('web', 'web', 'mode: Paused') };
const right = { 'policies/web.yaml': writePolicy('web', 'web', 'mode: Observe') };

/** Where a process may end, and how many reviews there are after the next one. */
const ends = [
	{ before: 'setStatus', at: 1, reviews: 1, what: 'before anything was said' },
	{ before: 'review', at: 1, reviews: 1, what: 'before the review' },
	{ before: 'comment', at: 1, reviews: 2, what: 'between the review and the comment' },
	{ before: 'setStatus', at: 2, reviews: 1, what: 'between the comment and the status' },
] as const;

for (const { before, at, reviews, what } of ends) {
	test(`a process that ends ${what} leaves ${reviews} review(s) behind, once the next one has run`, async (t) => {
		const stage = await startPolicyReviewStage(t, { isIdle: true });
		const pull = await stage.open(wrong);
		stage.start({ forge: stopAt(stage.forge, before, at) });
		await stage.pass();
		await stage.stop();
		t.not(pull.status()?.state, 'failure');
		for (let round = 0; round < 3; round += 1) {
			stage.start();
			await stage.pass();
			await stage.stop();
		}
		t.like(pull.status(), { state: 'failure' });
		t.is(pull.reviews().length, reviews);
		t.is(pull.comments().length, 1);
	});
}

/** The n-th call of a kind, and what comes after it, never happens. */
function stopAt(forge: Forge, call: 'setStatus' | 'review' | 'comment', at: number): Forge {
	let seen = 0;
	const never = new Promise<never>(() => undefined);
	const guard =
		<Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
		async (...args: Args): Promise<Result> => {
			seen += 1;
			return seen === at ? await never : await run(...args);
		};
	switch (call) {
		case 'setStatus':
			return { ...forge, setStatus: guard(forge.setStatus) };
		case 'review':
			return { ...forge, review: guard(forge.review) };
		case 'comment':
			return { ...forge, comment: guard(forge.comment) };
	}
}

for (const when of ['before', 'after'] as const) {
	test(`a review whose answer is lost ${when} it was written is written once more at most`, async (t) => {
		const stage = await startPolicyReviewStage(t);
		stage.core.faults.inject({ kind: 'lost', when, times: 5, calls: ['review'] });
		const pull = await stage.open(wrong);
		await stage.pass(1_200_000);
		t.like(pull.status(), { state: 'failure' });
		t.is(pull.reviews().length, when === 'after' ? 2 : 0);
		t.regex(
			pull.comments()[0] ?? '',
			/^- `policies\/web\.yaml:4:\d+`: \*\*E_ENUM\*\* /m,
			'told there as well',
		);
	});
}

test('a comment whose answer is lost is not written twice', async (t) => {
	const stage = await startPolicyReviewStage(t);
	stage.core.faults.inject({ kind: 'lost', when: 'after', times: 1, calls: ['comment'] });
	const pull = await stage.open(right);
	await stage.pass(180_000);
	t.like(pull.status(), { state: 'success' });
	t.is(pull.comments().length, 1);
});

test('a forge that refuses statuses hears of it rarely, and people are told all the same, once', async (t) => {
	const stage = await startPolicyReviewStage(t);
	stage.core.faults.inject({ kind: 'answer', status: 403, times: 1_000, calls: ['setStatus'] });
	const pull = await stage.open(wrong);
	await stage.pass(3_500_000);
	t.is(pull.reviews().length, 1);
	t.is(pull.comments().length, 1);
	t.true((stage.forge.counts().byCall.get('setStatus') ?? 0) < 12);
	t.is(stage.log.lines.filter((line) => line.startsWith('warn')).length, 1);
});

test('a forge that is down is tried again and again, told of once, and all is made up for', async (t) => {
	const stage = await startPolicyReviewStage(t);
	stage.core.faults.inject({ kind: 'unreachable', on: true });
	const pull = await stage.open(wrong);
	await stage.pass(3_500_000);
	t.is(stage.log.lines.filter((line) => line.startsWith('warn')).length, 1);
	t.true(stage.forge.counts().calls < 30);
	stage.core.faults.inject({ kind: 'unreachable', on: false });
	await stage.pass(300_000);
	t.like(pull.status(), { state: 'failure' });
	t.is(pull.reviews().length, 1);
});

test('a forge that names a time is left alone until then, whatever hints say', async (t) => {
	const stage = await startPolicyReviewStage(t);
	stage.core.faults.inject({
		kind: 'answer',
		status: 429,
		retryAfter: 1_000_000,
		times: 1,
		calls: ['checks'],
	});
	const pull = await stage.open(wrong);
	await stage.pass(10_000);
	const { calls } = stage.forge.counts();
	for (let round = 0; round < 90; round += 1) {
		stage.review().hint(pull.number);
		await stage.pass(10_000);
	}
	t.is(stage.forge.counts().calls, calls);
	await stage.pass(200_000);
	t.like(pull.status(), { state: 'failure' });
});

test('one head that makes the forge fail does not keep others from their turn', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const bad = await stage.open(wrong);
	const good = await stage.open(right);
	const { forge } = stage;
	stage.start({
		forge: {
			...forge,
			async checks(commit, signal) {
				if (commit === bad.head()) {
					stage.core.faults.inject({ kind: 'answer', status: 502, times: 1, calls: ['checks'] });
				}
				return await forge.checks(commit, signal);
			},
		},
	});
	await stage.pass(900_000);
	t.is(bad.status(), undefined);
	t.like(good.status(), { state: 'success' });
});

test('a fault of our own in one head is logged, and the others go on', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	await stage.open(right);
	const other = await stage.open({ 'README.md': 'hello\n' });
	stage.start({ plan: () => Promise.reject(new TypeError('a fault')) });
	await stage.pass(3_500_000);
	t.like(other.status(), { state: 'success' });
	const errors = stage.log.lines.filter((line) => line.startsWith('error'));
	t.is(errors.length, 1);
	t.regex(errors[0] ?? '', /TypeError: a fault/);
});

test('a head that the Git server does not give out is judged by that, after three tries', async (t) => {
	const stage = await startPolicyReviewStage(t, { isIdle: true });
	const pull = await stage.open(right, { by: 'eve', fork: 'eve/config' });
	const other = await stage.open({ 'README.md': 'hello\n' });
	let tries = 0;
	stage.start({
		openRepository: async () =>
			await Promise.resolve({
				...stage.repository,
				async history(commit, limit, signal) {
					if (commit !== pull.head()) return await stage.repository.history(commit, limit, signal);
					tries += 1;
					throw unreachable();
				},
			}),
	});
	await stage.pass(600_000);
	t.is(tries, 3);
	t.like(pull.status(), { state: 'failure' });
	t.regex(pull.status()?.description ?? '', /does not give out this commit/);
	t.like(other.status(), { state: 'success' });
});

test('while the Git server is down no head is judged by it', async (t) => {
	const stage = await startPolicyReviewStage(t);
	stage.repository.faults.inject({ kind: 'unreachable', on: true });
	const pull = await stage.open(right);
	await stage.pass(3_600_000);
	t.is(pull.status(), undefined);
	stage.repository.faults.inject({ kind: 'unreachable', on: false });
	await stage.pass(120_000);
	t.like(pull.status(), { state: 'success' });
});

function unreachable(): ProblemError {
	const where = { kind: 'named', name: 'memory:config' } as const;
	return new ProblemError(problem('E_GIT_UNREACHABLE', { where, message: 'not our ref' }));
}
