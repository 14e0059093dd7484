import type { CommitFacts, CommitId, Identity, NewCommit } from '../../model/ports/repository.ts';

/** The content of a commit object: one parent, no signature, time in UTC to the second. */
export function composeCommit(commit: Omit<NewCommit, 'files'>, tree: string): Uint8Array {
	const { parent, author, committer = author, at, message } = commit;
	const time = `${Math.floor(at / 1000)} +0000`;
	const people = `author ${formatIdentity(author)} ${time}\ncommitter ${formatIdentity(committer)} ${time}\n`;
	const text = message.replaceAll('\0', '').trimEnd();
	return Buffer.from(`tree ${tree}\nparent ${parent}\n${people}\n${text}\n`);
}

/** The commit with a signature of its unsigned content, as git stores it: the last header, further lines indented. */
export function addSignature(unsigned: Uint8Array, signature: string): Uint8Array {
	const content = Buffer.from(unsigned);
	const end = content.indexOf('\n\n') + 1;
	const lines = signature.replaceAll('\r', '').trimEnd().replaceAll('\n', '\n ');
	return Buffer.concat([content.subarray(0, end), Buffer.from(`gpgsig ${lines}\n`), content.subarray(end)]);
}

/** The root tree of a commit. */
export function readTreeId(commit: CommitId, content: Uint8Array): string {
	const tree = /^tree ([0-9a-f]{40})\n/.exec(Buffer.from(content).toString('latin1', 0, 48))?.[1];
	if (tree === undefined) throw new RangeError(`commit ${commit} names no tree`);
	return tree;
}

/** What a commit says of itself. What is missing or malformed reads as empty, or as the beginning of time. */
export function readCommit(id: CommitId, content: Uint8Array): CommitFacts {
	const text = Buffer.from(content).toString('utf8');
	const end = text.indexOf('\n\n');
	const header = end === -1 ? text : text.slice(0, end);
	const parents = [...header.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, parent = '']) => parent);
	return {
		id,
		parents,
		author: readPerson(header, 'author').identity,
		at: readPerson(header, 'committer').seconds * 1000,
		message: end === -1 ? '' : text.slice(end + 2).trimEnd(),
	};
}

function readPerson(header: string, role: 'author' | 'committer'): { identity: Identity; seconds: number } {
	const line = new RegExp(`^${role} (.*)$`, 'm').exec(header)?.[1] ?? '';
	const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<([^>]*)> (\d{1,12}) [+-]\d{4}$/.exec(line) ?? [];
	return { identity: { name, email }, seconds: Number(seconds) };
}

/** Leaves out what would end the name, the address or the line, as git does. */
function formatIdentity({ name, email }: Identity): string {
	const [cleanName, cleanEmail] = [name, email].map((part) => part.replace(/[\p{Cc}<>]/gu, '').trim());
	return `${cleanName} <${cleanEmail}>`;
}
