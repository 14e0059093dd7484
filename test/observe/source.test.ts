import test from 'ava';
import type { CollectionChange, Item } from '../../src/model/ports/cluster.ts';
import { applyChange, isGone, lookUp, openSource, type Source } from '../../src/observe/source.ts';

function item(name: string, resourceVersion: string, value: string = resourceVersion): Item<string> {
	return { namespace: 'emojivoto', name, resourceVersion, value };
}

function play(changes: readonly CollectionChange<string>[], source: Source<string> = openSource(0)) {
	const told = changes.map((change, index) => applyChange(source, change, index + 1));
	return {
		source,
		told,
		known: Object.fromEntries([...source.items].map(([name, { value }]) => [name, value])),
	};
}

test('a source is synced by its first list, and by nothing else', (t) => {
	const source = openSource<string>(0);
	applyChange(source, { kind: 'applied', item: item('a', '1') }, 1);
	applyChange(source, { kind: 'alive' }, 2);
	t.false(source.synced);
	applyChange(source, { kind: 'reset', items: [] }, 3);
	t.true(source.synced);
});

test('F-003 a new list is all there is: what it does not name is gone', (t) => {
	const { known, told } = play([
		{ kind: 'reset', items: [item('a', '1'), item('b', '2')] },
		{ kind: 'reset', items: [item('b', '3'), item('c', '4')] },
	]);
	t.deepEqual(known, { b: '3', c: '4' });
	t.deepEqual(told[1], { replaced: undefined, renewed: true });
});

test('INV-11 an older version of an object changes nothing', (t) => {
	const { known, told } = play([
		{ kind: 'applied', item: item('a', '10', 'new') },
		{ kind: 'applied', item: item('a', '9', 'old') },
		{ kind: 'deleted', namespace: 'emojivoto', name: 'a', resourceVersion: '8' },
	]);
	t.deepEqual(known, { a: 'new' });
	t.deepEqual(
		told.slice(1).map(({ replaced }) => replaced),
		[undefined, undefined],
	);
});

test('F-018 a version that is no integer is taken as it comes', (t) => {
	const { known } = play([
		{ kind: 'applied', item: item('a', '10', 'first') },
		{ kind: 'applied', item: item('a', 'x9', 'second') },
	]);
	t.deepEqual(known, { a: 'second' });
});

test('F-019 a change delivered twice leaves what it left the first time', (t) => {
	const changes: readonly CollectionChange<string>[] = [
		{ kind: 'reset', items: [item('a', '1')] },
		{ kind: 'applied', item: item('b', '2') },
		{ kind: 'deleted', namespace: 'emojivoto', name: 'a', resourceVersion: '3' },
	];
	const twice = changes.flatMap((change) => [change, change]);
	t.deepEqual(play(twice).known, play(changes).known);
});

test('the deletion of an object nobody knew touches nothing', (t) => {
	const { told } = play([{ kind: 'deleted', namespace: 'emojivoto', name: 'ghost', resourceVersion: '5' }]);
	t.deepEqual(told, [{ replaced: undefined, renewed: false }]);
});

test('any word but a problem is a sign of life', (t) => {
	const source = openSource<string>(100);
	applyChange(source, { kind: 'alive' }, 200);
	t.is(source.aliveAt, 200);
	const where = { kind: 'named', name: 'east' } as const;
	const problem = { code: 'E_FORBIDDEN', where, message: 'no', remedy: 'ask' } as const;
	t.deepEqual(applyChange(source, { kind: 'problem', problem }, 300), { renewed: false });
	t.is(source.aliveAt, 200);
	t.is(source.since, 100);
});

test('life after a silence is news, so that what went stale is looked at again', (t) => {
	const source = openSource<string>(0);
	t.false(applyChange(source, { kind: 'alive' }, 11_999).renewed);
	t.true(applyChange(source, { kind: 'alive' }, 23_999).renewed);
	t.true(applyChange(source, { kind: 'applied', item: item('a', '1') }, 36_000).renewed);
});

test('what a version was gone by is remembered, so that older news of it is known to be old', (t) => {
	const { source } = play([
		{ kind: 'reset', items: [item('a', '1'), item('b', '20'), item('c', '2')] },
		{ kind: 'deleted', namespace: 'emojivoto', name: 'a', resourceVersion: '9' },
	]);
	const gone = (name: string, version: string) => isGone(source, name, version);
	t.deepEqual([gone('a', '8'), gone('a', '9'), gone('a', '10'), gone('c', '1')], [true, true, false, false]);
	t.false(gone('a', 'x9'), 'what cannot be compared is taken as it comes');
	applyChange(source, { kind: 'reset', items: [] }, 5);
	t.deepEqual([gone('b', '20'), gone('b', '21')], [true, false]);
});

test('an index follows every change, whole lists included', (t) => {
	const source = openSource<string>(0, (value) => (value === '-' ? undefined : value));
	const tell = (...changes: readonly CollectionChange<string>[]) => {
		for (const change of changes) applyChange(source, change, 1);
		return Object.fromEntries(source.index);
	};
	const items = [item('a', '1', 'x'), item('b', '1', 'x'), item('c', '1', '-')];
	t.deepEqual(tell({ kind: 'reset', items }), { x: ['a', 'b'] });
	t.deepEqual(lookUp(source, 'x'), ['x', 'x']);
	t.deepEqual(tell({ kind: 'applied', item: item('a', '2', 'y') }), { x: ['b'], y: ['a'] });
	t.deepEqual(tell({ kind: 'applied', item: item('c', '2', 'y') }), { x: ['b'], y: ['a', 'c'] });
	t.deepEqual(tell({ kind: 'deleted', namespace: 'n', name: 'b', resourceVersion: '3' }), { y: ['a', 'c'] });
	t.deepEqual(tell({ kind: 'reset', items: [item('a', '4', 'x')] }), { x: ['a'] });
	t.deepEqual(lookUp(source, 'y'), []);
	t.deepEqual(lookUp(undefined, 'y'), []);
});
