import test from 'ava';
import { createLifetime } from '../../../src/cli/demo/lifetime.ts';

test('the end undoes everything, the last one first, each after the other', async (t) => {
	const lifetime = createLifetime(new AbortController().signal);
	const undone: string[] = [];
	const undo = (name: string) => async () => {
		undone.push(`${name} begins`);
		await Promise.resolve();
		undone.push(`${name} done`);
	};
	lifetime.defer(undo('folder'));
	lifetime.defer(undo('server'));
	t.false(lifetime.signal.aborted);
	await lifetime.end();
	t.true(lifetime.signal.aborted);
	t.deepEqual(undone, ['server begins', 'server done', 'folder begins', 'folder done']);
});

test('one undoing that fails does not keep the others from theirs', async (t) => {
	const lifetime = createLifetime(new AbortController().signal);
	let isUndone = false;
	lifetime.defer(() => {
		isUndone = true;
		return Promise.resolve();
	});
	lifetime.defer(() => Promise.reject(new Error('no way')));
	const error = await t.throwsAsync(lifetime.end(), { instanceOf: AggregateError });
	t.deepEqual(
		error?.errors.map(({ message }) => message),
		['no way'],
	);
	t.true(isUndone);
});

test('a task that fails ends it all, with its error as the reason', async (t) => {
	const lifetime = createLifetime(new AbortController().signal);
	const failure = new Error('the watch broke');
	lifetime.attend(Promise.reject(failure));
	await new Promise((resolve) => lifetime.signal.addEventListener('abort', resolve));
	t.is(lifetime.signal.reason, failure);
	await t.notThrowsAsync(lifetime.end());
});

test('the end waits for the tasks', async (t) => {
	const lifetime = createLifetime(new AbortController().signal);
	let isOver = false;
	const task = new Promise<void>((resolve) => {
		lifetime.signal.addEventListener('abort', () => setImmediate(resolve));
	});
	lifetime.attend(
		task.then(() => {
			isOver = true;
		}),
	);
	await lifetime.end();
	t.true(isOver);
});

test('the signal from outside is its end as well', (t) => {
	const stop = new AbortController();
	const lifetime = createLifetime(stop.signal);
	stop.abort('stopped by SIGINT');
	t.is(lifetime.signal.reason, 'stopped by SIGINT');
});
