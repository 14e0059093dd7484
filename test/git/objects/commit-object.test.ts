import test from 'ava';
import {
	addSignature,
	composeCommit,
	readCommit,
	readTreeId,
} from '../../../src/git/objects/commit-object.ts';

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

test('a committer is another person, and the same moment', (t) => {
	const committer = { name: 'Bot', email: 'bot@example.com' };
	const lines = Buffer.from(composeCommit({ ...commit, committer }, tree))
		.toString()
		.split('\n');
	t.is(lines[2], 'author Spillway <spillway@example.com> 1750000000 +0000');
	t.is(lines[3], 'committer Bot <bot@example.com> 1750000000 +0000');
});

test('a signature is the last header, its further lines indented, and no other byte changes', (t) => {
	const unsigned = composeCommit(commit, tree);
	const signature = '-----BEGIN SSH SIGNATURE-----\r\nU1NI\n\n=abc\n-----END SSH SIGNATURE-----\n';
	const signed = Buffer.from(addSignature(unsigned, signature)).toString();
	const header = 'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n \n =abc\n -----END SSH SIGNATURE-----\n';
	t.is(signed.replace(header, ''), Buffer.from(unsigned).toString());
	t.true(signed.includes(` +0000\n${header}\nmove\n`));
	t.deepEqual(readCommit(parent, Buffer.from(signed)), readCommit(parent, unsigned));
});

test('what a commit says of itself is read, whatever its headers hold', (t) => {
	const text = [
		`tree ${tree}`,
		`parent ${parent}`,
		`parent ${'c'.repeat(40)}`,
		'author Ada <Łovelace> <ada@example.com> 1700000000 +0100',
		'committer  <bot@example.com> 1750000000 -0730',
		'gpgsig -----BEGIN PGP SIGNATURE-----',
		` parent ${'d'.repeat(40)}`,
		' author Eve <eve@example.com> 1 +0000',
		'',
		'the subject',
		'',
		`parent ${'e'.repeat(40)}`,
		'',
	].join('\n');
	t.deepEqual(readCommit('f'.repeat(40), Buffer.from(text)), {
		id: 'f'.repeat(40),
		parents: [parent, 'c'.repeat(40)],
		author: { name: 'Ada <Łovelace>', email: 'ada@example.com' },
		at: 1_750_000_000_000,
		message: `the subject\n\nparent ${'e'.repeat(40)}`,
	});
	t.deepEqual(readCommit('f'.repeat(40), Buffer.from(`tree ${tree}\nauthor nobody\n`)), {
		id: 'f'.repeat(40),
		parents: [],
		author: { name: '', email: '' },
		at: 0,
		message: '',
	});
});
