import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../model/time.ts';
import {
	describeProgramFailure,
	findSystemCode,
	type RunSignatureProgram,
	type SignatureAnswer,
} from './sign-program.ts';

/** What was signed, and by what. */
export interface SignedContent {
	readonly payload: Uint8Array;
	readonly signature: string;
	/** When the key had to be valid; absent: now. */
	readonly at?: Instant;
}

export type SignatureVerdict =
	/** `key`: its fingerprint. */
	| { readonly kind: 'good'; readonly key: string }
	/** `reason` goes on after "the commit": `is signed with …`. */
	| { readonly kind: 'bad'; readonly reason: string }
	/** It could not be checked, which says nothing of the signature: `reason` is why. */
	| { readonly kind: 'unknown'; readonly reason: string };

/** Where signatures are checked. */
export interface SignatureDesk {
	readonly run: RunSignatureProgram;
	/** For files that live no longer than one check. */
	readonly folder: string;
}

let count = 0;

/** Both programs take the signature from a file and the content from standard input. */
export async function withSignatureFile(
	folder: string,
	signature: string,
	check: (file: string) => Promise<SignatureVerdict>,
): Promise<SignatureVerdict> {
	count += 1;
	const file = join(folder, `signature-${count}`);
	try {
		await writeFile(file, signature);
		return await check(file);
	} catch (error) {
		const code = findSystemCode(error);
		if (code === undefined) throw error;
		return { kind: 'unknown', reason: `a temporary file cannot be written: ${code}` };
	} finally {
		await rm(file, { force: true });
	}
}

/** A program that was killed, or could not be started, has said nothing. */
export function findFailure(answer: SignatureAnswer): SignatureVerdict | undefined {
	return answer.status === null ? { kind: 'unknown', reason: describeProgramFailure(answer) } : undefined;
}
