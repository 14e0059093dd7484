import type { SigningFormat } from '../git/signatures/sign-commit.ts';
import { usageError } from './exit.ts';

/** Whose name commits are made in, and whose policies count. */
export interface TrustFlags {
	/** A file with an SSH or OpenPGP private key: every commit of Spillway is signed with it. */
	readonly signingKey?: string | undefined;
	/** Default: what the key file's content says. */
	readonly signingFormat?: SigningFormat | undefined;
	/** A file with allowed signers: policies are read only from commits that they signed. */
	readonly verifyCommits?: string | undefined;
}

/** Throws ProblemError (E_FLAG) for flags that do not go together. */
export function checkTrustFlags(
	{ signingKey, signingFormat, verifyCommits }: TrustFlags,
	repo: string | undefined,
): void {
	if (signingFormat !== undefined && signingKey === undefined) {
		throw usageError('--signing-format', 'there is no key to sign with', 'add --signing-key <file>');
	}
	if (repo !== undefined || (signingKey ?? verifyCommits) === undefined) return;
	const flag = signingKey === undefined ? '--verify-commits' : '--signing-key';
	throw usageError(flag, 'without a config repository there are no commits', 'add --repo <url>');
}
