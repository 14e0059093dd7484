/** One line of a Git tree. */
export interface TreeEntry {
	/** File type and permissions, as stat(2) has them. */
	readonly mode: number;
	/** Decoded as UTF-8; what is none shows U+FFFD. */
	readonly name: string;
	readonly id: string;
}

export type EntryKind = 'file' | 'executable' | 'symlink' | 'submodule' | 'folder';

/** What an edit gives a name: another id; where there is no such name yet, a new file or folder. */
export interface TreeEdit {
	readonly id: string;
	readonly kind: 'file' | 'folder';
}

/** Where in a tree an entry's parts are. */
interface EntrySpan {
	readonly start: number;
	readonly nameStart: number;
	readonly nameEnd: number;
	readonly end: number;
}

const idLength = 20;
const slash = Buffer.from('/');

/** Reads a tree object's content: `<octal mode> <name>\0<20 bytes>`, again and again. */
export function parseTree(content: Uint8Array): readonly TreeEntry[] {
	const bytes = asBuffer(content);
	return [...scanTree(bytes)].map((span) => readEntry(bytes, span));
}

/** The entry with this name; decodes no other. */
export function findEntry(content: Uint8Array, name: string): TreeEntry | undefined {
	const bytes = asBuffer(content);
	const wanted = Buffer.from(name);
	for (const span of scanTree(bytes)) {
		if (hasName(bytes, span, wanted)) return readEntry(bytes, span);
	}
	return undefined;
}

/**
 * The tree with other ids for some of its entries, and with entries it did not have, in git's order. An entry keeps
 * its mode; every other byte stays, whatever it says.
 */
export function editTree(content: Uint8Array, edits: ReadonlyMap<string, TreeEdit>): Uint8Array {
	const bytes = Buffer.from(content);
	const added = new Map(edits);
	const spans: EntrySpan[] = [];
	for (const span of scanTree(bytes)) {
		spans.push(span);
		const name = bytes.toString('utf8', span.nameStart, span.nameEnd);
		const edit = added.get(name);
		if (edit === undefined || !hasName(bytes, span, Buffer.from(name))) continue;
		bytes.write(edit.id, span.nameEnd + 1, idLength, 'hex');
		added.delete(name);
	}
	return added.size === 0 ? bytes : addEntries(bytes, spans, added);
}

/** What an entry is. Permissions beyond "executable" mean nothing to git. */
export function kindOf({ mode }: TreeEntry): EntryKind {
	switch (mode & 0o170000) {
		case 0o040000:
			return 'folder';
		case 0o120000:
			return 'symlink';
		case 0o160000:
			return 'submodule';
		default:
			return (mode & 0o100) === 0 ? 'file' : 'executable';
	}
}

function* scanTree(bytes: Buffer): Generator<EntrySpan> {
	for (let start = 0; start < bytes.length; ) {
		const space = bytes.indexOf(0x20, start);
		const nameEnd = bytes.indexOf(0, space);
		const end = nameEnd + 1 + idLength;
		if (space === -1 || nameEnd === -1 || end > bytes.length)
			throw new RangeError('a tree object is cut off');
		yield { start, nameStart: space + 1, nameEnd, end };
		start = end;
	}
}

function readEntry(bytes: Buffer, { start, nameStart, nameEnd, end }: EntrySpan): TreeEntry {
	return {
		mode: Number.parseInt(bytes.toString('latin1', start, nameStart - 1), 8),
		name: bytes.toString('utf8', nameStart, nameEnd),
		id: bytes.toString('hex', nameEnd + 1, end),
	};
}

/** A tree that git took in is sorted; so is the new one. */
function addEntries(
	bytes: Buffer,
	spans: readonly EntrySpan[],
	added: ReadonlyMap<string, TreeEdit>,
): Uint8Array {
	const old = spans.map((span) => {
		const name = bytes.subarray(span.nameStart, span.nameEnd);
		const isFolder = kindOf(readEntry(bytes, span)) === 'folder';
		return { key: sortKey(name, isFolder), bytes: bytes.subarray(span.start, span.end) };
	});
	const fresh = [...added].map(([name, { id, kind }]) => {
		const mode = kind === 'folder' ? '40000' : '100644';
		const parts = [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')];
		return { key: sortKey(Buffer.from(name), kind === 'folder'), bytes: Buffer.concat(parts) };
	});
	const sorted = [...old, ...fresh].sort((a, b) => a.key.compare(b.key));
	return Buffer.concat(sorted.map((entry) => entry.bytes));
}

/** git sorts by the bytes of the names, a folder's as if it ended in a slash. */
function sortKey(name: Buffer, isFolder: boolean): Buffer {
	return isFolder ? Buffer.concat([name, slash]) : name;
}

function hasName(bytes: Buffer, { nameStart, nameEnd }: EntrySpan, name: Buffer): boolean {
	return nameEnd - nameStart === name.length && bytes.compare(name, 0, name.length, nameStart, nameEnd) === 0;
}

function asBuffer(content: Uint8Array): Buffer {
	return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
