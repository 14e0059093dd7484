// Trees between what `git cat-file --batch` prints and what `git mktree` reads.
import { createHash } from 'node:crypto';

export interface PrintedObject {
	readonly id: string;
	readonly content: Buffer;
}

/** The objects of one run of `git cat-file --batch`, in order. */
export function readPrinted(output: Buffer): PrintedObject[] {
	const objects: PrintedObject[] = [];
	for (let at = 0; at < output.length; ) {
		const end = output.indexOf('\n', at);
		const [id = '', , size] = output.toString('latin1', at, end).split(' ');
		const start = end + 1;
		at = start + Number(size) + 1;
		objects.push({ id, content: output.subarray(start, at - 1) });
	}
	return objects;
}

/** A tree with one entry pointing elsewhere: its raw form, and as `git mktree` reads it. */
export function writeTree(
	tree: Buffer,
	name: string,
	id: string,
): { readonly raw: Buffer; readonly text: string } {
	const raw = Buffer.from(tree);
	const lines: string[] = [];
	for (let at = 0; at < raw.length; ) {
		const [space, end] = [raw.indexOf(' ', at), raw.indexOf('\0', at)];
		const [mode, entry] = [raw.toString('latin1', at, space), raw.toString('utf8', space + 1, end)];
		at = end + 21;
		if (entry === name) raw.write(id, end + 1, 'hex');
		const type = mode === '40000' ? 'tree' : 'blob';
		lines.push(`${mode.padStart(6, '0')} ${type} ${raw.toString('hex', end + 1, at)}\t${entry}\n`);
	}
	return { raw, text: lines.join('') };
}

export function nameTree(raw: Buffer): string {
	return createHash('sha1').update(`tree ${raw.length}\0`).update(raw).digest('hex');
}
