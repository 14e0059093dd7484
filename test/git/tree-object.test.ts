import test from 'ava';
import fc from 'fast-check';
import { kindOf, parseTree, replaceIds } from '../../src/git/tree-object.ts';

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

test('replacing ids changes those ids and no other byte, not even a mode or name that git would write otherwise', (t) => {
	const entries = fc.array(fc.tuple(rawEntry, fc.option(hexId, { nil: undefined })), { maxLength: 8 });
	fc.assert(
		fc.property(entries, (pairs) => {
			const content = encodeTree(pairs.map(([entry]) => entry));
			const before = Buffer.from(content);
			const parsed = parseTree(content);
			const ids = new Map(
				parsed.flatMap((entry, index) => {
					const id = pairs[index]?.[1];
					return id === undefined ? [] : [[entry, id] as const];
				}),
			);
			const expected = encodeTree(pairs.map(([entry, id]) => ({ ...entry, id: id ?? entry.id })));
			t.deepEqual(Buffer.from(replaceIds(content, ids)), expected);
			t.deepEqual(content, before);
		}),
	);
});

test('a tree that is cut off is refused', (t) => {
	const content = encodeTree([{ mode: '100644', name: Buffer.from('name'), id: 'a'.repeat(40) }]);
	for (let length = 1; length < content.length; length += 1) {
		t.throws(() => parseTree(content.subarray(0, length)), { instanceOf: RangeError }, `${length} bytes`);
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
