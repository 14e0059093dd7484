// Tells Spillway's own commits from those that a person amended or put on top, without remembering any commit's id: the
// message of each carries a fingerprint of all the rest of it.
import type { CommitId, Identity } from '../../model/ports/repository.ts';
import { fnv1a } from '../../model/shards.ts';
import type { Instant } from '../../model/time.ts';

/** What a seal is made over: an amended commit has at least another date. */
export interface SealedFacts {
	readonly parent: CommitId;
	readonly author: Identity;
	readonly at: Instant;
	/** With or without its seal. */
	readonly message: string;
	/** New contents, by path. */
	readonly files: ReadonlyMap<string, Uint8Array>;
}

const sealLine = /\nFailover-Seal: ([0-9a-f]{16})\s*$/;

/** The message with its seal as the last of its trailers. */
export function sealMessage(facts: SealedFacts): string {
	return `${withoutSeal(facts.message)}\nFailover-Seal: ${sealOf(facts)}\n`;
}

/** Whether the message's seal is that of the rest. It guards against mistakes, not against forgers. */
export function isSealed(facts: SealedFacts): boolean {
	return sealLine.exec(facts.message)?.[1] === sealOf(facts);
}

function sealOf({ parent, author, at, message, files }: SealedFacts): string {
	const decoder = new TextDecoder('latin1');
	const contents = [...files]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([path, bytes]) => `${path}\0${fingerprint(decoder.decode(bytes))}`);
	const head = [parent, author.name, author.email, String(Math.floor(at / 1000)), withoutSeal(message)];
	return fingerprint([...head, ...contents].join('\0'));
}

function withoutSeal(message: string): string {
	return message.replace(sealLine, '').trimEnd();
}

/** 64 bits of two hashes that start from different states. */
function fingerprint(text: string): string {
	return [fnv1a(text), fnv1a(`spillway ${text}`)].map((hash) => hash.toString(16).padStart(8, '0')).join('');
}
