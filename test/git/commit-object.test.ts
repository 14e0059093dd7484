import test from 'ava';
import { composeCommit, readTreeId } from '../../src/git/commit-object.ts';

const tree = 'a'.repeat(40);
const parent = 'b'.repeat(40);
const commit = {
	parent,
	author: { name: 'Spillway', email: 'spillway@example.com' },
	message: 'move\n\nbecause',
	at: 1_750_000_000_999,
};

function compose(overrides: Partial<typeof commit> = {}): string {
	return Buffer.from(composeCommit({ ...commit, ...overrides }, tree)).toString();
}

test('a commit object reads as git writes it, in UTC to the second', (t) => {
	t.is(
		compose(),
		[
			`tree ${tree}`,
			`parent ${parent}`,
			'author Spillway <spillway@example.com> 1750000000 +0000',
			'committer Spillway <spillway@example.com> 1750000000 +0000',
			'',
			'move',
			'',
			'because',
			'',
		].join('\n'),
	);
});

test('an identity cannot add lines or a second address', (t) => {
	const author = { name: 'A <x@y>\nparent c', email: 'a>b\r\n@example.com' };
	t.is(compose({ author }).split('\n')[2], 'author A x@yparent c <ab@example.com> 1750000000 +0000');
	t.is(compose({ author }).split('\n').length, compose().split('\n').length);
});

test('a message ends with one line break and holds no NUL', (t) => {
	t.true(compose({ message: 'a\0b\n\n\n' }).endsWith('\n\nab\n'));
});

test('the tree of a commit is read from its first line', (t) => {
	t.is(readTreeId(parent, Buffer.from(compose())), tree);
	t.throws(() => readTreeId(parent, Buffer.from(`parent ${parent}\n`)), { instanceOf: RangeError });
});
