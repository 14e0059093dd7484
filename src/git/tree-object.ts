/** One line of a Git tree. */
export interface TreeEntry {
	/** File type and permissions, as stat(2) has them. */
	readonly mode: number;
	/** Decoded as UTF-8; what is none shows U+FFFD. */
	readonly name: string;
	readonly id: string;
	/** Where the tree holds the id's bytes. */
	readonly idOffset: number;
}

export type EntryKind = 'file' | 'executable' | 'symlink' | 'submodule' | 'folder';

const idLength = 20;

/** Reads a tree object's content: `<octal mode> <name>\0<20 bytes>`, again and again. */
export function parseTree(content: Uint8Array): readonly TreeEntry[] {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
	const entries: TreeEntry[] = [];
	for (let start = 0; start < bytes.length; ) {
		const space = bytes.indexOf(0x20, start);
		const nul = bytes.indexOf(0, space);
		const idOffset = nul + 1;
		const end = idOffset + idLength;
		if (space === -1 || nul === -1 || end > bytes.length) throw new RangeError('a tree object is cut off');
		entries.push({
			mode: Number.parseInt(bytes.toString('latin1', start, space), 8),
			name: bytes.toString('utf8', space + 1, nul),
			id: bytes.toString('hex', idOffset, end),
			idOffset,
		});
		start = end;
	}
	return entries;
}

/** The tree with other ids for some of its entries; every other byte stays, whatever it says. */
export function replaceIds(content: Uint8Array, ids: ReadonlyMap<TreeEntry, string>): Uint8Array {
	const replaced = Buffer.from(content);
	for (const [{ idOffset }, id] of ids) replaced.write(id, idOffset, idLength, 'hex');
	return replaced;
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
