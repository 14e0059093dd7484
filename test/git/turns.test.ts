import { getEventListeners } from 'node:events';
import test from 'ava';
import { createTurns } from '../../src/git/turns.ts';

test('work runs one at a time, in the order asked for, also after a failure', async (t) => {
	const takeTurn = createTurns();
	const { signal } = new AbortController();
	const events: string[] = [];
	const work = (name: string, fail = false) =>
		takeTurn(async () => {
			events.push(`${name} begins`);
			await new Promise((resolve) => setImmediate(resolve));
			events.push(`${name} ends`);
			if (fail) throw new Error(name);
			return name;
		}, signal);
	const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
	t.deepEqual(events, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
	t.deepEqual(
		results.map(({ status }) => status),
		['fulfilled', 'rejected', 'fulfilled'],
	);
});

test('an aborted wait ends at once, does no work and lets nobody overtake', async (t) => {
	const takeTurn = createTurns();
	const { signal } = new AbortController();
	const first = Promise.withResolvers<string>();
	const events: string[] = [];
	const caller = new AbortController();
	const running = takeTurn(() => first.promise, signal);
	const waiting = takeTurn(() => Promise.resolve(events.push('given up')), caller.signal);
	const last = takeTurn(() => Promise.resolve(events.push('last')), signal);

	const reason = new Error('enough');
	caller.abort(reason);
	t.is(await t.throwsAsync(waiting), reason);
	t.deepEqual(events, []);
	first.resolve('first');
	t.is(await running, 'first');
	await last;
	t.deepEqual(events, ['last']);
	t.is(getEventListeners(caller.signal, 'abort').length, 0);
	t.is(getEventListeners(signal, 'abort').length, 0);
});
