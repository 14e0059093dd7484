import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { draftPolicy, parseText, writePolicy } from '../support/policy-documents.ts';

const writeFailback = (failback: string): string => writePolicy('web', 'web', `failback: ${failback}`);
const plain = { mode: 'Auto', after: 120_000 };

for (const [written, read] of [
	['{}', plain],
	['{autoMerge: false}', plain],
	['{via: PullRequest, autoMerge: true}', { ...plain, via: 'PullRequest', autoMerge: true }],
	['{ramp: [10, 50, 100]}', { ...plain, ramp: [10, 50, 100], rampInterval: 60_000 }],
	['{ramp: [1, 100], rampInterval: 1s}', { ...plain, ramp: [1, 100], rampInterval: 1_000 }],
	['{ramp: [100], rampInterval: 5m}', plain],
	['{rampInterval: 24h}', plain],
] as const) {
	test(`failback: ${written} is read with its defaults; a ramp of one step is none`, (t) => {
		t.deepEqual(draftPolicy(writeFailback(written)).failback, read);
	});
}

test('a ramp has up to ten steps', (t) => {
	const ten = '{ramp: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]}';
	t.is(draftPolicy(writeFailback(ten)).failback.ramp?.length, 10);
});

for (const [written, ...said] of [
	['{ramp: 10}', 'E_TYPE spec.failback.ramp has the wrong type (got 10; expected a list)'],
	['{ramp: []}', 'E_MIN_ITEMS spec.failback.ramp has the wrong number of items (got 0'],
	[
		'{ramp: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100]}',
		'E_LIMIT spec.failback.ramp has the wrong number of items (got 11; expected at most 10)',
	],
	['{ramp: [0, 100]}', 'E_RANGE spec.failback.ramp[0] is out of range (got 0; expected at least 1)'],
	['{ramp: [50, 101]}', 'E_RANGE spec.failback.ramp[1] is out of range (got 101; expected at most 100)'],
	[
		'{ramp: [12.5, 100]}',
		'E_TYPE spec.failback.ramp[0] has the wrong type (got 12.5; expected a whole number)',
	],
	[
		'{ramp: ["10", 100]}',
		'E_TYPE spec.failback.ramp[0] has the wrong type (got "10"; expected a whole number)',
	],
	[
		'{ramp: [50, 50, 10, 100]}',
		'E_RAMP spec.failback.ramp[1] is not more than the step before (got 50; expected more than 50) → write rising percentages that end in 100, such as [10, 50, 100]',
		'E_RAMP spec.failback.ramp[2] is not more than the step before (got 10; expected more than 50)',
	],
	[
		'{ramp: [10, 50]}',
		'E_RAMP spec.failback.ramp[1] is the last step, and does not go all the way (got 50; expected 100)',
	],
	[
		'{rampInterval: 999ms}',
		'E_RANGE spec.failback.rampInterval is out of range (got "999ms"; expected 1s to 24h)',
	],
	['{rampInterval: 60}', 'E_DURATION spec.failback.rampInterval is not a duration (got 60) → write 60s'],
	[
		'{autoMerge: "yes"}',
		'E_TYPE spec.failback.autoMerge has the wrong type (got "yes"; expected true or false)',
	],
	['{rampp: [100]}', 'E_UNKNOWN_FIELD unknown field "rampp"', '→ did you mean ramp?'],
	[
		'{via: PullReqest}',
		'E_ENUM spec.failback.via has an unknown value (got "PullReqest"; expected one of Direct, Commit, PullRequest) → did you mean PullRequest?',
	],
] as const) {
	test(`failback: ${written} is refused`, (t) => {
		const told = parseText(writeFailback(written)).problems.map(formatProblem).join('\n');
		for (const part of said) t.true(told.includes(part), told);
	});
}

test('a group is named as objects are', (t) => {
	t.is(draftPolicy(writePolicy('web', 'web', 'group: {name: checkout}')).group, 'checkout');
	t.false('group' in draftPolicy(writePolicy('web', 'web')));
	const told = (group: string): string =>
		parseText(writePolicy('web', 'web', `group: ${group}`))
			.problems.map(formatProblem)
			.join('\n');
	t.regex(told('{name: Check Out}'), /E_NAME_DNS1123 spec\.group\.name is not a legal name/);
	t.regex(told('{}'), /E_REQUIRED spec\.group\.name is required/);
	t.regex(told('checkout'), /E_TYPE spec\.group has the wrong type \(got "checkout"; expected a mapping\)/);
	t.regex(told('{name: a, nam: b}'), /E_UNKNOWN_FIELD unknown field "nam" .* did you mean name\?/);
});
