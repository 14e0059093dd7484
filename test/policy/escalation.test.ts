import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { draftPolicy, parseText, writePolicy } from '../support/policy-documents.ts';

const writeSteps = (steps: string): string => writePolicy('web', 'web', `failover: {escalate: ${steps}}`);

for (const [after, span] of [
	['5s', 5_000],
	['30s', 30_000],
	['24h', 86_400_000],
] as const) {
	test(`a commit may be waited for ${after} before it is written directly`, (t) => {
		const { failover } = draftPolicy(writeSteps(`[{after: ${after}, to: Direct}]`));
		t.deepEqual(failover.escalate, { after: span, to: 'Direct' });
	});
}

test('a list without a step is no escalation', (t) => {
	t.deepEqual(draftPolicy(writeSteps('[]')).failover, { after: 0 });
});

for (const [steps, said] of [
	[
		'[{after: 4999ms, to: Direct}]',
		'E_RANGE spec.failover.escalate[0].after is out of range (got "4999ms"; expected 5s to 24h)',
	],
	[
		'[{after: 30, to: Direct}]',
		'E_DURATION spec.failover.escalate[0].after is not a duration (got 30) → write 30s',
	],
	['[{to: Direct}]', 'E_REQUIRED spec.failover.escalate[0].after is required'],
	['[{after: 30s}]', 'E_REQUIRED spec.failover.escalate[0].to is required'],
	[
		'[{after: 30s, to: direct}]',
		'E_ENUM spec.failover.escalate[0].to has an unknown value (got "direct"; expected Direct) → did you mean Direct?',
	],
	[
		'[{after: 30s, to: AutoMerge}]',
		'E_NOT_SUPPORTED spec.failover.escalate[0].to AutoMerge is not supported yet → until a later version supports it, use Direct',
	],
	[
		'[{after: 30s, to: Direct, notify: me}]',
		'E_UNKNOWN_FIELD unknown field "notify" (expected one of after, to)',
	],
	[
		'[{after: 30s, to: Direct}, {after: 1m, to: Direct}]',
		'E_NOT_SUPPORTED spec.failover.escalate with several steps is not supported yet (got 2 steps) → keep the one that leads to Direct',
	],
	[
		'{after: 30s, to: Direct}',
		'E_TYPE spec.failover.escalate has the wrong type (got a mapping; expected a list)',
	],
] as const) {
	test(`escalate: ${steps} is refused`, (t) => {
		const [line = '', ...more] = parseText(writeSteps(steps)).problems.map(formatProblem);
		t.deepEqual(more, []);
		t.true(line.includes(said), line);
	});
}
