import test from 'ava';
import { mergePolicies } from '../../src/observe/merge-policies.ts';
import { aPolicy } from '../support/policies.ts';

const target = (cluster: string, name: string) =>
	({ kind: 'TrafficSplit', cluster, namespace: 'emojivoto', name }) as const;

const labelled = (name: string, cluster = 'east') =>
	aPolicy({ key: `emojivoto/${name}`, name, labelled: true, target: target(cluster, name) });

const explicit = (name: string, split: string) =>
	aPolicy({ key: `emojivoto/${name}`, name, target: target('east', split) });

const show = (policies: ReturnType<typeof mergePolicies>) =>
	policies.map(({ key, labelled: isLabelled, target: { name } }) => `${key} ${name} ${isLabelled ?? false}`);

test('an explicit policy for the same split wins, whatever its name', (t) => {
	t.deepEqual(show(mergePolicies([explicit('mine', 'web')], [labelled('web'), labelled('api')])), [
		'emojivoto/mine web false',
		'emojivoto/api api true',
	]);
});

test('a policy for a route of that name is no policy for the split', (t) => {
	const route = aPolicy({
		key: 'emojivoto/route',
		target: { kind: 'HTTPRoute', cluster: 'east', namespace: 'emojivoto', name: 'web' },
	});
	t.deepEqual(show(mergePolicies([route], [labelled('web')])), [
		'emojivoto/route web false',
		'emojivoto/web web true',
	]);
});

test('an explicit policy keeps its key, and a labelled one on another split gets another', (t) => {
	t.deepEqual(show(mergePolicies([explicit('web', 'shop')], [labelled('web')])), [
		'emojivoto/web shop false',
		'emojivoto/web@east web true',
	]);
});

test('the same split on two clusters is two policies', (t) => {
	const merged = mergePolicies([], [labelled('web'), labelled('web', 'west')]);
	t.deepEqual(
		merged.map(({ key }) => key),
		['emojivoto/web@east', 'emojivoto/web@west'],
	);
});

test('what has not changed is the same object from one merge to the next', (t) => {
	const [git, labels] = [[explicit('web', 'shop')], [labelled('web'), labelled('api')]];
	const [first, second] = [mergePolicies(git, labels), mergePolicies([...git], [...labels])];
	t.is(first.length, 3);
	for (const [index, policy] of first.entries()) t.is(second[index], policy);
});

test('without labels the explicit ones stand alone, and the other way round', (t) => {
	const [one, other] = [explicit('a', 'a'), labelled('b')];
	t.deepEqual([mergePolicies([one], []), mergePolicies([], [other])], [[one], [other]]);
});
