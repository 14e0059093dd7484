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
		t.deepEqual(failover.escalate, [{ after: span, to: 'Direct' }]);
	});
}

test('a pull request may be followed by every step of the ladder', (t) => {
	const ladder = ['Notify', 'Reviewers', 'AutoMerge', 'Commit', 'Direct'] as const;
	const written = ladder.map((to, index) => `{after: ${index + 1}m, to: ${to}}`).join(', ');
	t.deepEqual(
		draftPolicy(writeSteps(`[${written}]`)).failover.escalate,
		ladder.map((to, index) => ({ after: (index + 1) * 60_000, to })),
	);
});

test('steps may be left out', (t) => {
	const { failover } = draftPolicy(writeSteps('[{after: 5m, to: Notify}, {after: 10m, to: Direct}]'));
	t.deepEqual(
		failover.escalate?.map(({ to }) => to),
		['Notify', 'Direct'],
	);
});

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
		'E_ENUM spec.failover.escalate[0].to has an unknown value (got "direct"; expected one of Notify, Reviewers, AutoMerge, Commit, Direct) → did you mean Direct?',
	],
	[
		'[{after: 30s, to: Automerge}]',
		'E_ENUM spec.failover.escalate[0].to has an unknown value (got "Automerge"; expected one of Notify, Reviewers, AutoMerge, Commit, Direct) → did you mean AutoMerge?',
	],
	[
		'[{after: 30s, to: PullRequest}]',
		'E_ENUM spec.failover.escalate[0].to has an unknown value (got "PullRequest"',
	],
	[
		'[{after: 30s, to: Direct, notify: me}]',
		'E_UNKNOWN_FIELD unknown field "notify" (expected one of after, to)',
	],
	[
		'[{after: 30s, to: Direct}, {after: 1m, to: Direct}]',
		'E_ESCALATION spec.failover.escalate[1].to Direct stands in an earlier step too → keep one of the two',
	],
	[
		'[{after: 30s, to: AutoMerge}, {after: 1m, to: Notify}]',
		'E_ESCALATION spec.failover.escalate[1].to Notify cannot follow AutoMerge (expected the order Notify, Reviewers, AutoMerge, Commit, Direct) → take it before AutoMerge, or leave it out',
	],
	[
		'[{after: 30s, to: Direct}, {after: 1m, to: Commit}]',
		'E_ESCALATION spec.failover.escalate[1].to Commit cannot follow Direct',
	],
	[
		'[{after: 1m, to: Notify}, {after: 60s, to: Reviewers}]',
		'E_ESCALATION spec.failover.escalate[1].after is not later than the step before (got 1m; expected more than 1m) → let each step come later than the one before',
	],
	[
		'[{after: 1m, to: Notify}, {after: 30s, to: Reviewers}, {after: 2m, to: Direct}]',
		'E_ESCALATION spec.failover.escalate[1].after is not later than the step before (got 30s; expected more than 1m)',
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

test('everything wrong with a ladder is told at once, each at its place', (t) => {
	const steps =
		'[{after: 1m, to: Commit}, {after: 1m, to: Notify}, {after: 30s, to: Reviewers}, {after: 2m, to: Commit}]';
	const told = parseText(writeSteps(steps)).problems.map(({ code, message }) => `${code} ${message}`);
	t.deepEqual(told, [
		'E_ESCALATION spec.failover.escalate[1].after is not later than the step before',
		'E_ESCALATION spec.failover.escalate[1].to Notify cannot follow Commit',
		'E_ESCALATION spec.failover.escalate[2].after is not later than the step before',
		'E_ESCALATION spec.failover.escalate[2].to Reviewers cannot follow Commit',
		'E_ESCALATION spec.failover.escalate[3].to Commit stands in an earlier step too',
	]);
});

test('a ladder has no more steps than there are kinds', (t) => {
	const many = Array.from({ length: 1_000 }, (_, index) => `{after: ${index + 5}s, to: Direct}`).join(', ');
	t.regex(
		parseText(writeSteps(`[${many}]`))
			.problems.map(formatProblem)
			.join('\n'),
		/E_LIMIT spec\.failover\.escalate has the wrong number of items \(got 1000; expected at most 5\)/,
	);
});
