import { showText } from '../../model/problem.ts';
import type { Instant } from '../../model/time.ts';
import { describeProgramFailure, type SignatureAnswer } from './sign-program.ts';
import {
	findFailure,
	type SignatureDesk,
	type SignatureVerdict,
	type SignedContent,
	withSignatureFile,
} from './verify-signature.ts';

/** What git signs commits and tags for; a signature made for anything else is none. */
export const sshNamespace = 'git';

/**
 * Checks an SSH signature against an allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS). Dates in that file are
 * held against `at`.
 */
export async function checkSshSignature(
	{ run, folder }: SignatureDesk,
	allowedSigners: string,
	{ payload, signature, at }: SignedContent,
	signal: AbortSignal,
): Promise<SignatureVerdict> {
	const time = at === undefined ? [] : [`-Overify-time=${formatTime(at)}`];
	return await withSignatureFile(folder, signature, async (file) => {
		const ssh = (action: string, args: readonly string[]): Promise<SignatureAnswer> =>
			run('ssh-keygen', { args: ['-Y', action, '-s', file, ...args], input: payload }, signal);
		const listed = ['-f', allowedSigners, ...time];
		const found = await ssh('find-principals', listed);
		const principals = found.status === 0 ? found.stdout.split('\n').filter((line) => line !== '') : [];
		for (const principal of principals) {
			const verified = await ssh('verify', ['-n', sshNamespace, '-I', principal, ...listed]);
			if (verified.status === 0) return { kind: 'good', key: readFingerprint(verified.stdout) ?? 'unknown' };
		}
		const checked = await ssh('check-novalidate', ['-n', sshNamespace]);
		return findFailure(found) ?? findFailure(checked) ?? explain(found, checked);
	});
}

/** Why nobody's key fits a signature, by what ssh-keygen said of the list and of the signature alone. */
function explain(found: SignatureAnswer, checked: SignatureAnswer): SignatureVerdict {
	const key = checked.status === 0 ? readFingerprint(checked.stdout) : undefined;
	if (key === undefined) {
		return { kind: 'bad', reason: `has a bad signature: ${describeProgramFailure(checked)}` };
	}
	return { kind: 'bad', reason: `is signed with the SSH key ${key}, ${explainKey(found.stderr)}` };
}

function readFingerprint(stdout: string): string | undefined {
	return / key (SHA256:\S+)/.exec(stdout)?.[1];
}

/** Why a key did not count, from `file:3: key has expired: verify time … > valid-before …`. */
function explainKey(stderr: string): string {
	const [, line, reason] = /:(\d+): ((?:key|certificate|CA)\b.*)/.exec(stderr) ?? [];
	if (reason === undefined) return 'which is not among those allowed for commits';
	return `which does not count: line ${line}: ${showText(reason, 120)}`;
}

/** As ssh-keygen takes it where the time zone is UTC; the `Z` came later than the option. */
function formatTime(at: Instant): string {
	return new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '');
}
