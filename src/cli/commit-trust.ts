// Puts together what --signing-key and --verify-commits ask for.

import type { MirrorRepository } from '../git/mirror.ts';
import { addSignature } from '../git/objects/commit-object.ts';
import { type CommitSigner, openCommitSigner } from '../git/signatures/sign-commit.ts';
import { type OpenCommitVerifier, openCommitVerifier } from '../git/signatures/verify-commits.ts';
import { openCommitHistory } from '../git/signatures/verify-history.ts';
import type { CommitVerifier } from '../model/ports/commit-verifier.ts';
import { ProblemError, problem, showText } from '../model/problem.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import type { TrustFlags } from './trust-flags.ts';

export interface TrustParts {
	/** An existing folder, private to this process, with a short path. */
	readonly folder: string;
	readonly environment: Terminal['env'];
}

/** What the flags ask for; each part is absent where they do not. */
export interface CommitTrust {
	readonly signer: CommitSigner | undefined;
	/** Throws ProblemError (E_SIGNERS) where the file is of no use, or does not allow the signing key. */
	openVerifier(repository: MirrorRepository, signal: AbortSignal): Promise<CommitVerifier | undefined>;
	close(): Promise<void>;
}

/** Throws ProblemError (E_SIGNING) where the key cannot sign: there is no unsigned way. */
export async function openCommitTrust(
	{ signingKey: keyFile, signingFormat: format, verifyCommits }: TrustFlags,
	{ folder, environment }: TrustParts,
	signal: AbortSignal,
): Promise<CommitTrust> {
	const signing = keyFile === undefined ? undefined : { keyFile, format, folder, environment };
	const signer = signing === undefined ? undefined : await openCommitSigner(signing, signal);
	let verifier: OpenCommitVerifier | undefined;
	return {
		signer,
		async openVerifier({ mirror, url }, caller) {
			if (verifyCommits === undefined) return undefined;
			const history = openCommitHistory(mirror);
			const parts = { signersFile: verifyCommits, folder, environment, history, display: url };
			verifier = await openCommitVerifier(parts, caller);
			if (signer !== undefined) await requireOwnKey(verifyCommits, { signer, verifier }, caller);
			return verifier;
		},
		async close() {
			await Promise.all([signer?.close(), verifier?.close()]);
		},
	};
}

/** Spillway's own commits are in the branch as well: were they not trusted, the first one would freeze all policies. */
async function requireOwnKey(
	signersFile: string,
	{ signer, verifier }: { readonly signer: CommitSigner; readonly verifier: OpenCommitVerifier },
	signal: AbortSignal,
): Promise<void> {
	const who = `Spillway <> ${Math.floor(systemClock.now() / 1000)} +0000`;
	const unsigned = Buffer.from(`tree ${'0'.repeat(40)}\nauthor ${who}\ncommitter ${who}\n\na trial\n`);
	const verdict = await verifier.judge(addSignature(unsigned, await signer.sign(unsigned, signal)), signal);
	if (verdict.kind === 'good') return;
	const half = signer.publicHalf().trim();
	const what = half.includes('\n') ? 'the armored public half of the signing key' : showText(half, 800);
	throw new ProblemError(
		problem('E_SIGNERS', {
			where: { kind: 'named', name: signersFile },
			message: `Spillway’s own commits would not be trusted: a commit by it ${verdict.reason}`,
			remedy: `add to the file: ${what}`,
		}),
	);
}
