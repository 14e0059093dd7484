import test from 'ava';
import fc from 'fast-check';
import { createPullRequestText } from '../../../src/plan/pull-request/text.ts';
import { hostileText } from '../../support/hostile-text.ts';
import {
	decidedAt,
	hostileFacts,
	manyPullRequestChanges,
	somePullRequestFacts,
} from '../../support/pull-request-samples.ts';

const { status } = createPullRequestText();
const one = somePullRequestFacts();
const many = somePullRequestFacts(manyPullRequestChanges(30));

test('still-needed says why it is, or why it is not', (t) => {
	const veto = somePullRequestFacts(undefined, { controls: { hastened: 0, veto: { by: 'alice' } } });
	const withdrawn = somePullRequestFacts([], { state: { at: decidedAt, why: 'web-east is healthy' } });
	t.is(status('still-needed', one, 'success'), 'still needed: web-east is unhealthy: 0 of 3 ready');
	t.is(status('still-needed', many, 'success'), '30 splits still to move');
	t.is(status('still-needed', veto, 'failure'), '0 of 1 split: vetoed by alice');
	t.is(
		status('still-needed', withdrawn, 'failure'),
		'not needed any more since 2026-11-21 18:14:56 UTC: web-east is healthy',
	);
});

test('validated and applied say what they are about', (t) => {
	t.is(status('validated', one, 'success'), 'the weights of 1 split and nothing else');
	t.is(
		status('validated', one, 'failure'),
		'more than the weights of 1 split, or not the weights that are wanted',
	);
	t.is(status('validated', one, 'pending'), 'being looked at');
	t.is(status('applied', many, 'success'), 'live: 30 splits');
	t.is(status('applied', many, 'failure'), 'merged, but not live in time: 30 splits');
	t.is(status('applied', many, 'pending'), 'live once it is merged and applied: 30 splits');
});

test('a status is one line of at most 140 characters', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.array(hostileText, { minLength: 14, maxLength: 14 }), (texts) => {
				const facts = hostileFacts((index) => texts[index] ?? '');
				const lines = [facts, { ...facts, controls: { hastened: 0 } }].map((given) =>
					status('still-needed', given, 'success'),
				);
				return lines.every((line) => [...line].length <= 140 && !/[\r\n]/.test(line));
			}),
		),
	);
});
