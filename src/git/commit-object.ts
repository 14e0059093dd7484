import type { CommitId, Identity, NewCommit } from '../model/ports/repository.ts';

/** The content of a commit object: one parent, author = committer, time in UTC to the second. */
export function composeCommit(commit: Omit<NewCommit, 'files'>, tree: string): Uint8Array {
	const { parent, author, at, message } = commit;
	const who = `${formatIdentity(author)} ${Math.floor(at / 1000)} +0000`;
	const header = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n`;
	return Buffer.from(`${header}\n${message.replaceAll('\0', '').trimEnd()}\n`);
}

/** The root tree of a commit. */
export function readTreeId(commit: CommitId, content: Uint8Array): string {
	const tree = /^tree ([0-9a-f]{40})\n/.exec(Buffer.from(content).toString('latin1', 0, 48))?.[1];
	if (tree === undefined) throw new RangeError(`commit ${commit} names no tree`);
	return tree;
}

/** Leaves out what would end the name, the address or the line, as git does. */
function formatIdentity({ name, email }: Identity): string {
	const [cleanName, cleanEmail] = [name, email].map((part) => part.replace(/[\p{Cc}<>]/gu, '').trim());
	return `${cleanName} <${cleanEmail}>`;
}
