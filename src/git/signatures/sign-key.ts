import { type Problem, problem } from '../../model/problem.ts';
import type { SignatureVerdict } from './verify-signature.ts';

/** A private key that was read, whatever its kind. */
export interface SigningKey {
	/** As signatures name it. */
	readonly fingerprint: string;
	/** What those who verify need: a line for an allowed-signers file, or an armored public key. */
	readonly publicHalf: string;
	/** A detached, armored signature that was checked before it is given out. Throws ProblemError. */
	sign(content: Uint8Array, signal: AbortSignal): Promise<string>;
	/** Leaves nothing of the key behind. */
	close(): Promise<void>;
}

export function describeSigningFault(keyFile: string, message: string, remedy?: string): Problem {
	return problem('E_SIGNING', { where: { kind: 'named', name: keyFile }, message, remedy });
}

/** Why a signature that was just made is not given out. */
export function describeBadSignature(verdict: SignatureVerdict): string {
	switch (verdict.kind) {
		case 'good':
			return 'the signature made is by another key';
		case 'bad':
			return `the signature made ${verdict.reason}`;
		case 'unknown':
			return `the signature made cannot be checked: ${verdict.reason}`;
	}
}
