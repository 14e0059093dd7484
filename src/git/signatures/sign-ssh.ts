import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { describeBadSignature, describeSigningFault, type SigningKey } from './sign-key.ts';
import { describeProgramFailure, type SignatureAnswer } from './sign-program.ts';
import type { SignatureDesk } from './verify-signature.ts';
import { checkSshSignature, sshNamespace } from './verify-ssh.ts';

const principal = 'spillway';

/** Reads an SSH private key where it lies: ssh-keygen looks after its permissions. Throws ProblemError. */
export async function openSshKey(
	desk: SignatureDesk,
	keyFile: string,
	signal: AbortSignal,
): Promise<SigningKey> {
	const { run, folder } = desk;
	// An empty passphrase, so that nobody is asked for one.
	const read = await run('ssh-keygen', { args: ['-y', '-P', '', '-f', keyFile] }, signal);
	const publicKey = /^\S+ \S+/.exec(read.stdout)?.[0];
	if (read.status !== 0 || publicKey === undefined) throw explain(keyFile, read);
	const publicHalf = `${principal} namespaces="${sshNamespace}" ${publicKey}\n`;
	const ownSigner = join(folder, 'own-signer');
	await writeFile(ownSigner, publicHalf);
	const shown = await run('ssh-keygen', { args: ['-l', '-f', '-'], input: Buffer.from(publicKey) }, signal);

	return {
		fingerprint: /SHA256:\S+/.exec(shown.stdout)?.[0] ?? 'unknown',
		publicHalf,
		async sign(content, caller) {
			const args = ['-Y', 'sign', '-n', sshNamespace, '-f', keyFile];
			const answer = await run('ssh-keygen', { args, input: content }, caller);
			if (answer.status !== 0) throw explain(keyFile, answer);
			const made = { payload: content, signature: answer.stdout };
			const verdict = await checkSshSignature(desk, ownSigner, made, caller);
			if (verdict.kind === 'good') return answer.stdout;
			throw new ProblemError(describeSigningFault(keyFile, describeBadSignature(verdict)));
		},
		close: () => Promise.resolve(),
	};
}

function explain(keyFile: string, answer: SignatureAnswer): ProblemError {
	const { stderr } = answer;
	if (/UNPROTECTED PRIVATE KEY FILE/.test(stderr)) {
		const remedy = 'let only its owner read it: chmod 600, or defaultMode: 0400 of a Secret volume';
		return new ProblemError(describeSigningFault(keyFile, 'others may read the private key', remedy));
	}
	const message = `cannot sign: ${describeProgramFailure(answer)}`;
	return new ProblemError(describeSigningFault(keyFile, message));
}
