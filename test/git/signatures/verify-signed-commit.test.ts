import test from 'ava';
import { readSignedCommit } from '../../../src/git/signatures/verify-signed-commit.ts';

const head = [
	'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
	`parent ${'1'.repeat(40)}`,
	`parent ${'2'.repeat(40)}`,
	'author Ada Lovelace <ada@example.com> 1750000000 +0200',
	'committer Bob <bob@example.com> 1750000060 +0000',
];
const signature = 'gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n  indented\n -----END SSH SIGNATURE-----';
const others = 'encoding ISO-8859-1\nmergetag object 1234\n tagger gpgsig\n gpgsig no header';
const message = '\n\nA subject\n\ngpgsig is not a header here\n';

function read(text: string): ReturnType<typeof readSignedCommit> {
	return readSignedCommit('f'.repeat(40), Buffer.from(text, 'latin1'));
}

test('the signature is told from everything else, byte for byte', (t) => {
	const commit = read(`${head.join('\n')}\n${signature}\n${others}${message}`);
	t.is(Buffer.from(commit.payload).toString('latin1'), `${head.join('\n')}\n${others}${message}`);
	t.deepEqual(commit.signatures, [
		'-----BEGIN SSH SIGNATURE-----\nAAAA\n indented\n-----END SSH SIGNATURE-----\n',
	]);
	t.deepEqual(commit.parents, ['1'.repeat(40), '2'.repeat(40)]);
	t.deepEqual(commit.author, { name: 'Ada Lovelace', email: 'ada@example.com' });
	t.is(commit.at, 1_750_000_060_000);
});

test('bytes that are no UTF-8 stay what they are', (t) => {
	const text = `${head.join('\n')}\n\nna\xefve \xff\xfe\n`;
	t.deepEqual(Buffer.from(read(text).payload), Buffer.from(text, 'latin1'));
	t.deepEqual(read(text).signatures, []);
});

test('every signature header is seen, that of other repositories too', (t) => {
	const twice = `${head.join('\n')}\n${signature}\ngpgsig-sha256 -----BEGIN PGP SIGNATURE-----${message}`;
	t.is(read(twice).signatures.length, 2);
});

test('a commit may have no message', (t) => {
	const text = `${head.join('\n')}\n`;
	t.is(Buffer.from(read(`${head.join('\n')}\n${signature}\n`).payload).toString(), text);
	t.is(Buffer.from(read(`${text}\n`).payload).toString(), `${text}\n`);
});

test('what is malformed reads as something, and never as signed', (t) => {
	for (const text of ['', 'tree 123\n\n', 'parent x\ncommitter Bob <b> soon +0000\n\n', 'a blob']) {
		const { signatures, parents, at } = read(text);
		t.deepEqual({ signatures, parents, at }, { signatures: [], parents: [], at: 0 });
	}
	const far = read(`${head.join('\n').replace('1750000060', '999999999999')}${message}`);
	t.is(new Date(far.at).toISOString(), '9999-12-31T23:59:59.000Z');
});
