import test from 'ava';
import { findPolicy } from '../../../src/cli/trace/find-policy.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { aPolicy } from '../../support/policies.ts';

const emoji = aPolicy();
const { target } = emoji;
const east = aPolicy({ key: 'emojivoto/voting', target: { ...target, name: 'voting-svc' } });
const west = aPolicy({
	key: 'emojivoto/voting-w',
	target: { ...target, name: 'voting-svc', cluster: 'west' },
});
const policies = [emoji, east, west];

function find(name: string, cluster?: string): string {
	try {
		return findPolicy(policies, name, cluster).key;
	} catch (error) {
		if (error instanceof ProblemError) return error.message;
		throw error;
	}
}

test('a policy is found by its own name, and by that of its target', (t) => {
	t.is(find('emojivoto/emoji'), 'emojivoto/emoji');
	t.is(find('emojivoto/emoji-svc'), 'emojivoto/emoji');
});

test('the own name goes before another policy’s target', (t) => {
	const other = aPolicy({ key: 'emojivoto/emoji-svc', target: { ...target, name: 'x' } });
	t.is(findPolicy([emoji, other], 'emojivoto/emoji-svc', undefined), other);
});

test('a target’s name that several policies have is told with them, and its cluster decides', (t) => {
	t.is(
		find('emojivoto/voting-svc'),
		'emojivoto/voting-svc E_FLAG this is the target of emojivoto/voting and of emojivoto/voting-w → name the policy, or its cluster with --cluster',
	);
	t.is(find('emojivoto/voting-svc', 'west'), 'emojivoto/voting-w');
});

test('what there is not is told, with what was probably meant', (t) => {
	t.regex(
		find('emojivoto/emojy'),
		/E_FLAG no policy and no target of this name is in force → did you mean emojivoto\/emoji\?/,
	);
	t.regex(find('emoji'), / → write it namespace\/name: of a policy, or of its target/);
	t.regex(find('emojivoto/emoji', 'west'), / in force for cluster west → /);
});
