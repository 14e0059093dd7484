import test from 'ava';
import { writePlan } from '../../../src/cli/policy-review/plan-text.ts';
import { findEffects } from '../../support/markdown-effects.ts';
import { aPolicy, weights } from '../../support/policies.ts';
import { writePolicy } from '../../support/policy-documents.ts';
import { startPolicyReviewStage } from '../../support/policy-review-stage.ts';
import { hostileTexts } from '../../support/pull-request-samples.ts';

/** Our own marks are comments of HTML, which show nothing. */
function shown(text: string): string {
	return text.replaceAll(/<!-- spillway:[a-z]+(?:[: ][0-9a-z]+)? -->/g, '');
}

test('nothing comes of what a stranger writes into policies, names of files and clusters', async (t) => {
	const stage = await startPolicyReviewStage(t);
	const texts = hostileTexts.map((text) => JSON.stringify(text));
	const changes = Object.fromEntries(
		texts.map((text, index) => [
			`policies/${index} @ada <img src=x> [x](https:evil.example) #1.yaml`,
			`${writePolicy(`p-${index}`, 'web', `mode: ${text}`)}---\n${writePolicy('q', 'web').replace('east', text)}`,
		]),
	);
	const pull = await stage.open({ ...changes, 'policies/a`b\u202E.yaml': 'x' }, { by: 'eve', fork: 'eve/c' });
	await stage.pass();
	const [review] = pull.reviews();
	t.true((review?.remarks.length ?? 0) > 10);
	for (const { body } of review?.remarks ?? []) t.deepEqual(findEffects(shown(body)), [], body);
	t.deepEqual(findEffects(shown(review?.body ?? '')), []);
	for (const comment of pull.comments()) t.deepEqual(findEffects(shown(comment)), []);
});

test('nothing comes of what clusters and policies are called in a plan', (t) => {
	for (const text of hostileTexts) {
		const policy = aPolicy({ key: text, mode: 'Observe' });
		const reason = { code: 'Remembered', text } as const;
		const shift = {
			kind: 'shift',
			move: 'failover',
			from: weights({}),
			to: weights({ [text]: 1 }),
			episode: { id: 'e', since: 0 },
			reasons: [reason, reason],
		} as const;
		const planned = [{ policy, decision: shift }];
		const unknown = [{ key: text, cluster: text }];
		const plan = { kind: 'planned', planned, unknown, unanswered: [text], at: 0 } as const;
		const written = writePlan(plan, { head: 'f'.repeat(40), removed: [text] });
		t.deepEqual(findEffects(written), [], written);
	}
});

test('what is told fits into a comment, however long names and reasons are', (t) => {
	const long = 'ä'.repeat(4_000);
	const planned = Array.from({ length: 500 }, (_, index) => ({
		policy: aPolicy({ key: `${index}${long}` }),
		decision: { kind: 'hold', reasons: [{ code: 'Remembered', text: long }] } as const,
	}));
	const names = planned.map(({ policy }) => policy.key);
	const unknown = names.map((key) => ({ key, cluster: 'north' }));
	const plan = { kind: 'planned', planned, unknown, unanswered: names, at: 0 } as const;
	const written = writePlan(plan, { head: 'f'.repeat(40), removed: names });
	t.true(Buffer.byteLength(written) < 40_000, String(Buffer.byteLength(written)));
	t.regex(written, /more are not shown\./);
});
