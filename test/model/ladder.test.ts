import test from 'ava';
import type { PendingShift } from '../../src/model/decision.ts';
import { rungsOf, stepDueAt } from '../../src/model/ladder.ts';
import type { Escalation, EscalationStep, Via } from '../../src/model/policy.ts';
import { type Controls, dueRungs } from '../../src/model/pull-request.ts';
import { aShift } from '../support/changes.ts';
import { aView } from '../support/commit-passes.ts';
import { aPolicy } from '../support/policies.ts';

const ladder: readonly Escalation[] = [
	{ after: 60_000, to: 'Notify' },
	{ after: 120_000, to: 'Commit' },
	{ after: 180_000, to: 'Direct' },
];

function policyOf(via: Via) {
	return aPolicy({ failover: { after: 0, via, escalate: ladder } });
}

function pendingWith(controls?: Controls): PendingShift {
	const shift = aShift();
	return { shift, decidedAt: 1_000, ...(controls && { requested: aView({ controls }) }) };
}

test('the steps of a failover count from its decision; a failback and a direct one have none', (t) => {
	const pending = pendingWith();
	t.deepEqual(
		rungsOf(policyOf('PullRequest'), pending).map(({ at }) => at),
		[61_000, 121_000, 181_000],
	);
	t.is(rungsOf(policyOf('Commit'), pending).length, 3);
	t.deepEqual(rungsOf(policyOf('Direct'), pending), []);
	t.deepEqual(rungsOf(policyOf('PullRequest'), { ...pending, shift: aShift({ move: 'failback' }) }), []);
});

const due: readonly (readonly [title: string, controls: Controls | undefined, ...at: readonly number[]])[] = [
	['nobody has said anything', undefined, 121_000, 181_000],
	['one step is hastened', { hastened: 1 }, 121_000, 181_000],
	['two steps are hastened', { hastened: 2 }, 1_000, 181_000],
	['all are hastened', { hastened: 3 }, 1_000, 1_000],
	['it is held for less long', { hastened: 0, hold: { until: 90_000, by: 'ada' } }, 121_000, 181_000],
	['it is held for longer', { hastened: 0, hold: { until: 150_000, by: 'ada' } }, 150_000, 181_000],
	['what is hastened is held', { hastened: 3, hold: { until: 90_000, by: 'ada' } }, 90_000, 90_000],
];

for (const [title, controls, ...at] of due) {
	test(`where ${title}, Commit and Direct are due when the keeper of the pull request says so too`, (t) => {
		const policy = policyOf('PullRequest');
		const pending = pendingWith(controls);
		const steps: readonly EscalationStep[] = ['Commit', 'Direct'];
		t.deepEqual(
			steps.map((step) => stepDueAt(policy, pending, step)),
			at,
		);
		for (const [index, step] of steps.entries()) {
			const dueAt = at[index] ?? Number.NaN;
			for (const now of [dueAt - 1, dueAt]) {
				const taken = dueRungs(rungsOf(policy, pending), controls ?? { hastened: 0 }, now);
				if (now >= pending.decidedAt)
					t.is(
						taken.some(({ to }) => to === step),
						now >= dueAt,
					);
			}
		}
	});
}

test('a step that is not on the ladder is never due', (t) => {
	t.is(stepDueAt(policyOf('PullRequest'), pendingWith(), 'Reviewers'), undefined);
	t.is(stepDueAt(aPolicy(), pendingWith(), 'Direct'), undefined);
});
