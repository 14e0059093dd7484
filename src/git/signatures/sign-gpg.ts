import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { describeBadSignature, describeSigningFault, type SigningKey } from './sign-key.ts';
import { describeProgramFailure, type SignatureAnswer } from './sign-program.ts';
import { checkGpgSignature, gpgOptions } from './verify-gpg.ts';
import type { SignatureDesk } from './verify-signature.ts';

interface KeyText {
	/** For messages. */
	readonly keyFile: string;
	readonly content: Uint8Array;
}

/** Nobody is there to answer. */
const unattended = [...gpgOptions, '--pinentry-mode=error'];

/** Imports an OpenPGP private key into a home of its own. Throws ProblemError. */
export async function openGpgKey(
	desk: SignatureDesk,
	{ keyFile, content }: KeyText,
	signal: AbortSignal,
): Promise<SigningKey> {
	const { run } = desk;
	// The agent's socket is in there, and the path of a socket must be short.
	const home = await mkdtemp(join(desk.folder, 'g-'));
	const gpg = (args: readonly string[], input: Uint8Array, caller: AbortSignal): Promise<SignatureAnswer> =>
		run('gpg', { args: ['--homedir', home, ...unattended, ...args], input }, caller);
	const fail = (message: string, remedy?: string): ProblemError =>
		new ProblemError(describeSigningFault(keyFile, message, remedy));
	const close = async (): Promise<void> => {
		const args = ['--homedir', home, '--kill', 'all'];
		await run('gpgconf', { args }, new AbortController().signal);
		await rm(home, { recursive: true, force: true, maxRetries: 3 });
	};

	try {
		const imported = await gpg(['--import'], content, signal);
		const listed = await gpg(['--with-colons', '--list-secret-keys'], Buffer.alloc(0), signal);
		const found = [...listed.stdout.matchAll(/^sec:.*(?:\n(?!sec:).*)*?\nfpr:+([0-9A-F]+):/gm)];
		const fingerprint = found[0]?.[1];
		if (fingerprint === undefined) throw fail(`cannot read the key: ${describeProgramFailure(imported)}`);
		if (found.length > 1) throw fail(`holds ${found.length} keys`, 'give a file with one private key');
		const exported = await gpg(['--armor', '--export', fingerprint], Buffer.alloc(0), signal);
		const key: SigningKey = {
			fingerprint,
			publicHalf: exported.stdout,
			async sign(payload, caller) {
				const args = ['--status-fd=2', '--detach-sign', '--armor', `--local-user=${fingerprint}`];
				const answer = await gpg(args, payload, caller);
				const signature = answer.stdout;
				const isMade = answer.status === 0 && /^\[GNUPG:\] SIG_CREATED /m.test(answer.stderr);
				if (!isMade) throw fail(`cannot sign: ${describeProgramFailure(answer)}`);
				const verdict = await checkGpgSignature(desk, home, { payload, signature }, caller);
				if (verdict.kind === 'good' && verdict.key === fingerprint) return signature;
				throw fail(describeBadSignature(verdict));
			},
			close,
		};
		return key;
	} catch (error) {
		await close();
		throw error;
	}
}
