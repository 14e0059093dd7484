import type { CommitId, Identity } from '../../model/ports/repository.ts';
import type { Instant } from '../../model/time.ts';

/** A commit object, taken apart into what is signed and the signature. */
export interface SignedCommit {
	readonly id: CommitId;
	readonly parents: readonly CommitId[];
	readonly author: Identity;
	/** When it was committed, as the committer's clock said. */
	readonly at: Instant;
	/** Every byte but the signature's. */
	readonly payload: Uint8Array;
	/** Armored, one per signature header: more than one is nothing that git makes. */
	readonly signatures: readonly string[];
}

/** Of the year 9999: later dates have more digits than those who check signatures take. */
const lastSecond = 253_402_300_799;

/** Headers that hold a signature; `gpgsig-sha256` is one for the same commit in a SHA-256 repository. */
const signatureHeader = /^gpgsig(-sha256)? /;

/**
 * Takes a commit object's content apart. What is malformed reads as not signed, or as of the beginning of time: git
 * refuses such objects when it fetches them.
 */
export function readSignedCommit(id: CommitId, content: Uint8Array): SignedCommit {
	// Latin-1 keeps every byte as it is.
	const text = Buffer.from(content).toString('latin1');
	const end = text.indexOf('\n\n');
	const headers = (end === -1 ? text.replace(/\n$/, '') : text.slice(0, end)).split(/\n(?! )/);
	const rest = text.slice(end === -1 ? text.replace(/\n$/, '').length : end);
	const isSignature = (header: string): boolean => signatureHeader.test(header);
	const seconds = /^committer .*> (\d{1,12}) [+-]\d+$/s.exec(findHeader(headers, 'committer'))?.[1] ?? '0';
	return {
		id,
		parents: headers.flatMap((header) => /^parent ([0-9a-f]{40})$/.exec(header)?.[1] ?? []),
		author: readIdentity(findHeader(headers, 'author')),
		at: Math.min(Number(seconds), lastSecond) * 1000,
		payload: Buffer.from(`${headers.filter((header) => !isSignature(header)).join('\n')}${rest}`, 'latin1'),
		signatures: headers
			.filter(isSignature)
			.map((header) => `${header.replace(signatureHeader, '').replaceAll('\n ', '\n').trimEnd()}\n`),
	};
}

function findHeader(headers: readonly string[], name: string): string {
	return headers.find((header) => header.startsWith(`${name} `)) ?? '';
}

function readIdentity(header: string): Identity {
	const [, name = '', email = ''] = /^author (.*?) ?<([^>]*)>/s.exec(header) ?? [];
	const decode = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
	return { name: decode(name), email: decode(email) };
}
