import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { draftPolicy, parseText, writePolicy } from '../support/policy-documents.ts';

for (const action of ['Hold', 'Override', 'Adopt'] as const) {
	test(`onManualEdit may be ${action}`, (t) => {
		const draft = draftPolicy(writePolicy('web', 'web', `onManualEdit: ${action}, manualHold: 10m`));
		t.deepEqual([draft.onManualEdit, draft.manualHold], [action, 600_000]);
	});
}

for (const [spec, said] of [
	[
		'onManualEdit: hold',
		'E_ENUM spec.onManualEdit has an unknown value (got "hold"; expected one of Hold, Override, Adopt) → did you mean Hold?',
	],
	['manualHold: 0s', 'E_RANGE spec.manualHold is out of range (got "0s"; expected more than 0s to 72h)'],
	[
		'manualHold: 72h1ms',
		'E_RANGE spec.manualHold is out of range (got "72h1ms"; expected more than 0s to 72h)',
	],
	['manualHold: 60', 'E_DURATION spec.manualHold is not a duration (got 60) → write 60s'],
] as const) {
	test(`${spec} is refused`, (t) => {
		const [line = '', ...more] = parseText(writePolicy('web', 'web', spec)).problems.map(formatProblem);
		t.deepEqual(more, []);
		t.true(line.includes(said), line);
	});
}

test('the shortest and the longest hold are taken', (t) => {
	t.is(draftPolicy(writePolicy('web', 'web', 'manualHold: 1ms')).manualHold, 1);
	t.is(draftPolicy(writePolicy('web', 'web', 'manualHold: 72h')).manualHold, 259_200_000);
});
