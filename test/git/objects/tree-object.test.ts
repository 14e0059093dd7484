import test from 'ava';
import fc from 'fast-check';
import { editTree, findEntry, kindOf, parseTree } from '../../../src/git/objects/tree-object.ts';

interface RawEntry {
	readonly mode: string;
	readonly name: Uint8Array;
	readonly id: string;
}

const hexId = fc.stringMatching(/^[0-9a-f]{40}$/);
const rawEntry: fc.Arbitrary<RawEntry> = fc.record({
	mode: fc.constantFrom('100644', '100755', '100664', '120000', '160000', '40000', '040000'),
	name: fc.uint8Array({ min: 1, minLength: 1, maxLength: 12 }),
	id: hexId,
});

function encodeTree(entries: readonly RawEntry[]): Buffer {
	return Buffer.concat(
		entries.flatMap(({ mode, name, id }) => [
			Buffer.from(`${mode} `),
			name,
			Buffer.from('\0'),
			Buffer.from(id, 'hex'),
		]),
	);
}

test('every entry of a tree is read, whatever its name', (t) => {
	fc.assert(
		fc.property(fc.array(rawEntry, { maxLength: 8 }), (entries) => {
			t.deepEqual(
				parseTree(encodeTree(entries)).map(({ mode, name, id }) => ({ mode, name, id })),
				entries.map(({ mode, name, id }) => ({
					mode: Number.parseInt(mode, 8),
					name: Buffer.from(name).toString(),
					id,
				})),
			);
		}),
	);
});

test('an entry is found by its exact name, and only then', (t) => {
	const ascii = fc.stringMatching(/^[a-e.]{1,3}$/);
	fc.assert(
		fc.property(fc.uniqueArray(ascii, { maxLength: 8 }), ascii, (names, wanted) => {
			const content = encodeTree(
				names.map((name, index) => ({
					mode: '100644',
					name: Buffer.from(name),
					id: String(index).repeat(40),
				})),
			);
			const index = names.indexOf(wanted);
			t.is(findEntry(content, wanted)?.id, index === -1 ? undefined : String(index).repeat(40));
		}),
	);
});

test('an edit changes the ids given and no other byte, not even a mode or name that git would write otherwise', (t) => {
	const name = fc.stringMatching(/^[a-zé ]{1,6}$/).map((text) => Buffer.from(text));
	const entry = fc.record({ mode: rawEntry.map(({ mode }) => mode), name, id: hexId });
	const entries = fc.uniqueArray(fc.tuple(entry, fc.option(hexId, { nil: undefined })), {
		maxLength: 8,
		selector: ([each]) => each.name.toString(),
	});
	fc.assert(
		fc.property(entries, (pairs) => {
			const content = encodeTree(pairs.map(([each]) => each));
			const before = Buffer.from(content);
			const edits = new Map(
				pairs.flatMap(([each, id]) =>
					id === undefined ? [] : [[each.name.toString(), { id, kind: 'file' }] as const],
				),
			);
			const expected = encodeTree(pairs.map(([each, id]) => ({ ...each, id: id ?? each.id })));
			t.deepEqual(Buffer.from(editTree(content, edits)), expected);
			t.deepEqual(content, before);
		}),
	);
});

test('new entries stand where git sorts them, a folder as if it ended in a slash', (t) => {
	const tree = encodeTree([
		{ mode: '100644', name: Buffer.from('a-b'), id: '1'.repeat(40) },
		{ mode: '40000', name: Buffer.from('a'), id: '2'.repeat(40) },
		{ mode: '100644', name: Buffer.from('a0'), id: '3'.repeat(40) },
	]);
	const edits = new Map<string, { id: string; kind: 'file' | 'folder' }>([
		['a.b', { id: '4'.repeat(40), kind: 'folder' }],
		['a', { id: '5'.repeat(40), kind: 'folder' }],
		['ü', { id: '6'.repeat(40), kind: 'file' }],
		['A', { id: '7'.repeat(40), kind: 'file' }],
	]);
	t.deepEqual(
		parseTree(editTree(tree, edits)).map(({ mode, name, id }) => `${mode.toString(8)} ${name} ${id[0]}`),
		['100644 A 7', '100644 a-b 1', '40000 a.b 4', '40000 a 5', '100644 a0 3', '100644 ü 6'],
	);
	t.deepEqual(Buffer.from(editTree(tree, new Map())), tree);
});

test('a tree that is cut off is refused', (t) => {
	const content = encodeTree([{ mode: '100644', name: Buffer.from('name'), id: 'a'.repeat(40) }]);
	for (let length = 1; length < content.length; length += 1) {
		t.throws(() => parseTree(content.subarray(0, length)), { instanceOf: RangeError }, `${length} bytes`);
		t.throws(() => findEntry(content.subarray(0, length), 'other'), { instanceOf: RangeError });
	}
});

const kinds = [
	['100644', 'file'],
	['100664', 'file'],
	['100755', 'executable'],
	['120000', 'symlink'],
	['160000', 'submodule'],
	['40000', 'folder'],
	['040000', 'folder'],
] as const;

for (const [mode, kind] of kinds) {
	test(`mode ${mode} is a ${kind}`, (t) => {
		const [entry] = parseTree(encodeTree([{ mode, name: Buffer.from('x'), id: 'a'.repeat(40) }]));
		t.is(entry === undefined ? undefined : kindOf(entry), kind);
	});
}
