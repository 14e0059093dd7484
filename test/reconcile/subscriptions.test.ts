import test from 'ava';
import { createSubscriptions } from '../../src/reconcile/subscriptions.ts';

function concerned(topics: readonly string[], ...subscribed: readonly [string, readonly string[]][]) {
	const subscriptions = createSubscriptions();
	for (const [policy, its] of subscribed) subscriptions.subscribe(policy, its);
	return [...subscriptions.concernedBy(topics)].sort();
}

test('news of a topic concern every policy that subscribed to it, each once', (t) => {
	t.deepEqual(concerned(['x', 'y', 'z'], ['a', ['x', 'y']], ['b', ['y']], ['c', ['w']]), ['a', 'b']);
	t.deepEqual(concerned([], ['a', ['x']]), []);
});

test('a policy is concerned by its newest topics only', (t) => {
	t.deepEqual(concerned(['x'], ['a', ['x']], ['a', ['y']]), []);
	t.deepEqual(concerned(['y'], ['a', ['x']], ['a', ['y']]), ['a']);
	t.deepEqual(concerned(['x'], ['a', ['x']], ['b', ['x']], ['a', ['y']]), ['b']);
});

test('a forgotten policy is concerned by nothing, the others as before', (t) => {
	const subscriptions = createSubscriptions();
	for (const policy of ['a', 'b', 'c']) subscriptions.subscribe(policy, ['x', policy]);
	subscriptions.forget('b');
	t.deepEqual([...subscriptions.concernedBy(['x', 'b'])], ['a', 'c']);
	for (const policy of ['a', 'c', 'unknown']) subscriptions.forget(policy);
	t.is(subscriptions.concernedBy(['x', 'a', 'c']).size, 0);
});
